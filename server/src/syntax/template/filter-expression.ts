/** Parses `task.owner|default:"nobody"`: what Django calls a filter expression. */

import { compact } from "../../base/compact.ts";
import type { TextRange } from "../../base/text-range.ts";
import type { Expression, Identifier } from "../ast.ts";
import { isSpace } from "./template-lexer.ts";
import type { Filter, FilterExpression, TemplateError } from "./template-tree.ts";

/** Lookups of one variable; more than anybody writes by hand. */
const maximumLookups = 100;

/** @param errors takes what Django would refuse; what was understood before it is returned all the same. */
export function parseFilterExpression(
  text: string,
  range: TextRange,
  errors: TemplateError[],
): FilterExpression {
  const scanner = new Scanner(text, range, errors);
  const value = scanner.operand();
  if (value === undefined) {
    scanner.refuse("Could not find a variable");
    return { ...plainRange(range), value: invalid(range), filters: [] };
  }
  return { value, filters: scanner.filters(), ...plainRange(range) };
}

/** `upper|default:"x"` of `{% filter %}`. */
export function parseFilters(text: string, range: TextRange, errors: TemplateError[]): readonly Filter[] {
  const scanner = new Scanner(text, range, errors);
  const first = scanner.filter();
  if (first === undefined) {
    scanner.refuse("Could not find a filter");
    return [];
  }
  return [first, ...scanner.filters()];
}

/** `task.project.0`, or a number; `start` may lie before the text where the first name is implied. */
export function lookupExpression(
  text: string,
  range: TextRange,
  errors: TemplateError[],
  implied?: Identifier,
): Expression {
  const parts = lookupParts(text, range);
  if (parts.length > maximumLookups) {
    errors.push({ ...plainRange(range), message: `More than ${maximumLookups} lookups` });
    return invalid(range);
  }
  let value: Expression | undefined = implied && { kind: "Name", ...implied };
  for (const part of parts) {
    if (part.name.startsWith("_")) {
      errors.push({
        ...plainRange(range),
        message: `Variables and attributes may not begin with underscores: '${part.name}'`,
      });
    }
    value = value === undefined ? firstLookup(part) : nextLookup(value, part);
  }
  return value ?? invalid(range);
}

function lookupParts(text: string, { start, end }: TextRange): readonly Identifier[] {
  let from = start;
  return text
    .slice(start, end)
    .split(".")
    .map((name) => {
      const part = { start: from, end: from + name.length, name };
      from = part.end + 1;
      return part;
    });
}

function firstLookup(part: Identifier): Expression {
  const { start, end, name } = part;
  if (name === "True" || name === "False" || name === "None") {
    return { kind: "ConstantLiteral", start, end, value: name };
  }
  return { kind: "Name", start, end, name };
}

function nextLookup(value: Expression, part: Identifier): Expression {
  const range = { start: value.start, end: part.end };
  if (!isIndex.test(part.name)) return { kind: "Attribute", value, attribute: part, ...range };
  const index: Expression = {
    kind: "NumberLiteral",
    start: part.start,
    end: part.end,
    value: Number(part.name),
  };
  return { kind: "Subscript", ...range, value, index };
}

const isIndex = /^\d+$/;

function invalid({ start, end }: TextRange): Expression {
  return { kind: "InvalidExpression", start, end };
}

/** Without the other properties of a node or word. */
export function plainRange({ start, end }: TextRange): TextRange {
  return { start, end };
}

/** Behind the word of letters, digits and underscores at `from`. */
function endOfWord(text: string, from: number, limit: number, dots: boolean): number {
  let position = from;
  while (position < limit) {
    const code = text.codePointAt(position) ?? 0;
    if (
      code < 0x80 ? !isAsciiWord(code) && !(dots && code === 0x2e) : !isWord.test(String.fromCodePoint(code))
    )
      break;
    position += code > 0xffff ? 2 : 1;
  }
  return position;
}

function isAsciiWord(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f
  );
}

const isWord = /[\p{L}\p{N}]/u;
const signedNumber = /[-+]\d[\d.e]*/y;
const isNumber = /^(?:[-+]?\d+(?:_\d+)*|[-+]?(?:\d+\.\d+|\.\d+|\d+)(?:[eE][-+]?\d+)?)$/;

class Scanner {
  readonly #text: string;
  readonly #range: TextRange;
  readonly #errors: TemplateError[];
  #position: number;

  constructor(text: string, range: TextRange, errors: TemplateError[]) {
    this.#text = text;
    this.#range = range;
    this.#errors = errors;
    this.#position = range.start;
  }

  refuse(message: string): void {
    this.#errors.push({ start: this.#position, end: this.#range.end, message });
  }

  /** A constant, number or variable at the present position. */
  operand(): Expression | undefined {
    return this.#constant() ?? this.#variable();
  }

  /** `|name:argument` until the end of the expression. */
  filters(): readonly Filter[] {
    const filters: Filter[] = [];
    while (this.#position < this.#range.end) {
      const start = this.#position;
      this.#skipSpace();
      if (this.#text.charAt(this.#position) !== "|" || this.#position >= this.#range.end) {
        this.#position = start;
        this.refuse("Could not parse the remainder");
        break;
      }
      this.#position++;
      this.#skipSpace();
      const filter = this.filter();
      if (filter === undefined) {
        this.#position = start;
        this.refuse("Could not parse the remainder");
        break;
      }
      filters.push(filter);
    }
    return compact(filters);
  }

  /** `name:argument` */
  filter(): Filter | undefined {
    const name = this.#word(false);
    if (name === undefined) return undefined;
    const identifier = { ...name, name: this.#text.slice(name.start, name.end) };
    if (this.#text.charAt(this.#position) !== ":" || this.#position >= this.#range.end) {
      return { ...name, name: identifier, argument: undefined };
    }
    const colon = this.#position++;
    const argument = this.operand();
    if (argument === undefined) this.#position = colon;
    return { start: name.start, end: this.#position, name: identifier, argument };
  }

  #skipSpace(): void {
    while (this.#position < this.#range.end && isSpace(this.#text.charCodeAt(this.#position)))
      this.#position++;
  }

  #word(dots: boolean): TextRange | undefined {
    return this.#take(endOfWord(this.#text, this.#position, this.#range.end, dots));
  }

  #signedNumber(): TextRange | undefined {
    signedNumber.lastIndex = this.#position;
    const match = signedNumber.exec(this.#text);
    return match ? this.#take(Math.min(this.#position + match[0].length, this.#range.end)) : undefined;
  }

  #take(end: number): TextRange | undefined {
    const start = this.#position;
    if (end <= start) return undefined;
    this.#position = end;
    return { start, end };
  }

  /** `"text"` or `_("text")` */
  #constant(): Expression | undefined {
    const start = this.#position;
    const translated = this.#text.startsWith("_(", start);
    const opening = translated ? start + 2 : start;
    const quote = this.#text.charAt(opening);
    if (quote !== '"' && quote !== "'") return undefined;
    const closing = this.#endOfString(opening + 1, quote);
    if (closing === undefined) return undefined;
    const end = translated ? closing + 2 : closing + 1;
    if (end > this.#range.end || (translated && this.#text.charAt(closing + 1) !== ")")) return undefined;
    this.#position = end;
    const value = this.#text
      .slice(opening + 1, closing)
      .replaceAll(`\\${quote}`, quote)
      .replaceAll("\\\\", "\\");
    return { kind: "StringLiteral", start, end, value, bytes: false };
  }

  #endOfString(from: number, quote: string): number | undefined {
    for (let position = from; position < this.#range.end; position++) {
      const character = this.#text.charAt(position);
      if (character === "\\") position++;
      else if (character === quote) return position;
    }
    return undefined;
  }

  #variable(): Expression | undefined {
    const range = this.#word(true) ?? this.#signedNumber();
    if (range === undefined) return undefined;
    const word = this.#text.slice(range.start, range.end);
    if (isNumber.test(word))
      return { kind: "NumberLiteral", ...range, value: Number(word.replaceAll("_", "")) };
    return lookupExpression(this.#text, range, this.#errors);
  }
}
