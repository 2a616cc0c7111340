/** Where string literals end, which Python decides without looking at what is inside. */

const lineFeed = 10;
const carriageReturn = 13;
const backslash = 92;

/** After the closing quote of a literal of one line; undefined when the line ends first. */
export function endOfShortString(text: string, contentStart: number, quote: string): number | undefined {
  const quoteCode = quote.charCodeAt(0);
  for (let position = contentStart; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code === quoteCode) return position + 1;
    if (code === lineFeed || code === carriageReturn) return undefined;
    if (code === backslash) position = afterBackslash(text, position) - 1;
  }
  return undefined;
}

/** After the closing quotes of a literal of any number of lines; undefined when the file ends first. */
export function endOfLongString(text: string, contentStart: number, quotes: string): number | undefined {
  let end = text.indexOf(quotes, contentStart);
  while (end !== -1 && isEscaped(text, end, contentStart)) end = text.indexOf(quotes, end + 1);
  return end === -1 ? undefined : end + quotes.length;
}

/** Whether an odd number of backslashes stands before `position`. */
function isEscaped(text: string, position: number, from: number): boolean {
  let count = 0;
  while (position - 1 - count >= from && text.charCodeAt(position - 1 - count) === backslash) count++;
  return count % 2 === 1;
}

/** After a backslash and what it escapes: in raw strings too, it keeps a quote from ending the literal. */
function afterBackslash(text: string, position: number): number {
  const isWindowsLineBreak =
    text.charCodeAt(position + 1) === carriageReturn && text.charCodeAt(position + 2) === lineFeed;
  return position + (isWindowsLineBreak ? 3 : 2);
}

/** The same in an f-string: a backslash does not escape a brace, but `\N{BULLET}` is no expression. */
export function afterBackslashInFormatted(text: string, position: number, isRaw: boolean): number {
  const next = text[position + 1];
  if (next === "{" || next === "}") return position + 1;
  if (isRaw || next !== "N" || text[position + 2] !== "{") return afterBackslash(text, position);
  characterName.lastIndex = position;
  return characterName.test(text) ? characterName.lastIndex : position + 2;
}

const characterName = /\\N\{[^}\n]*\}/y;
