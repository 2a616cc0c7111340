import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { FileChange } from "./fix.ts";

export interface WriteOutcome {
  readonly written: readonly string[];
  /** Files that were left as they are, with the reason. */
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Writes changed files. A file whose text on the disk is no longer the one that the change was made for is left alone:
 * somebody's work would be lost. Byte order mark and permissions stay.
 * @param folder what the paths are relative to
 */
export function writeChanges(folder: string, changes: readonly FileChange[]): WriteOutcome {
  const written: string[] = [];
  const refused: { path: string; reason: string }[] = [];
  for (const { path, before, after } of changes) {
    try {
      const target = join(folder, path);
      const encoded = encodeLike(target, before, after);
      if (encoded.kind === "refused") {
        refused.push({ path, reason: encoded.reason });
        continue;
      }
      writeAtomically(target, encoded.bytes);
      written.push(path);
    } catch (error) {
      refused.push({ path, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { written, refused };
}

type Encoded =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "refused"; readonly reason: string };

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

function encodeLike(file: string, before: string, after: string): Encoded {
  if (!existsSync(file)) {
    return before === ""
      ? { kind: "bytes", bytes: Buffer.from(after) }
      : { kind: "refused", reason: "it was deleted since it was analysed" };
  }
  const bytes = readFileSync(file);
  const hasMark = bytes.subarray(0, 3).equals(byteOrderMark);
  const text = hasMark && !before.startsWith("\ufeff") ? bytes.subarray(3) : bytes;
  if (!text.equals(Buffer.from(before))) {
    return {
      kind: "refused",
      reason: text.toString().includes("\ufffd")
        ? "it is not encoded in UTF-8"
        : "it was changed since it was analysed",
    };
  }
  const mark = text.length < bytes.length ? [byteOrderMark] : [];
  return { kind: "bytes", bytes: Buffer.concat([...mark, Buffer.from(after)]) };
}

/** Through a temporary file beside it, so that the file is the old or the new one at any moment. Links stay links. */
export function writeAtomically(file: string, content: string | Uint8Array): void {
  const target = existsSync(file) ? realpathSync(file) : file;
  mkdirSync(dirname(target), { recursive: true });
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, content, { flag: "wx" });
    if (existsSync(target)) chmodSync(temporary, statSync(target).mode);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
