/** What the prefix and quotes of a string literal say. */
export interface StringStart {
  readonly raw: boolean;
  readonly bytes: boolean;
  /** An f-string or t-string. */
  readonly formatted: boolean;
}

/** @param opening the literal up to and including its opening quotes: `rb"""`. */
export function stringStartOf(opening: string): StringStart {
  let raw = false;
  let bytes = false;
  let formatted = false;
  for (const character of opening) {
    if (character === "r" || character === "R") raw = true;
    else if (character === "b" || character === "B") bytes = true;
    else if (character === "f" || character === "F" || character === "t" || character === "T")
      formatted = true;
    else if (character !== "u" && character !== "U") break;
  }
  return { raw, bytes, formatted };
}

/**
 * The value of the text between the quotes. Line breaks become `\n`, as Python reads them.
 * The name in `\N{…}` is not looked up: the escape stays as it is written, like every unknown escape in Python.
 */
export function stringValue(content: string, { raw, bytes, formatted }: StringStart): string {
  let value = content;
  if (value.includes("\r")) value = value.replace(/\r\n?/g, "\n");
  if (formatted && (value.includes("{{") || value.includes("}}")))
    value = value.replace(/\{\{|\}\}/g, (pair) => pair.charAt(0));
  if (raw || !value.includes("\\")) return value;
  return value.replace(bytes ? bytesEscape : textEscape, decodeEscape);
}

const bytesEscape = /\\(?:[0-7]{1,3}|x[0-9a-fA-F]{2}|[\n\\'"abfnrtv])/g;
const textEscape = /\\(?:[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\n\\'"abfnrtv])/g;

const simpleEscapes: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function decodeEscape(sequence: string): string {
  const selector = sequence.charAt(1);
  const simple = simpleEscapes[selector];
  if (simple !== undefined) return simple;
  const isHexadecimal = selector === "x" || selector === "u" || selector === "U";
  const code = isHexadecimal ? Number.parseInt(sequence.slice(2), 16) : Number.parseInt(sequence.slice(1), 8);
  return code <= 0x10ffff ? String.fromCodePoint(code) : sequence;
}
