import { headerKeywords, TokenClass } from "./repair-tokens.ts";

export interface LastToken {
  readonly lastClass: TokenClass;
  readonly lastWord: string;
  readonly lastEnd: number;
}

/** What has been read of a statement, and what it would need to be complete. One object serves for all statements. */
export class UnfinishedStatement implements LastToken {
  lastClass: TokenClass = TokenClass.none;
  /** A keyword, or a token that has a meaning of its own here; else empty. */
  lastWord = "";
  lastEnd = 0;
  private firstWord = "";
  private secondClass: TokenClass = TokenClass.none;
  private tokenCount = 0;
  private hasColon = false;
  private hasIn = false;
  private hasImport = false;
  private hasParenthesis = false;
  /** `if` without `else`, but not the `if` of a statement. */
  private openConditionals = 0;

  get isEmpty(): boolean {
    return this.tokenCount === 0;
  }

  start(): void {
    this.lastClass = TokenClass.none;
    this.lastWord = "";
    this.firstWord = "";
    this.secondClass = TokenClass.none;
    this.tokenCount = 0;
    this.hasColon = false;
    this.hasIn = false;
    this.hasImport = false;
    this.hasParenthesis = false;
    this.openConditionals = 0;
  }

  add(tokenClass: TokenClass, end: number, word: string, isInBrackets: boolean): void {
    if (this.tokenCount === 0 || (this.tokenCount === 1 && this.firstWord === "async")) this.firstWord = word;
    if (this.tokenCount === 1) this.secondClass = tokenClass;
    if (word !== "" && !isInBrackets) this.note(word);
    this.tokenCount++;
    this.lastClass = tokenClass;
    this.lastWord = word;
    this.lastEnd = end;
  }

  private note(word: string): void {
    switch (word) {
      case "in":
        this.hasIn = true;
        break;
      case "import":
        this.hasImport = true;
        break;
      case "if":
        if (this.tokenCount > 0) this.openConditionals++;
        break;
      case "else":
        if (this.tokenCount > 0) this.openConditionals--;
        break;
      case ":":
        this.hasColon = true;
        break;
      case "(":
        this.hasParenthesis = true;
        break;
    }
  }

  /** Goes back to an earlier token of the same statement. */
  returnTo({ lastClass, lastWord, lastEnd }: LastToken): void {
    this.lastClass = lastClass;
    this.lastWord = lastWord;
    this.lastEnd = lastEnd;
  }

  /** What stands for the operand that the last token needs when none follows. */
  missingOperand(): string {
    if (this.lastClass === TokenClass.dot) return "_";
    if (this.lastClass !== TokenClass.needsOperand) return "";
    if (this.lastWord === "lambda") return ": _";
    return this.lastWord === "else" && this.tokenCount === 1 ? "" : " _";
  }

  /** What would complete the statement after its operands and brackets. */
  missingClauses(): string {
    const { firstWord } = this;
    let missing = this.openConditionals > 0 && firstWord !== "case" ? " else _" : "";
    if (firstWord === "from" && !this.hasImport) missing += " import _";
    if (this.hasColon || !this.isHeader) return missing;
    if (firstWord === "for" && !this.hasIn) missing += " in _";
    if (firstWord === "def" && !this.hasParenthesis) missing += "()";
    return `${missing}:`;
  }

  /** Of a compound statement. `match` and `case` are names too, but no name is followed by an operand. */
  get isHeader(): boolean {
    const { firstWord } = this;
    if (firstWord === "match" || firstWord === "case") return this.secondClass === TokenClass.operand;
    return headerKeywords.has(firstWord);
  }

  get isDefinition(): boolean {
    return this.firstWord === "def" || this.firstWord === "class";
  }

  /** Whether a semicolon ends it: in `if a: b; c` it does not. */
  get endsAtSemicolon(): boolean {
    return !headerKeywords.has(this.firstWord);
  }

  /** Whether a square bracket opens the parameters of a generic class, function or type. */
  get mayHaveTypeParameters(): boolean {
    if (this.firstWord === "type") return this.tokenCount === 2 && this.lastClass === TokenClass.operand;
    return this.isDefinition && !this.hasParenthesis && !this.hasColon;
  }

  /** Whether dots are those of `from ..package import name`. */
  get isBeforeImport(): boolean {
    return this.firstWord === "from" && !this.hasImport;
  }
}
