/** Splits a template into tags and the text between them, exactly as Django does. */
import type { TextRange } from "../../base/text-range.ts";

/** A tag with its delimiters. `content` is the text inside, without white space around it. */
export interface TemplateToken extends TextRange {
  readonly kind: "variable" | "block" | "comment";
  readonly content: TextRange;
}

const closings = { "{": "}}", "%": "%}", "#": "#}" } as const;
const kinds = { "{": "variable", "%": "block", "#": "comment" } as const;
type Opening = keyof typeof closings;

/** The tags of a template, in order. A tag ends on the line on which it starts; else it is text. */
export function templateTokens(text: string): readonly TemplateToken[] {
  const tokens: TemplateToken[] = [];
  const lineBreaks = new Search(text, "\n");
  const ends = {
    "{": new Search(text, closings["{"]),
    "%": new Search(text, closings["%"]),
    "#": new Search(text, closings["#"]),
  };
  /** The tag that ends `{% verbatim %}`, inside of it. */
  let verbatimEnd: string | undefined;
  let verbatimEnds: ReadonlyMap<string, number> | undefined;
  let position = text.indexOf("{");
  while (position !== -1) {
    const opening = text.charAt(position + 1);
    const close = isOpening(opening) ? ends[opening].from(position + 2) : Number.POSITIVE_INFINITY;
    if (!isOpening(opening) || close >= lineBreaks.from(position + 2)) {
      position = text.indexOf("{", position + 1);
      continue;
    }
    const token = { kind: kinds[opening], start: position, end: close + 2 } as const;
    const content = trimmed(text, position + 2, close);
    position = text.indexOf("{", token.end);
    const words = text.slice(content.start, content.end);
    if (verbatimEnd !== undefined) {
      if (token.kind !== "block" || words !== verbatimEnd) continue;
      verbatimEnd = undefined;
    } else if (token.kind === "block" && (words === "verbatim" || words.startsWith("verbatim "))) {
      verbatimEnds ??= lastVerbatimEnds(text, token.end);
      // Without its end the rest of the file would be text.
      if ((verbatimEnds.get(`end${words}`) ?? 0) >= token.end) verbatimEnd = `end${words}`;
    }
    tokens.push({ content, ...token });
  }
  return tokens;
}

/** Where each `{% endverbatim … %}` stands for the last time. */
function lastVerbatimEnds(text: string, from: number): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  const ends = new Search(text, "%}");
  for (let at = text.indexOf("endverbatim", from); at !== -1; at = text.indexOf("endverbatim", at + 1)) {
    const close = ends.from(at);
    if (close === Number.POSITIVE_INFINITY) break;
    const { start, end } = trimmed(text, at, Math.min(close, at + longestVerbatimName));
    last.set(text.slice(start, end), at);
  }
  return last;
}

const longestVerbatimName = 200;

function isOpening(character: string): character is Opening {
  return character === "{" || character === "%" || character === "#";
}

/** Positions of a string, asked for from left to right: the text is gone through once. */
class Search {
  readonly #text: string;
  readonly #wanted: string;
  #found = -1;

  constructor(text: string, wanted: string) {
    this.#text = text;
    this.#wanted = wanted;
  }

  /** The first position at or after `position`; infinite when there is none. */
  from(position: number): number {
    if (this.#found < position) {
      const found = this.#text.indexOf(this.#wanted, position);
      this.#found = found === -1 ? Number.POSITIVE_INFINITY : found;
    }
    return this.#found;
  }
}

/** The range without white space at its ends. */
export function trimmed(text: string, start: number, end: number): TextRange {
  let first = start;
  let last = end;
  while (first < last && isSpace(text.charCodeAt(first))) first++;
  while (last > first && isSpace(text.charCodeAt(last - 1))) last--;
  return { start: first, end: last };
}

/** What Python's `str.strip()` and `\s` take for white space. */
export function isSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f);
  return code !== 0xfeff && (code === 0x85 || otherSpace.test(String.fromCharCode(code)));
}

const otherSpace = /\s/;
