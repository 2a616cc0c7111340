/** Parses the condition of `{% if %}`: Django's "smart if", a top-down operator precedence parser. */
import type { TextRange } from "../../base/text-range.ts";
import { parseFilterExpression } from "./filter-expression.ts";
import type { Word } from "./split-contents.ts";
import type { ComparisonOperator, TemplateError, TemplateTest } from "./template-tree.ts";

/** Tests inside of each other; more than anybody writes by hand. */
const maximumDepth = 100;

type Operator = "and" | "or" | "not" | ComparisonOperator;

const bindingPowers: Readonly<Record<Operator, number>> = {
  or: 6,
  and: 7,
  not: 8,
  in: 9,
  "not in": 9,
  is: 10,
  "is not": 10,
  "==": 10,
  "!=": 10,
  ">": 10,
  ">=": 10,
  "<": 10,
  "<=": 10,
};

function isOperator(word: string): word is Operator {
  return Object.hasOwn(bindingPowers, word);
}

/**
 * @param tag where an error is reported that has no better place
 * @returns what was understood before an error; undefined when nothing was.
 */
export function parseTest(
  text: string,
  words: readonly Word[],
  tag: TextRange,
  errors: TemplateError[],
): TemplateTest | undefined {
  const parser = new TestParser(text, joinedOperators(words), tag, errors);
  return parser.parse();
}

/** `is not` and `not in` are one operator each. */
function joinedOperators(words: readonly Word[]): readonly Word[] {
  const joined: Word[] = [];
  for (const word of words) {
    const last = joined.at(-1);
    const pair = last ? `${last.text} ${word.text}` : "";
    if (last && (pair === "is not" || pair === "not in")) {
      joined[joined.length - 1] = { start: last.start, end: word.end, text: pair };
    } else joined.push(word);
  }
  return joined;
}

class TestParser {
  readonly #text: string;
  readonly #words: readonly Word[];
  readonly #tag: TextRange;
  readonly #errors: TemplateError[];
  #next = 0;
  #failed = false;

  constructor(text: string, words: readonly Word[], tag: TextRange, errors: TemplateError[]) {
    this.#text = text;
    this.#words = words;
    this.#tag = tag;
    this.#errors = errors;
  }

  parse(): TemplateTest | undefined {
    const test = this.#expression(0, 0);
    const rest = this.#words[this.#next];
    if (rest && !this.#failed) this.#refuse(rest, `Unused '${rest.text}' at the end of the condition`);
    return test;
  }

  #refuse(range: TextRange, message: string): undefined {
    if (!this.#failed) this.#errors.push({ start: range.start, end: range.end, message });
    this.#failed = true;
    return undefined;
  }

  #expression(power: number, depth: number): TemplateTest | undefined {
    if (depth > maximumDepth) return this.#refuse(this.#tag, "The condition is nested too deeply");
    let left = this.#operand(depth);
    for (let operators = 0; left && !this.#failed; operators++) {
      const operator = this.#words[this.#next]?.text;
      if (operator === undefined || !isOperator(operator) || bindingPowers[operator] <= power) break;
      if (operator === "and" || operator === "or") left = this.#boolean(left, operator, depth);
      else if (operators > maximumDepth) this.#refuse(this.#tag, "The condition is nested too deeply");
      else left = this.#comparison(left, operator, depth);
    }
    return left;
  }

  #boolean(first: TemplateTest, operator: "and" | "or", depth: number): TemplateTest {
    const operands = [first];
    while (this.#words[this.#next]?.text === operator) {
      this.#next++;
      const operand = this.#expression(bindingPowers[operator], depth + 1);
      if (!operand) break;
      operands.push(operand);
    }
    const last = operands.at(-1) ?? first;
    return { kind: "BooleanTest", start: first.start, end: last.end, operator, operands };
  }

  #comparison(left: TemplateTest, operator: "not" | ComparisonOperator, depth: number): TemplateTest {
    const word = this.#words[this.#next++];
    if (operator === "not") {
      this.#refuse(word ?? this.#tag, "Not expecting 'not' in this position");
      return left;
    }
    const right = this.#expression(bindingPowers[operator], depth + 1);
    if (!right) return left;
    return { kind: "ComparisonTest", start: left.start, end: right.end, operator, left, right };
  }

  #operand(depth: number): TemplateTest | undefined {
    const word = this.#words[this.#next];
    if (!word) return this.#refuse(this.#tag, "Unexpected end of the condition");
    this.#next++;
    if (word.text === "not") {
      const operand = this.#expression(bindingPowers.not, depth + 1);
      return operand && { kind: "NotTest", start: word.start, end: operand.end, operand };
    }
    if (isOperator(word.text)) return this.#refuse(word, `Not expecting '${word.text}' in this position`);
    const expression = parseFilterExpression(this.#text, word, this.#errors);
    return { kind: "OperandTest", start: word.start, end: word.end, expression };
  }
}
