/** The words of a tag, with their places. */
import type { TextRange } from "../../base/text-range.ts";
import { isSpace } from "./template-lexer.ts";

export interface Word extends TextRange {
  readonly text: string;
}

/** Splits at white space only, for the tags whose arguments cannot be quoted. */
export function splitAtSpace(text: string, content: TextRange): readonly Word[] {
  const words: Word[] = [];
  let position = content.start;
  while (position < content.end) {
    const end = endOfRun(text, position, content.end);
    if (end > position) words.push(wordOf(text, position, end));
    position = end + 1;
  }
  return words;
}

function wordOf(text: string, start: number, end: number): Word {
  return { start, end, text: text.slice(start, end) };
}

function endOfRun(text: string, from: number, limit: number): number {
  let position = from;
  while (position < limit && !isSpace(text.charCodeAt(position))) position++;
  return position;
}

/** Splits at white space outside of quotes: `_("two words")` is one word. */
export function splitContents(text: string, content: TextRange): readonly Word[] {
  const words: Word[] = [];
  const quotes = new QuoteScanner(text, content.end);
  let position = content.start;
  while (position < content.end) {
    if (isSpace(text.charCodeAt(position))) {
      position++;
      continue;
    }
    const end = endOfWord(text, position, content.end, quotes);
    words.push(wordOf(text, position, end));
    position = end;
  }
  return words;
}

function endOfWord(text: string, start: number, limit: number, quotes: QuoteScanner): number {
  let hasQuotes = false;
  let position = start;
  while (position < limit) {
    const character = text.charAt(position);
    if (character === '"' || character === "'") {
      const end = quotes.endOf(position, character);
      // A quote that is never closed is a character like any other.
      if (end === undefined) return hasQuotes ? position : endOfRun(text, start, limit);
      hasQuotes = true;
      position = end;
    } else if (isSpace(text.charCodeAt(position))) return position;
    else position++;
  }
  return position;
}

/** Finds the ends of quoted strings; remembers for which quotes none is left, so that the tag is gone through once. */
class QuoteScanner {
  readonly #text: string;
  readonly #limit: number;
  readonly #exhausted = new Set<string>();

  constructor(text: string, limit: number) {
    this.#text = text;
    this.#limit = limit;
  }

  endOf(start: number, quote: string): number | undefined {
    if (this.#exhausted.has(quote)) return undefined;
    for (let position = start + 1; position < this.#limit; position++) {
      const character = this.#text.charAt(position);
      if (character === "\\") position++;
      else if (character === quote) return position + 1;
    }
    this.#exhausted.add(quote);
    return undefined;
  }
}
