import type { ReadResult } from "./file-system.ts";

/**
 * Decodes a source file as Python does: UTF-8 with or without byte order mark, or what a coding cookie in one of the
 * first two lines names (PEP 263). The byte order mark is not part of the text.
 */
export function decodeSource(bytes: Uint8Array): ReadResult {
  const cookie = codingCookie(bytes);
  const label = cookie === undefined ? "utf-8" : encodingLabel(cookie);
  if (label === "latin-1") return { kind: "text", text: decodeSingleBytes(bytes, "") };
  if (label === "windows-1252") return { kind: "text", text: decodeSingleBytes(bytes, windows1252) };
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(label, { fatal: true });
  } catch {
    return { kind: "failed", reason: `it declares the encoding "${cookie}", which is not supported` };
  }
  try {
    return { kind: "text", text: decoder.decode(bytes) };
  } catch {
    const reason =
      cookie === undefined
        ? "it is not encoded in UTF-8 and has no coding cookie (PEP 263)"
        : `it is not encoded in ${cookie}, as its coding cookie says`;
    return { kind: "failed", reason };
  }
}

/** Characters of Windows code page 1252 from 0x80; a blank is not assigned. */
const windows1252 = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

/**
 * Latin-1, or a relative that differs from 0x80 on. Not left to `TextDecoder`: the standard makes Latin-1 mean
 * Windows-1252, which Node 20 in turn decodes as Latin-1.
 */
function decodeSingleBytes(bytes: Uint8Array, from0x80: string): string {
  let text = "";
  for (const byte of bytes) {
    const other = byte < 0x80 ? "" : from0x80.charAt(byte - 0x80).trim();
    text += other === "" ? String.fromCharCode(byte) : other;
  }
  return text;
}

/** A cookie must stand in the first two lines, the first of which may hold only a comment. */
const cookiePattern = /^(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))?[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)/;

/** Cookies stand within the first two lines; longer lines than this are no cookies. */
const cookieBytes = 400;

function codingCookie(bytes: Uint8Array): string | undefined {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let head = "";
  let lines = 0;
  for (const byte of bytes.subarray(start, start + cookieBytes)) {
    if (byte === 10 && ++lines === 2) break;
    head += String.fromCharCode(byte);
  }
  return head.includes("coding") ? cookiePattern.exec(head)?.[1] : undefined;
}

/** Python's name of an encoding as the Encoding Standard spells it. */
function encodingLabel(pythonName: string): string {
  const name = pythonName.toLowerCase().replaceAll("_", "-");
  if (/^(utf-?8|u8)(-sig|-unix|-dos|-mac)?$/.test(name)) return "utf-8";
  if (/^(latin-?1|l1|iso-?8859-1|iso8859|cp819)(-unix|-dos|-mac)?$/.test(name)) return "latin-1";
  const codePage = /^(?:cp|windows-?)(125\d)$/.exec(name);
  if (codePage) return `windows-${codePage[1]}`;
  const iso = /^iso-?8859-(\d+)$/.exec(name);
  if (iso) return `iso-8859-${iso[1]}`;
  return name;
}
