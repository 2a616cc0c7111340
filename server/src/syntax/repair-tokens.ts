/** What the repair needs to know about a token: mostly, whether Python expects an operand after it. */
export const TokenClass = {
  /** Nothing yet in this line. */
  none: 0,
  /** A name, a literal or a closing bracket. */
  operand: 1,
  /** An operator or keyword that must be followed by an operand. */
  needsOperand: 2,
  /** The dot before an attribute. */
  dot: 3,
  /** Anything else: commas, colons, opening brackets, keywords that may stand alone. */
  other: 4,
} as const;

export type TokenClass = (typeof TokenClass)[keyof typeof TokenClass];

const needOperand = [
  "in",
  "not",
  "and",
  "or",
  "is",
  "if",
  "elif",
  "while",
  "with",
  "as",
  "for",
  "del",
  "assert",
];
const needName = ["import", "from", "global", "nonlocal", "await", "def", "class", "lambda"];
const mayStandAlone = ["return", "yield", "raise", "pass", "break", "continue", "try", "except", "finally"];

/** The class of each keyword; other words are operands. */
export const keywordClass: ReadonlyMap<string, TokenClass> = new Map([
  ...[...needOperand, ...needName].map((word) => [word, TokenClass.needsOperand] as const),
  ...[...mayStandAlone, "async"].map((word) => [word, TokenClass.other] as const),
  ["else", TokenClass.needsOperand],
]);

/** Compound statements, whose first line must have a colon. */
export const headerKeywords: ReadonlySet<string> = new Set([
  "if",
  "elif",
  "else",
  "for",
  "while",
  "try",
  "except",
  "finally",
  "with",
  "def",
  "class",
]);

/** Keywords that only ever begin a statement: inside brackets they prove that a bracket was not closed. */
export const statementKeywords: ReadonlySet<string> = new Set([
  "def",
  "class",
  "return",
  "import",
  "raise",
  "while",
  "try",
  "with",
  "pass",
  "break",
  "continue",
  "del",
  "global",
  "nonlocal",
  "assert",
  "except",
  "finally",
  "elif",
]);

/** Keywords that may follow an operand. */
export const operandFollowers: ReadonlySet<string> = new Set([
  "if",
  "else",
  "for",
  "in",
  "and",
  "or",
  "is",
  "not",
  "as",
  "async",
  "from",
  "import",
]);

/** Kinds of characters, for the first character of a token. */
export const CharacterClass = {
  other: 0,
  space: 1,
  lineBreak: 2,
  word: 3,
  digit: 4,
  quote: 5,
  opening: 6,
  closing: 7,
  operator: 8,
} as const;

const classes = new Uint8Array(128);
const enter = (characters: string, value: number): void => {
  for (const character of characters) classes[character.charCodeAt(0)] = value;
};
enter(" \t\f\v\0", CharacterClass.space);
enter("\r\n", CharacterClass.lineBreak);
enter("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", CharacterClass.word);
enter("0123456789", CharacterClass.digit);
enter("\"'", CharacterClass.quote);
enter("([{", CharacterClass.opening);
enter(")]}", CharacterClass.closing);
enter("+-*/%@&|^~<>=!", CharacterClass.operator);

/** Characters beyond ASCII belong to words, but for the byte order mark. */
export function characterClass(code: number): number {
  if (code < 128) return classes[code] ?? CharacterClass.other;
  return code === 0xfeff || code === 0xa0 ? CharacterClass.space : CharacterClass.word;
}
