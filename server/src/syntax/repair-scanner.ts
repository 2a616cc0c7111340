import { OpenConstructs, type Opened } from "./open-constructs.ts";
import {
  CharacterClass,
  characterClass,
  keywordClass,
  operandFollowers,
  statementKeywords,
  TokenClass,
} from "./repair-tokens.ts";
import type { Patch } from "./repaired-text.ts";
import { afterBackslashInFormatted, endOfLongString, endOfShortString } from "./string-scanner.ts";
import { type LastToken, UnfinishedStatement } from "./unfinished-statement.ts";

/** A place where the brackets may have ended, with what is needed to go on from there. */
interface Candidate extends LastToken {
  /** Where a line starts, before which the statement ended too; or a colon, after which its body follows. */
  readonly position: number;
  readonly isColon: boolean;
  readonly closers: string;
  readonly patchCount: number;
}

/** A string over several lines, which may have swallowed the code after its first line. */
interface LongString {
  readonly quotes: string;
  readonly firstLineEnd: number;
  readonly end: number;
}

const lineFeed = 10;
const carriageReturn = 13;
const doubleQuote = 34;
const hash = 35;
const singleQuote = 39;
const comma = 44;
const dot = 46;
const colon = 58;
const semicolon = 59;
const backslash = 92;

/** Finds in one pass over the tokens of a file what is missing in it. See `repair.ts`. */
export class RepairScanner {
  readonly patches: Patch[] = [];
  private readonly text: string;
  private readonly statement = new UnfinishedStatement();
  private position = 0;
  private readonly opened = new OpenConstructs();
  private lastString: LongString | undefined;
  private lineStart = 0;
  private isAtLineStart = true;
  /** Of the first line of the statement. */
  private indentation = 0;
  private candidate: Candidate | undefined;
  /** Up to here it is certain that a bracket was left open. */
  private suspiciousUntil = 0;

  constructor(text: string) {
    this.text = text;
  }

  run(): void {
    do {
      while (this.position < this.text.length) {
        const top = this.opened.innermost;
        if (top?.kind === "string" || top?.kind === "formatSpecifier") this.scanFormattedText(top);
        else this.scanToken();
      }
    } while (this.closeAtEnd());
  }

  private scanToken(): void {
    const { text } = this;
    let code = text.charCodeAt(this.position);
    while (code === 32) code = text.charCodeAt(++this.position);
    const start = this.position;
    if (start === text.length) return;
    const kind = characterClass(code);
    if (kind === CharacterClass.space) this.position++;
    else if (kind === CharacterClass.lineBreak) this.scanLineBreak(code);
    else if (code === hash) this.position = this.lineEnd(start);
    else if (code === backslash && this.skipLineContinuation()) return;
    else if (this.isAtLineStart && this.startLine(kind)) return;
    else if (kind === CharacterClass.word) this.scanWord(start);
    else if (kind === CharacterClass.digit) this.scanNumber(start);
    else if (kind === CharacterClass.quote) this.scanString(start, start);
    else if (kind === CharacterClass.opening) this.open(start);
    else if (kind === CharacterClass.closing) this.close(start);
    else if (kind === CharacterClass.operator) this.scanOperator(start);
    else this.scanPunctuation(start, code);
  }

  private token(tokenClass: TokenClass, end: number, word = ""): void {
    this.statement.add(tokenClass, end, word, this.opened.depth > 0);
    this.position = end;
  }

  private insert(at: number, text: string): void {
    if (text !== "") this.patches.push({ start: at, end: at, text, isError: true });
  }

  /** Replaces text by as much space. */
  private blank(start: number, end: number, isError: boolean): void {
    this.patches.push({ start, end, text: " ".repeat(end - start), isError });
  }

  // Lines

  private lineEnd(from: number): number {
    const end = this.text.indexOf("\n", from);
    if (end === -1) return this.text.length;
    return end > from && this.text.charCodeAt(end - 1) === carriageReturn ? end - 1 : end;
  }

  private skipLineContinuation(): boolean {
    const { text, position } = this;
    const next = text.charCodeAt(position + 1);
    if (next === lineFeed) this.position += 2;
    else if (next === carriageReturn && text.charCodeAt(position + 2) === lineFeed) this.position += 3;
    else return false;
    return true;
  }

  private scanLineBreak(code: number): void {
    const { statement, position } = this;
    if (this.opened.depth === 0) this.endStatement();
    else if (statement.lastClass === TokenClass.dot && code === lineFeed) {
      // The grammar takes a name at the start of a less indented line after `(a.` for a new statement.
      const isAfterDot = this.text.slice(statement.lastEnd, position).trim() === "";
      if (isAfterDot) this.blank(position, position + 1, false);
    }
    this.position++;
    this.lineStart = this.position;
    this.isAtLineStart = true;
  }

  /** At the first token of a line. True when the position was moved. */
  private startLine(kind: number): boolean {
    const { position, lineStart, statement } = this;
    this.isAtLineStart = false;
    if (this.opened.depth === 0) {
      if (statement.isEmpty) this.indentation = position - lineStart;
      return false;
    }
    const isWord = kind === CharacterClass.word && !this.isPrefix(position, this.wordEnd(position));
    const word = isWord ? this.text.slice(position, this.wordEnd(position)) : "";
    const isCertain = statementKeywords.has(word) || (word === "from" && this.startsImport(position));
    const isAfterOperand =
      isWord && statement.lastClass === TokenClass.operand && !operandFollowers.has(word);
    // A definition has no strings in its brackets, but often one after them.
    const isDocstring =
      kind === CharacterClass.quote &&
      statement.isDefinition &&
      statement.lastClass !== TokenClass.needsOperand;
    const isDedented = (isWord || this.text[position] === "@") && position - lineStart <= this.indentation;
    if (isCertain || isAfterOperand || isDocstring || isDedented)
      this.candidate ??= this.candidateAt(lineStart);
    if (isCertain) this.suspiciousUntil = Math.max(this.suspiciousUntil, position);
    if (this.candidate !== undefined && lineStart <= this.suspiciousUntil) {
      this.closeAt(this.candidate);
      return true;
    }
    // If the bracket is closed further down, a comma is missing.
    if (isAfterOperand) this.insert(statement.lastEnd, ",");
    return false;
  }

  /** `from` may also follow `yield` on the line before. */
  private startsImport(position: number): boolean {
    fromImport.lastIndex = position;
    return fromImport.test(this.text);
  }

  private candidateAt(position: number, isColon = false): Candidate {
    const { lastClass, lastWord, lastEnd } = this.statement;
    return {
      position,
      isColon,
      lastClass,
      lastWord,
      lastEnd,
      closers: this.opened.closersFrom(0),
      patchCount: this.patches.length,
    };
  }

  /** Goes back to a candidate and closes there what is open. */
  private closeAt(candidate: Candidate): void {
    const { position, isColon, closers, patchCount } = candidate;
    this.patches.length = patchCount;
    this.position = position;
    this.statement.returnTo(candidate);
    this.opened.closeFrom(0);
    if (isColon) {
      this.insert(candidate.lastEnd, this.statement.missingOperand() + closers);
      this.statement.lastClass = TokenClass.operand;
      this.candidate = undefined;
    } else {
      this.lineStart = position;
      this.isAtLineStart = true;
      this.endStatement(closers);
    }
  }

  /** At the end of the file. True when the position was moved back. */
  private closeAtEnd(): boolean {
    if (this.opened.depth === 0) {
      this.endStatement();
      return false;
    }
    this.suspiciousUntil = this.text.length;
    const { candidate } = this;
    this.closeAt(candidate ?? this.candidateAt(this.text.length));
    return candidate !== undefined;
  }

  /** Completes what was left out at the end of a statement, and starts the next one. */
  private endStatement(closers = ""): void {
    const { statement } = this;
    if (!statement.isEmpty) {
      this.insert(statement.lastEnd, statement.missingOperand() + closers + statement.missingClauses());
      statement.start();
    }
    this.lastString = undefined;
    this.candidate = undefined;
  }

  // Tokens

  /** Before a token that is no operand. */
  private completeOperand(): void {
    this.insert(this.statement.lastEnd, this.statement.missingOperand());
  }

  private wordEnd(start: number): number {
    const { text } = this;
    let end = start + 1;
    while (end < text.length) {
      const kind = characterClass(text.charCodeAt(end));
      if (kind !== CharacterClass.word && kind !== CharacterClass.digit) break;
      end++;
    }
    return end;
  }

  /** Whether a word is the prefix of a string. */
  private isPrefix(start: number, end: number): boolean {
    const { text } = this;
    return end - start <= 2 && isQuote(text.charCodeAt(end)) && stringPrefix.test(text.slice(start, end));
  }

  private scanWord(start: number): void {
    const { text, statement } = this;
    const end = this.wordEnd(start);
    if (this.isPrefix(start, end)) {
      this.scanString(start, end);
      return;
    }
    const length = end - start;
    // Keywords have two to eight letters and start with a small one.
    const mayBeKeyword = length >= 2 && length <= 8 && text.charCodeAt(start) >= 97;
    const word = mayBeKeyword || statement.isEmpty ? text.slice(start, end) : "";
    const keyword = mayBeKeyword ? keywordClass.get(word) : undefined;
    if (keyword === undefined) {
      if (!this.reopenLastString()) this.token(TokenClass.operand, end, statement.isEmpty ? word : "");
      return;
    }
    if (statement.lastClass === TokenClass.dot && operandFollowers.has(word)) {
      this.insert(statement.lastEnd, "_ ");
    }
    this.token(keyword, end, word);
  }

  private scanNumber(start: number): void {
    const { text } = this;
    let end = this.wordEnd(start);
    while (text.charCodeAt(end) === dot) end = this.wordEnd(end);
    this.token(TokenClass.operand, end);
  }

  private scanOperator(start: number): void {
    const { text, statement } = this;
    let end = start + 1;
    while (end < text.length && characterClass(text.charCodeAt(end)) === CharacterClass.operator) end++;
    const first = text[start];
    const isEqualsSign = first === "=" && end === start + 1;
    // `{x=}` in an f-string shows the expression and its value.
    const isShown = isEqualsSign && this.opened.innermost?.kind === "replacement";
    // A star or slash without an operand before it stands alone: `import *`, `def f(a, /, *, b)`.
    const isAlone =
      (first === "*" || first === "/") && text[end - 1] !== "=" && statement.lastClass !== TokenClass.operand;
    this.token(isShown || isAlone ? TokenClass.other : TokenClass.needsOperand, end);
  }

  private scanPunctuation(start: number, code: number): void {
    if (code === dot) this.scanDot(start);
    else if (code === colon) this.scanColon(start);
    else if (code === comma) {
      this.completeOperand();
      this.token(TokenClass.other, start + 1);
    } else if (code === semicolon && this.opened.depth === 0 && this.statement.endsAtSemicolon) {
      this.endStatement();
      this.position = start + 1;
    } else this.token(TokenClass.other, start + 1);
  }

  private scanDot(start: number): void {
    const { text, statement } = this;
    if (characterClass(text.charCodeAt(start + 1)) === CharacterClass.digit) this.scanNumber(start);
    else if (statement.isBeforeImport) this.token(TokenClass.other, start + 1);
    else if (text.startsWith("...", start)) this.token(TokenClass.operand, start + 3);
    else
      this.token(statement.lastClass === TokenClass.operand ? TokenClass.dot : TokenClass.other, start + 1);
  }

  private scanColon(start: number): void {
    const top = this.opened.innermost;
    if (top?.kind === "replacement") {
      this.completeOperand();
      this.token(TokenClass.other, start + 1);
      this.opened.push({ kind: "formatSpecifier", closer: "", start, isRaw: top.isRaw });
    } else if (this.text[start + 1] === "=") this.token(TokenClass.needsOperand, start + 2);
    else {
      if (top !== undefined && this.statement.isHeader && this.endsLine(start)) {
        this.candidate ??= this.candidateAt(start, true);
      }
      if (this.statement.lastWord !== "lambda") this.completeOperand();
      this.token(TokenClass.other, start + 1, ":");
    }
  }

  private endsLine(start: number): boolean {
    lineEndAfterColon.lastIndex = start;
    return lineEndAfterColon.test(this.text);
  }

  // Brackets

  private open(start: number): void {
    const bracket = this.text[start];
    const closer = bracket === "(" ? ")" : bracket === "[" ? "]" : "}";
    const isOutermost = this.opened.depth === 0;
    const isGeneric = isOutermost && bracket === "[" && this.statement.mayHaveTypeParameters;
    this.token(TokenClass.other, start + 1, bracket);
    this.opened.push({ kind: isGeneric ? "typeParameters" : "bracket", closer, start, isRaw: false });
  }

  private close(start: number): void {
    this.completeOperand();
    const closer = this.text[start];
    const found = this.opened.find((entry) => entry.closer === closer || entry.kind === "replacement");
    if (found === undefined || found.entry.closer !== closer) {
      // Nothing is open that this could close.
      this.blank(start, start + 1, true);
      this.position = start + 1;
      return;
    }
    const { depth, entry } = found;
    this.insert(this.statement.lastEnd, this.opened.closersFrom(depth + 1));
    this.closeFrom(depth);
    this.token(entry.kind === "replacement" ? TokenClass.other : TokenClass.operand, start + 1);
    if (entry.kind === "typeParameters") this.hideDefaults(entry.start, start + 1);
  }

  private closeFrom(depth: number): void {
    this.opened.closeFrom(depth);
    if (depth === 0) this.candidate = undefined;
  }

  /** The grammar does not know `class A[T = int]` of Python 3.13; type parameters are not part of the tree. */
  private hideDefaults(start: number, end: number): void {
    if (!typeParameterDefault.test(this.text.slice(start, end))) return;
    while ((this.patches[this.patches.length - 1]?.end ?? -1) >= start) this.patches.pop();
    this.blank(start, end, false);
  }

  // Strings

  private scanString(start: number, quotesStart: number): void {
    const { text } = this;
    const quote = text[quotesStart] ?? "";
    const isLong = text.startsWith(quote.repeat(3), quotesStart);
    const quotes = isLong ? quote.repeat(3) : quote;
    const prefix = text.slice(start, quotesStart);
    const contentStart = quotesStart + quotes.length;
    if (/[ft]/i.test(prefix)) {
      this.opened.push({ kind: "string", closer: quotes, start, isRaw: /r/i.test(prefix) });
      this.position = contentStart;
      return;
    }
    const end = isLong
      ? endOfLongString(text, contentStart, quotes)
      : endOfShortString(text, contentStart, quote);
    if (end !== undefined) {
      this.token(TokenClass.operand, end);
      if (isLong) this.lastString = { quotes, firstLineEnd: this.lineEnd(contentStart), end };
    } else if (isLong || !this.closeReplacement(quotesStart, quote)) {
      const lineEnd = this.lineEnd(contentStart);
      this.insert(lineEnd, quotes);
      this.token(TokenClass.operand, lineEnd);
    }
  }

  /** In `f"{x"` the last quote ends the outer string: the brace was left open. True when it is so. */
  private closeReplacement(quotesStart: number, quote: string): boolean {
    const string = this.opened.find(({ kind }) => kind === "string");
    if (string?.entry.closer !== quote) return false;
    const inside = string.depth + 1;
    this.insert(this.statement.lastEnd, this.statement.missingOperand() + this.opened.closersFrom(inside));
    this.closeFrom(inside);
    this.position = quotesStart;
    return true;
  }

  /** Before a name: `"""…"""name` means that a string over several lines began too early. True when it is so. */
  private reopenLastString(): boolean {
    const { lastString, statement } = this;
    if (lastString === undefined || statement.lastEnd !== lastString.end) return false;
    const { firstLineEnd, end, quotes } = lastString;
    if (firstLineEnd >= end || this.lineStart > end) return false;
    this.lastString = undefined;
    this.insert(firstLineEnd, quotes);
    statement.lastEnd = firstLineEnd;
    this.position = firstLineEnd;
    return true;
  }

  /** The text of an f-string between its expressions, or the format specification of one of them. */
  private scanFormattedText(top: Opened): void {
    const { text } = this;
    const isSpecifier = top.kind === "formatSpecifier";
    const quotes = this.opened.find(({ kind }) => kind === "string")?.entry.closer ?? "";
    for (; this.position < text.length; this.position++) {
      const character = text[this.position];
      if (character === "\\") {
        this.position = afterBackslashInFormatted(text, this.position, top.isRaw) - 1;
      } else if (character === "{") {
        if (isSpecifier || text[this.position + 1] !== "{") {
          this.startReplacement(top);
          return;
        }
        this.position++;
      } else if (character === "}" && isSpecifier) {
        this.closeFrom(this.opened.depth - 2);
        this.position++;
        return;
      } else if (this.isEndOfString(quotes)) {
        this.endFormattedText(isSpecifier, quotes);
        return;
      }
    }
    this.position = text.length;
    this.statement.lastEnd = text.length;
    this.statement.lastClass = TokenClass.other;
  }

  private startReplacement({ isRaw }: Opened): void {
    this.opened.push({ kind: "replacement", closer: "}", start: this.position, isRaw });
    this.token(TokenClass.other, this.position + 1);
  }

  private isEndOfString(quotes: string): boolean {
    const { text, position } = this;
    if (text.startsWith(quotes, position)) return true;
    const code = text.charCodeAt(position);
    return quotes.length === 1 && (code === lineFeed || code === carriageReturn);
  }

  /** At the quotes that end a string, or at the end of the line where they are missing. */
  private endFormattedText(isSpecifier: boolean, quotes: string): void {
    const { position } = this;
    if (isSpecifier) {
      this.insert(position, "}");
      this.closeFrom(this.opened.depth - 2);
      return;
    }
    this.closeFrom(this.opened.depth - 1);
    const isClosed = this.text.startsWith(quotes, position);
    if (!isClosed) this.insert(position, quotes);
    this.token(TokenClass.operand, isClosed ? position + quotes.length : position);
  }
}

const stringPrefix = /^(?:[rbfut]|rb|br|rf|fr|tr|rt|ur)$/i;
const fromImport = /from[ \t]+[\w.]+[ \t]+import\b/y;
const lineEndAfterColon = /:[ \t]*(?:#.*)?\r?(?:\n|$)/y;
const typeParameterDefault = /(?<![=!<>:])=(?!=)/;

function isQuote(code: number): boolean {
  return code === doubleQuote || code === singleQuote;
}
