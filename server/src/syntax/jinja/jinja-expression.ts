/**
 * Parses Jinja's expressions to Python's tree. What Python does not have becomes what it comes closest to:
 *
 * - a filter is a call: `tasks|sort(attribute="name")` calls the name `|sort` with `tasks` as its first argument,
 * - a test is a comparison: `number is divisibleby 3` compares with the operator `is divisibleby`,
 * - `~` is an operation of two operands.
 */
import type { TextRange } from "../../base/text-range.ts";
import type { Call, DictEntry, Expression, Identifier, Keyword } from "../ast.ts";
import type { JinjaWord } from "./jinja-words.ts";

/** Nodes of one expression. What holds more is not understood: nobody writes it, and walks over it are recursive. */
const mostNodes = 400;
const deepest = 40;

/** The name of a filter as a callee. */
export function filterName(name: string): string {
  return `|${name}`;
}

const comparisons: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);
const additions: ReadonlySet<string> = new Set(["+", "-"]);
const multiplications: ReadonlySet<string> = new Set(["*", "/", "//", "%"]);
const concatenations: ReadonlySet<string> = new Set(["~"]);
const keywords: ReadonlySet<string> = new Set(["and", "or", "not", "if", "else", "in", "is"]);

/** Reads the words of one tag from left to right. Never fails: what is not understood ends the expression. */
export class JinjaExpressions {
  readonly #words: readonly JinjaWord[];
  readonly #end: number;
  #next = 0;
  #nodes = 0;
  #depth = 0;

  constructor(words: readonly JinjaWord[], { end }: TextRange) {
    this.#words = words;
    this.#end = end;
  }

  /** The next word, which may be absent. */
  peek(offset = 0): JinjaWord | undefined {
    return this.#words[this.#next + offset];
  }

  isDone(): boolean {
    return this.#next >= this.#words.length;
  }

  /** Takes the next word if it reads so. */
  accept(text: string): JinjaWord | undefined {
    const word = this.peek();
    if (word?.text !== text || word.kind === "string") return undefined;
    this.#next++;
    return word;
  }

  name(): Identifier | undefined {
    const word = this.peek();
    if (word?.kind !== "name") return undefined;
    this.#next++;
    return { start: word.start, end: word.end, name: word.text };
  }

  /** `a, b`: one expression, or a tuple without parentheses. */
  tuple(withCondition = true): Expression {
    const first = withCondition ? this.expression() : this.#or();
    if (this.peek()?.text !== ",") return first;
    const elements = [first];
    while (this.accept(",") && this.#startsExpression())
      elements.push(withCondition ? this.expression() : this.#or());
    return { kind: "TupleLiteral", ...this.#from(first), elements };
  }

  /** `a if b else c` and everything that binds closer. */
  expression(): Expression {
    if (++this.#depth > deepest) {
      this.#next = this.#words.length;
      this.#depth--;
      return this.#invalid();
    }
    let body = this.#or();
    while (this.accept("if")) {
      const test = this.#or();
      const orElse = this.accept("else") ? this.expression() : this.#none();
      body = this.#made({ kind: "Conditional", ...this.#from(body), test, body, orElse });
    }
    this.#depth--;
    return body;
  }

  #or(): Expression {
    return this.#boolean("or", () => this.#boolean("and", () => this.#not()));
  }

  #boolean(operator: "and" | "or", operand: () => Expression): Expression {
    const first = operand();
    if (this.peek()?.text !== operator) return first;
    const values = [first];
    while (this.accept(operator)) values.push(operand());
    return this.#made({ kind: "BooleanOperation", ...this.#from(first), operator, values });
  }

  #not(): Expression {
    const word = this.peek()?.text === "not" ? this.accept("not") : undefined;
    if (!word) return this.#comparison();
    if (++this.#depth > deepest) {
      this.#depth--;
      return this.#invalid();
    }
    const operand = this.#not();
    this.#depth--;
    return this.#made({ kind: "UnaryOperation", ...this.#from(word), operator: "not", operand });
  }

  #comparison(): Expression {
    const left = this.#sum();
    const operators: string[] = [];
    const comparators: Expression[] = [];
    for (;;) {
      const operator = this.#comparisonOperator();
      if (operator === undefined) break;
      operators.push(operator);
      comparators.push(this.#sum());
    }
    if (operators.length === 0) return left;
    return this.#made({ kind: "Comparison", ...this.#from(left), left, operators, comparators });
  }

  #comparisonOperator(): string | undefined {
    const word = this.peek();
    if (word?.kind === "operator" && comparisons.has(word.text)) {
      this.#next++;
      return word.text;
    }
    if (word?.text === "not" && this.peek(1)?.text === "in") {
      this.#next += 2;
      return "not in";
    }
    return this.accept("in") ? "in" : undefined;
  }

  #sum(): Expression {
    return this.#binary(additions, () =>
      this.#binary(concatenations, () => this.#binary(multiplications, () => this.#unary())),
    );
  }

  #binary(operators: ReadonlySet<string>, operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const word = this.peek();
      if (word?.kind !== "operator" || !operators.has(word.text)) return left;
      this.#next++;
      const right = operand();
      left = this.#made({ kind: "BinaryOperation", ...this.#from(left), left, operator: word.text, right });
    }
  }

  /** Filters bind closer than an operation, and less than a sign: `-1|abs` is 1. */
  #unary(): Expression {
    return this.#filtered(this.#signed());
  }

  #signed(): Expression {
    const sign = this.accept("-") ?? this.accept("+");
    if (!sign) return this.#power();
    const operator = sign.text === "-" ? "-" : "+";
    if (++this.#depth > deepest) {
      this.#depth--;
      return this.#invalid();
    }
    const operand = this.#signed();
    this.#depth--;
    return this.#made({ kind: "UnaryOperation", ...this.#from(sign), operator, operand });
  }

  #power(): Expression {
    let left = this.#postfix(this.#primary());
    while (this.accept("**")) {
      const right = this.#postfix(this.#primary());
      left = this.#made({ kind: "BinaryOperation", ...this.#from(left), left, operator: "**", right });
    }
    return left;
  }

  /** `|name(…)` and `is name(…)`, one after the other. */
  #filtered(start: Expression): Expression {
    let value = start;
    for (;;) {
      if (this.accept("|")) value = this.#filter(value);
      else if (this.accept("is")) value = this.#test(value);
      else return value;
    }
  }

  #filter(value: Expression): Expression {
    const name = this.#dottedName();
    if (!name) return value;
    const callee: Expression = {
      kind: "Name",
      start: name.start,
      end: name.end,
      name: filterName(name.name),
    };
    return this.#call(callee, [value], value);
  }

  #test(value: Expression): Expression {
    const isNegated = this.accept("not") !== undefined;
    const name = this.#dottedName();
    if (!name) return value;
    const isNone = name.name === "none" || name.name === "None";
    const comparators: Expression[] = isNone ? [this.#none()] : this.#testArguments();
    const operator = isNone ? "is" : `is ${name.name}`;
    const operators = comparators.map((_, index) => (index === 0 ? operator : "and"));
    const comparison = this.#made({
      kind: "Comparison",
      ...this.#from(value),
      left: value,
      operators,
      comparators,
    });
    if (!isNegated) return comparison;
    return this.#made({ kind: "UnaryOperation", ...this.#from(value), operator: "not", operand: comparison });
  }

  #testArguments(): Expression[] {
    const word = this.peek();
    if (word?.text === "(" && word.kind === "operator") {
      const { positional } = this.#arguments();
      return positional;
    }
    const isArgument =
      word &&
      (word.kind !== "operator" || word.text === "[" || word.text === "{") &&
      !keywords.has(word.text);
    return isArgument ? [this.#postfix(this.#primary())] : [];
  }

  #dottedName(): Identifier | undefined {
    let name = this.name();
    while (name && this.peek()?.text === "." && this.peek(1)?.kind === "name") {
      this.#next++;
      const part = this.name();
      if (part) name = { start: name.start, end: part.end, name: `${name.name}.${part.name}` };
    }
    return name;
  }

  #postfix(start: Expression): Expression {
    let value = start;
    for (;;) {
      if (this.accept(".")) {
        value = this.#attribute(value);
      } else if (this.accept("[")) {
        const index = this.#index();
        this.accept("]");
        value = this.#made({ kind: "Subscript", ...this.#from(value), value, index });
      } else if (this.peek()?.text === "(" && this.peek()?.kind === "operator") {
        value = this.#call(value, []);
      } else return value;
      if (value.kind === "InvalidExpression") return value;
    }
  }

  #attribute(value: Expression): Expression {
    const word = this.peek();
    if (word?.kind === "number") {
      this.#next++;
      const index: Expression = {
        kind: "NumberLiteral",
        start: word.start,
        end: word.end,
        value: Number(word.text),
      };
      return this.#made({ kind: "Subscript", ...this.#from(value), value, index });
    }
    const attribute = this.name() ?? { start: this.#position(), end: this.#position(), name: "" };
    return this.#made({ kind: "Attribute", ...this.#from(value), value, attribute });
  }

  #index(): Expression {
    const start = this.#position();
    const lower = this.peek()?.text === ":" ? undefined : this.tuple();
    if (!this.accept(":")) return lower ?? this.#invalid();
    const isBound = (): boolean => this.peek() !== undefined && !/^[:\]]$/.test(this.peek()?.text ?? "");
    const upper = isBound() ? this.expression() : undefined;
    const step = this.accept(":") && isBound() ? this.expression() : undefined;
    return { kind: "Slice", start, end: this.#position(), lower, upper, step };
  }

  /** @param before arguments in front of those that are written; `from` where the whole begins */
  #call(callee: Expression, before: readonly Expression[], from: TextRange = callee): Expression {
    const start = this.#position();
    const isCalled = this.peek()?.text === "(" && this.peek()?.kind === "operator";
    const { keywords: named, positional } = isCalled ? this.#arguments() : { keywords: [], positional: [] };
    const call: Call = {
      kind: "Call",
      ...this.#from(from),
      function: callee,
      arguments: [...before, ...positional],
      keywords: named,
      argumentsRange: { start, end: this.#lastEnd() },
    };
    return this.#made(call);
  }

  #arguments(): { readonly positional: Expression[]; readonly keywords: Keyword[] } {
    const positional: Expression[] = [];
    const named: Keyword[] = [];
    this.accept("(");
    while (!this.isDone() && !this.accept(")")) {
      const before = this.#next;
      const start = this.#position();
      if (this.accept("**")) {
        const value = this.expression();
        named.push({ start, end: value.end, name: undefined, value });
      } else if (this.accept("*")) {
        const value = this.expression();
        positional.push({ kind: "Starred", start, end: value.end, value });
      } else if (this.peek()?.kind === "name" && this.peek(1)?.text === "=") {
        const name = this.name();
        this.accept("=");
        const value = this.expression();
        named.push({ start, end: value.end, name, value });
      } else positional.push(this.expression());
      this.accept(",");
      if (this.#next === before) this.#next++;
    }
    return { positional, keywords: named };
  }

  #primary(): Expression {
    const word = this.peek();
    if (!word) return this.#invalid();
    const { start, end, text } = word;
    switch (word.kind) {
      case "name":
        if (keywords.has(text)) return this.#invalid();
        this.#next++;
        return this.#made(constantOf(word) ?? { kind: "Name", start, end, name: text });
      case "number":
        this.#next++;
        return this.#made({ kind: "NumberLiteral", start, end, value: Number(text.replaceAll("_", "")) });
      case "string":
        return this.#string();
      case "operator":
        return this.#display(word);
    }
  }

  #string(): Expression {
    const start = this.#position();
    let value = "";
    for (let word = this.peek(); word?.kind === "string"; word = this.peek()) {
      value += word.text.slice(1, -1).replace(/\\(.)/gs, "$1");
      this.#next++;
    }
    return this.#made({ kind: "StringLiteral", start, end: this.#lastEnd(), value, bytes: false });
  }

  #display({ start, text }: JinjaWord): Expression {
    switch (text) {
      case "(": {
        this.#next++;
        if (this.accept(")"))
          return this.#made({ kind: "TupleLiteral", start, end: this.#lastEnd(), elements: [] });
        const inner = this.tuple();
        this.accept(")");
        return inner;
      }
      case "[": {
        this.#next++;
        const elements = this.#elements("]", () => this.expression());
        return this.#made({ kind: "ListLiteral", start, end: this.#lastEnd(), elements });
      }
      case "{": {
        this.#next++;
        const entries = this.#elements("}", (): DictEntry => {
          const key = this.expression();
          this.accept(":");
          return { key, value: this.expression() };
        });
        return this.#made({ kind: "DictLiteral", start, end: this.#lastEnd(), entries });
      }
      default:
        return this.#invalid();
    }
  }

  #elements<Element>(close: string, element: () => Element): readonly Element[] {
    const elements: Element[] = [];
    while (!this.isDone() && !this.accept(close)) {
      const before = this.#next;
      elements.push(element());
      this.accept(",");
      if (this.#next === before) this.#next++;
    }
    return elements;
  }

  #startsExpression(): boolean {
    const word = this.peek();
    return (
      word !== undefined &&
      !(word.kind === "operator" && /^[)\]}=|,:]$/.test(word.text)) &&
      word.text !== "in"
    );
  }

  /** Gives up on expressions that have more nodes than anybody writes. */
  #made(node: Expression): Expression {
    if (++this.#nodes <= mostNodes) return node;
    this.#next = this.#words.length;
    return { kind: "InvalidExpression", start: node.start, end: node.end };
  }

  #invalid(): Expression {
    const position = this.#position();
    return { kind: "InvalidExpression", start: position, end: position };
  }

  #none(): Expression {
    const position = this.#lastEnd();
    return { kind: "ConstantLiteral", start: position, end: position, value: "None" };
  }

  #position(): number {
    return this.peek()?.start ?? this.#end;
  }

  #lastEnd(): number {
    return this.#words[this.#next - 1]?.end ?? this.#position();
  }

  #from({ start }: TextRange): TextRange {
    return { start, end: Math.max(start, this.#lastEnd()) };
  }
}

function constantOf({ start, end, text }: JinjaWord): Expression | undefined {
  switch (text) {
    case "true":
    case "True":
      return { kind: "ConstantLiteral", start, end, value: "True" };
    case "false":
    case "False":
      return { kind: "ConstantLiteral", start, end, value: "False" };
    case "none":
    case "None":
      return { kind: "ConstantLiteral", start, end, value: "None" };
    default:
      return undefined;
  }
}
