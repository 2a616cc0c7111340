/** Splits a Jinja template into tags and the text between them. */
import type { TextRange } from "../../base/text-range.ts";
import { trimmed } from "../template/template-lexer.ts";

/** A tag with its delimiters. `content` is what stands in it, without white space around. */
export interface JinjaToken extends TextRange {
  readonly kind: "variable" | "block" | "comment";
  readonly content: TextRange;
}

const kinds = { "{": "variable", "%": "block", "#": "comment" } as const;

/** A tag may go over lines, and hold its own closing in a string. What is not closed ends the template. */
export function jinjaTokens(text: string): readonly JinjaToken[] {
  const tokens: JinjaToken[] = [];
  let position = text.indexOf("{");
  while (position !== -1) {
    const kind = kinds[text.charAt(position + 1) as keyof typeof kinds];
    if (kind === undefined) {
      position = text.indexOf("{", position + 1);
      continue;
    }
    const close = kind === "comment" ? text.indexOf("#}", position + 2) : closing(text, position + 2, kind);
    if (close === -1) break;
    const from = /[-+]/.test(text.charAt(position + 2)) ? position + 3 : position + 2;
    const to = close > from && /[-+]/.test(text.charAt(close - 1)) ? close - 1 : close;
    const content = trimmed(text, from, Math.max(from, to));
    const token = { kind, start: position, end: close + 2, content };
    if (kind === "block" && text.slice(content.start, content.end) === "raw") {
      const end = /\{%[-+]?\s*endraw\s*[-+]?%\}/g;
      end.lastIndex = token.end;
      position = end.exec(text) ? end.lastIndex : text.length;
    } else {
      tokens.push(token);
      position = token.end;
    }
    position = text.indexOf("{", position);
  }
  return tokens;
}

/** Where `%}` or `}}` begins that belongs to no string and no dictionary; the first one where brackets stay open. */
function closing(text: string, from: number, kind: "variable" | "block"): number {
  const end = kind === "variable" ? "}}" : "%}";
  let depth = 0;
  let first = -1;
  for (let position = from; position < text.length; position++) {
    const character = text.charAt(position);
    if (text.startsWith(end, position)) {
      if (depth === 0) return position;
      if (first === -1) first = position;
    }
    if (first !== -1 && character === "{" && kinds[text.charAt(position + 1) as keyof typeof kinds]) break;
    switch (character) {
      case '"':
      case "'":
        position = endOfString(text, position);
        break;
      case "(":
      case "[":
      case "{":
        depth++;
        break;
      case ")":
      case "]":
      case "}":
        depth = Math.max(0, depth - 1);
        break;
      default:
        break;
    }
  }
  return first;
}

/** The position of the closing quote; the last one of the text where there is none. */
export function endOfString(text: string, opening: number): number {
  const quote = text.charAt(opening);
  for (let position = opening + 1; position < text.length; position++) {
    if (text.charAt(position) === "\\") position++;
    else if (text.charAt(position) === quote) return position;
  }
  return text.length;
}
