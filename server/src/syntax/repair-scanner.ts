import {
  CharacterClass,
  characterClass,
  headerKeywords,
  keywordClass,
  operandFollowers,
  statementKeywords,
  TokenClass,
} from "./repair-tokens.ts";
import type { Patch } from "./repaired-text.ts";

/** Something opened and not yet closed. */
interface Opened {
  readonly kind: "bracket" | "typeParameters" | "string" | "replacement" | "formatSpecifier";
  /** What closes it, where it has to be closed for the user. */
  readonly closer: string;
  readonly start: number;
  /** Of the string that it is or lies in: whether its prefix has an `r`. */
  readonly raw: boolean;
}

/** A place inside brackets where the statement may have ended, with what has to be known to go on from there. */
interface Candidate {
  readonly lineStart: number;
  readonly lastClass: TokenClass;
  readonly lastWord: string;
  readonly lastEnd: number;
  readonly closers: string;
  readonly patchCount: number;
}

/** A string over several lines that may have swallowed the code after its first line. */
interface MultilineString {
  readonly quotes: string;
  readonly firstLineEnd: number;
  readonly end: number;
}

const lineFeed = 10;
const carriageReturn = 13;
const backslash = 92;
const dot = 46;

/** Finds in one pass over the tokens of a file what is missing in it. See `repair.ts`. */
export class RepairScanner {
  readonly patches: Patch[] = [];
  readonly text: string;
  private position = 0;
  private opened: Opened[] = [];

  // The last token.
  private lastClass: TokenClass = TokenClass.none;
  private lastWord = "";
  private lastEnd = 0;
  private lastString: MultilineString | undefined;

  // The statement being read.
  private firstWord = "";
  private tokenCount = 0;
  private secondClass: TokenClass = TokenClass.none;
  private indentation = 0;
  private hasColon = false;
  private hasIn = false;
  private hasImport = false;
  private hasParenthesis = false;
  /** `if` without `else`, outside brackets. */
  private openConditionals = 0;

  // Lines inside brackets.
  private lineStart = 0;
  private isAtLineStart = true;
  private candidate: Candidate | undefined;
  /** Up to here it is certain that a bracket was left open. */
  private suspiciousUntil = 0;

  constructor(text: string) {
    this.text = text;
  }

  run(): void {
    do {
      while (this.position < this.text.length) {
        const { opened } = this;
        const top = opened.length === 0 ? undefined : opened[opened.length - 1];
        if (top?.kind === "string" || top?.kind === "formatSpecifier") this.scanFormattedText(top);
        else this.scanToken();
      }
    } while (this.closeAtEnd());
  }

  private scanToken(): void {
    const { text } = this;
    let code = text.charCodeAt(this.position);
    while (code === 32) code = text.charCodeAt(++this.position);
    const kind = characterClass(code);
    if (kind === CharacterClass.space || Number.isNaN(code)) {
      this.position++;
      return;
    }
    if (kind === CharacterClass.lineBreak) {
      this.scanLineBreak(code);
      return;
    }
    if (code === 35 /* # */) {
      this.position = this.lineEnd(this.position);
      return;
    }
    if (code === backslash && this.skipLineContinuation()) return;
    if (this.isAtLineStart && this.startLine(kind)) return;
    const start = this.position;
    switch (kind) {
      case CharacterClass.word:
        this.scanWord(start);
        return;
      case CharacterClass.digit:
        this.scanNumber(start);
        return;
      case CharacterClass.quote:
        this.scanString(start, start);
        return;
      case CharacterClass.opening:
        this.open(start, code);
        return;
      case CharacterClass.closing:
        this.close(start, code);
        return;
      case CharacterClass.operator:
        this.scanOperator(start);
        return;
      default:
        this.scanPunctuation(start, code);
    }
  }

  // Lines

  private lineEnd(from: number): number {
    const end = this.text.indexOf("\n", from);
    if (end === -1) return this.text.length;
    return this.text.charCodeAt(end - 1) === carriageReturn && end > from ? end - 1 : end;
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
    if (this.opened.length === 0) this.endStatement();
    else if (this.lastClass === TokenClass.dot) this.joinLines(code);
    this.position++;
    this.lineStart = this.position;
    this.isAtLineStart = true;
  }

  /** The grammar takes a name at the start of a less indented line after `(a.` for a new statement. */
  private joinLines(code: number): void {
    if (this.text.slice(this.lastEnd, this.position).trim() !== "") return;
    if (code === lineFeed) {
      this.patch({ start: this.position, end: this.position + 1, text: " ", isError: false });
    }
  }

  /** At the first token of a line. True when the position was moved. */
  private startLine(kind: number): boolean {
    this.isAtLineStart = false;
    if (this.opened.length === 0) {
      if (this.tokenCount === 0) this.indentation = this.position - this.lineStart;
      return false;
    }
    const isWord = kind === CharacterClass.word;
    if (!isWord && this.text[this.position] !== "@") return false;
    if (this.position - this.lineStart <= this.indentation) this.candidate ??= this.candidateHere();
    const isCertain = isWord && this.isStatementStart();
    if (isCertain) {
      this.candidate ??= this.candidateHere();
      this.suspiciousUntil = Math.max(this.suspiciousUntil, this.position);
    }
    if (this.candidate === undefined || this.lineStart > this.suspiciousUntil) return false;
    this.closeAt(this.candidate);
    return true;
  }

  private isStatementStart(): boolean {
    const word = this.wordAt(this.position);
    if (statementKeywords.has(word)) return this.lastClass !== TokenClass.dot;
    if (word !== "from") return false;
    fromImport.lastIndex = this.position;
    return fromImport.test(this.text);
  }

  private candidateHere(): Candidate {
    return {
      lineStart: this.lineStart,
      lastClass: this.lastClass,
      lastWord: this.lastWord,
      lastEnd: this.lastEnd,
      closers: this.closers(0),
      patchCount: this.patches.length,
    };
  }

  /** Goes back to a candidate and closes there what is open. */
  private closeAt(candidate: Candidate): void {
    this.patches.length = candidate.patchCount;
    this.position = candidate.lineStart;
    this.lineStart = candidate.lineStart;
    this.isAtLineStart = true;
    this.lastClass = candidate.lastClass;
    this.lastWord = candidate.lastWord;
    this.lastEnd = candidate.lastEnd;
    this.opened = [];
    this.endStatement(candidate.closers);
  }

  private closers(from: number): string {
    let closers = "";
    for (let index = this.opened.length - 1; index >= from; index--) {
      closers += this.opened[index]?.closer ?? "";
    }
    return closers;
  }

  /** At the end of the file. True when the position was moved back. */
  private closeAtEnd(): boolean {
    if (this.opened.length === 0) {
      this.endStatement();
      return false;
    }
    this.suspiciousUntil = this.text.length;
    const { candidate } = this;
    this.closeAt(candidate ?? { ...this.candidateHere(), lineStart: this.text.length });
    return candidate !== undefined;
  }

  // Statements

  /** Completes what was left out at the end of a statement, and starts the next one. */
  private endStatement(closers = ""): void {
    if (this.tokenCount > 0) {
      const completion = this.missingOperand(true) + closers + this.missingClauses();
      if (completion !== "") this.insert(this.lastEnd, completion);
    }
    this.lastClass = TokenClass.none;
    this.lastWord = "";
    this.lastString = undefined;
    this.firstWord = "";
    this.tokenCount = 0;
    this.hasColon = false;
    this.hasIn = false;
    this.hasImport = false;
    this.hasParenthesis = false;
    this.openConditionals = 0;
    this.candidate = undefined;
  }

  /** What stands for the operand that the last token still needs. */
  private missingOperand(atEnd: boolean): string {
    if (this.lastClass === TokenClass.dot) return "_";
    if (this.lastClass !== TokenClass.needsOperand) return "";
    switch (this.lastWord) {
      case "lambda":
        return ": _";
      case "else":
        return this.tokenCount === 1 ? "" : " _";
      case "def":
        return atEnd ? " _()" : " _";
      default:
        return " _";
    }
  }

  private missingClauses(): string {
    const { firstWord } = this;
    let missing = this.openConditionals > 0 && firstWord !== "case" ? " else _" : "";
    if (firstWord === "from" && !this.hasImport) missing += " import _";
    if (this.hasColon || !this.isHeader()) return missing;
    if (firstWord === "for" && !this.hasIn) missing += " in _";
    if (firstWord === "def" && !this.hasParenthesis && this.lastWord !== "def") missing += "()";
    return `${missing}:`;
  }

  /** `match` and `case` are names too, but no name is followed by an operand. */
  private isHeader(): boolean {
    const { firstWord } = this;
    if (firstWord === "match" || firstWord === "case") return this.secondClass === TokenClass.operand;
    return headerKeywords.has(firstWord);
  }

  private insert(at: number, text: string): void {
    this.patch({ start: at, end: at, text, isError: true });
  }

  private patch(patch: Patch): void {
    this.patches.push(patch);
  }

  // Tokens

  private token(kind: TokenClass, end: number, word = ""): void {
    this.tokenCount++;
    if (this.tokenCount === 2) this.secondClass = kind;
    this.lastClass = kind;
    this.lastWord = word;
    this.lastEnd = end;
    this.position = end;
  }

  /** Before a token that cannot be an operand. */
  private expectOperandBefore(): void {
    const operand = this.missingOperand(false);
    if (operand !== "") this.insert(this.lastEnd, operand);
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

  private wordAt(start: number): string {
    return this.text.slice(start, this.wordEnd(start));
  }

  private scanWord(start: number): void {
    const { text } = this;
    const end = this.wordEnd(start);
    const length = end - start;
    if (length <= 2 && isQuote(text.charCodeAt(end)) && stringPrefix.test(text.slice(start, end))) {
      this.scanString(start, end);
      return;
    }
    const isFirst = this.tokenCount === 0;
    // Keywords have two to eight letters and start with a small one.
    const mayBeKeyword = length >= 2 && length <= 8 && text.charCodeAt(start) >= 97;
    const word = isFirst || mayBeKeyword ? text.slice(start, end) : "";
    const keyword = mayBeKeyword ? keywordClass.get(word) : undefined;
    if (keyword === undefined) {
      if (this.reopenLastString()) return;
      if (isFirst) this.firstWord = word;
      this.token(TokenClass.operand, end);
      return;
    }
    if (isFirst || (this.tokenCount === 1 && this.firstWord === "async")) this.firstWord = word;
    this.noteKeyword(word, isFirst);
    this.token(keyword, end, word);
  }

  private noteKeyword(word: string, isFirst: boolean): void {
    if (this.lastClass === TokenClass.dot && operandFollowers.has(word)) this.insert(this.lastEnd, "_ ");
    if (this.opened.length > 0) return;
    switch (word) {
      case "in":
        this.hasIn = true;
        break;
      case "import":
        this.hasImport = true;
        break;
      case "if":
        if (!isFirst) this.openConditionals++;
        break;
      case "else":
        if (!isFirst) this.openConditionals--;
        break;
    }
  }

  private scanNumber(start: number): void {
    const { text } = this;
    let end = start + 1;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      const kind = characterClass(code);
      if (kind !== CharacterClass.word && kind !== CharacterClass.digit && code !== dot) break;
    }
    this.token(TokenClass.operand, end);
  }

  private scanOperator(start: number): void {
    const { text } = this;
    let end = start + 1;
    while (end < text.length && characterClass(text.charCodeAt(end)) === CharacterClass.operator) end++;
    const first = text[start];
    const top = this.opened[this.opened.length - 1];
    if (end === start + 1 && first === "=") {
      // `{x=}` in an f-string shows the expression and its value.
      this.token(top?.kind === "replacement" ? TokenClass.other : TokenClass.needsOperand, end, "=");
      return;
    }
    // A star or slash without an operand before it stands alone: `import *`, `def f(a, /, *, b)`.
    const mayStandAlone = (first === "*" || first === "/") && text[end - 1] !== "=";
    const isBinary = !mayStandAlone || this.lastClass === TokenClass.operand;
    this.token(isBinary ? TokenClass.needsOperand : TokenClass.other, end);
  }

  private scanPunctuation(start: number, code: number): void {
    const { text } = this;
    switch (code) {
      case dot:
        this.scanDot(start);
        return;
      case 58 /* : */:
        this.scanColon(start);
        return;
      case 44 /* , */:
        this.expectOperandBefore();
        this.token(TokenClass.other, start + 1);
        return;
      case 59 /* ; */:
        if (this.opened.length === 0 && !headerKeywords.has(this.firstWord)) this.endStatement();
        this.token(TokenClass.other, start + 1);
        return;
      default:
        this.token(TokenClass.other, start + (text.codePointAt(start) === code ? 1 : 2));
    }
  }

  private scanDot(start: number): void {
    const { text } = this;
    if (text.startsWith("...", start)) {
      this.token(this.firstWord === "from" ? TokenClass.other : TokenClass.operand, start + 3);
    } else if (characterClass(text.charCodeAt(start + 1)) === CharacterClass.digit) this.scanNumber(start);
    else {
      const isAttribute =
        this.lastClass === TokenClass.operand && !(this.firstWord === "from" && !this.hasImport);
      this.token(isAttribute ? TokenClass.dot : TokenClass.other, start + 1);
    }
  }

  private scanColon(start: number): void {
    const top = this.opened[this.opened.length - 1];
    if (top?.kind === "replacement") {
      this.expectOperandBefore();
      this.token(TokenClass.other, start + 1);
      this.opened.push({ kind: "formatSpecifier", closer: "", start, raw: top.raw });
      return;
    }
    if (this.text[start + 1] === "=") {
      this.token(TokenClass.needsOperand, start + 2);
      return;
    }
    if (this.lastWord !== "lambda") this.expectOperandBefore();
    if (top === undefined) this.hasColon = true;
    this.token(TokenClass.other, start + 1);
  }

  // Brackets

  private open(start: number, code: number): void {
    const closer = code === 40 ? ")" : code === 91 ? "]" : "}";
    const isOutermost = this.opened.length === 0;
    const kind = isOutermost && closer === "]" && this.startsTypeParameters() ? "typeParameters" : "bracket";
    if (isOutermost && closer === ")") this.hasParenthesis = true;
    this.opened.push({ kind, closer, start, raw: false });
    this.token(TokenClass.other, start + 1);
  }

  private startsTypeParameters(): boolean {
    const { firstWord } = this;
    if (firstWord === "type") return this.tokenCount === 2 && this.lastClass === TokenClass.operand;
    return (firstWord === "def" || firstWord === "class") && !this.hasParenthesis && !this.hasColon;
  }

  private close(start: number, code: number): void {
    this.expectOperandBefore();
    const closer = String.fromCharCode(code);
    let index = this.opened.length - 1;
    while (index >= 0 && this.opened[index]?.kind !== "replacement" && this.opened[index]?.closer !== closer)
      index--;
    const entry = this.opened[index];
    if (entry === undefined || entry.closer !== closer) {
      // Nothing is open that this could close.
      this.patch({ start, end: start + 1, text: " ", isError: true });
      this.position = start + 1;
      return;
    }
    const closers = this.closers(index + 1);
    if (closers !== "") this.insert(this.lastEnd, closers);
    while (this.opened.length > index) this.opened.pop();
    if (index === 0) this.candidate = undefined;
    this.token(entry.kind === "replacement" ? TokenClass.other : TokenClass.operand, start + 1);
    if (entry.kind === "typeParameters") this.hideDefaults(entry.start, start + 1);
  }

  /** The grammar does not know `class A[T = int]` of Python 3.13; type parameters are not part of the tree. */
  private hideDefaults(start: number, end: number): void {
    if (!typeParameterDefault.test(this.text.slice(start, end))) return;
    while ((this.patches[this.patches.length - 1]?.end ?? -1) >= start) this.patches.pop();
    this.patch({ start, end, text: " ".repeat(end - start), isError: false });
  }

  // Strings

  private scanString(start: number, quotesStart: number): void {
    const { text } = this;
    const quote = text[quotesStart] ?? "";
    const isTriple = text.startsWith(quote.repeat(3), quotesStart);
    const quotes = isTriple ? quote.repeat(3) : quote;
    const prefix = text.slice(start, quotesStart);
    const contentStart = quotesStart + quotes.length;
    if (/[ft]/i.test(prefix)) {
      this.opened.push({ kind: "string", closer: quotes, start, raw: /r/i.test(prefix) });
      this.position = contentStart;
      return;
    }
    const end = isTriple ? endOfTriple(text, contentStart, quotes) : endOfSingle(text, contentStart, quote);
    if (end !== undefined) {
      this.token(TokenClass.operand, end);
      if (isTriple) this.lastString = { quotes, firstLineEnd: this.lineEnd(contentStart), end };
      return;
    }
    const lineEnd = Math.max(this.lineEnd(contentStart), contentStart);
    if (!isTriple && this.closeReplacement(quotesStart, quote)) return;
    this.insert(lineEnd, quotes);
    this.token(TokenClass.operand, lineEnd);
  }

  /** In `f"{x"` the last quote ends the outer string: the brace was left open. */
  private closeReplacement(quotesStart: number, quote: string): boolean {
    for (let index = this.opened.length - 1; index >= 0; index--) {
      const entry = this.opened[index];
      if (entry?.kind !== "string") continue;
      if (entry.closer !== quote) return false;
      const operand = this.missingOperand(false);
      this.insert(this.lastEnd, operand + this.closers(index + 1));
      this.opened.length = index + 1;
      this.position = quotesStart;
      return true;
    }
    return false;
  }

  /** Before a name that follows a string over several lines: `"""…"""name` means that the string began too early. */
  private reopenLastString(): boolean {
    const { lastString } = this;
    if (lastString === undefined || this.lastEnd !== lastString.end || this.lastClass !== TokenClass.operand)
      return false;
    if (lastString.firstLineEnd >= lastString.end || this.lineStart > lastString.end) return false;
    this.lastString = undefined;
    this.insert(lastString.firstLineEnd, lastString.quotes);
    this.lastEnd = lastString.firstLineEnd;
    this.position = lastString.firstLineEnd;
    return true;
  }

  /** The text of an f-string between its expressions, or a format specification inside one of them. */
  private scanFormattedText(top: Opened): void {
    const { text } = this;
    const quotes = this.enclosingQuotes();
    const isSpecifier = top.kind === "formatSpecifier";
    while (this.position < text.length) {
      const character = text[this.position];
      if (character === "\\") this.skipEscape(top.raw);
      else if (character === "{") {
        if (!isSpecifier && text[this.position + 1] === "{") this.position += 2;
        else {
          this.opened.push({ kind: "replacement", closer: "}", start: this.position, raw: top.raw });
          this.token(TokenClass.other, this.position + 1);
          return;
        }
      } else if (character === "}" && isSpecifier) {
        this.opened.length -= 2;
        this.position++;
        return;
      } else if (text.startsWith(quotes, this.position)) {
        if (isSpecifier) this.closeSpecifier();
        else {
          this.opened.pop();
          this.token(TokenClass.operand, this.position + quotes.length);
        }
        return;
      } else if (quotes.length === 1 && (character === "\n" || character === "\r")) {
        if (isSpecifier) this.closeSpecifier();
        else {
          this.insert(this.position, quotes);
          this.opened.pop();
          this.token(TokenClass.operand, this.position);
        }
        return;
      } else this.position++;
    }
    this.lastEnd = text.length;
    this.lastClass = TokenClass.other;
  }

  private closeSpecifier(): void {
    this.insert(this.position, "}");
    this.opened.length -= 2;
  }

  private enclosingQuotes(): string {
    for (let index = this.opened.length - 1; index >= 0; index--) {
      const entry = this.opened[index];
      if (entry?.kind === "string") return entry.closer;
    }
    return "";
  }

  private skipEscape(raw: boolean): void {
    const { text } = this;
    const next = text[this.position + 1];
    if (next === "{" || next === "}") this.position++;
    else if (!raw && next === "N" && text[this.position + 2] === "{") {
      const end = text.indexOf("}", this.position);
      const lineEnd = this.lineEnd(this.position);
      this.position = end === -1 || end > lineEnd ? this.position + 2 : end + 1;
    } else if (next === "\r" && text[this.position + 2] === "\n") this.position += 3;
    else this.position += 2;
  }
}

const stringPrefix = /^(?:[rbfut]|rb|br|rf|fr|tr|rt|ur)$/i;
const fromImport = /from[ \t]+[\w.]+[ \t]+import\b/y;
const typeParameterDefault = /(?<![=!<>:])=(?!=)/;

function isQuote(code: number): boolean {
  return code === 34 || code === 39;
}

/** After the closing quote; undefined when the line ends first. */
function endOfSingle(text: string, contentStart: number, quote: string): number | undefined {
  const quoteCode = quote.charCodeAt(0);
  for (let position = contentStart; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code === quoteCode) return position + 1;
    if (code === lineFeed || code === carriageReturn) return undefined;
    if (code === backslash) {
      position++;
      if (text.charCodeAt(position) === carriageReturn && text.charCodeAt(position + 1) === lineFeed)
        position++;
    }
  }
  return undefined;
}

/** After the closing quotes; undefined when the file ends first. */
function endOfTriple(text: string, contentStart: number, quotes: string): number | undefined {
  let end = text.indexOf(quotes, contentStart);
  while (end !== -1 && isEscaped(text, end, contentStart)) end = text.indexOf(quotes, end + 1);
  return end === -1 ? undefined : end + 3;
}

/** Whether an odd number of backslashes stands before `position`. */
function isEscaped(text: string, position: number, from: number): boolean {
  let count = 0;
  while (position - 1 - count >= from && text.charCodeAt(position - 1 - count) === backslash) count++;
  return count % 2 === 1;
}
