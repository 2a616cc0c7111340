/** Splits the content of a Jinja tag into words: names, literals and operators. */
import type { TextRange } from "../../base/text-range.ts";
import { endOfString } from "./jinja-lexer.ts";

export interface JinjaWord extends TextRange {
  readonly kind: "name" | "string" | "number" | "operator";
  readonly text: string;
}

const space = /\s+/y;
const name = /[\p{L}_][\p{L}\p{N}_]*/uy;
const number = /\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const operator = /\*\*|\/\/|==|!=|<=|>=|[-+*/%~<>=()[\]{}.,:|]/y;

/** Characters that Jinja does not know end the list. */
export function jinjaWords(text: string, { start, end }: TextRange): readonly JinjaWord[] {
  const words: JinjaWord[] = [];
  let position = start;
  const match = (pattern: RegExp): number => {
    pattern.lastIndex = position;
    const length = pattern.exec(text)?.[0].length ?? 0;
    return Math.min(length, end - position);
  };
  while (position < end) {
    position += match(space);
    if (position >= end) break;
    const character = text.charAt(position);
    let kind: JinjaWord["kind"] = "string";
    let length = 0;
    if (character === '"' || character === "'") {
      length = Math.min(endOfString(text, position) + 1, end) - position;
    } else {
      kind = "name";
      length = match(name);
      if (length === 0) {
        kind = "number";
        length = match(number);
      }
      if (length === 0) {
        kind = "operator";
        length = match(operator);
      }
    }
    if (length === 0) break;
    words.push({
      kind,
      start: position,
      end: position + length,
      text: text.slice(position, position + length),
    });
    position += length;
  }
  return words;
}
