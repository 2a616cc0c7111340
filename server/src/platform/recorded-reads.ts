/** Remembers what was read of a file system, to tell later whether it would be read the same. */
import { createHash } from "node:crypto";
import type { FileStat, FileSystem, FolderResult, ReadResult } from "./file-system.ts";

/** One answer of a file system. Plain data, so that it can be kept. */
export interface RecordedRead {
  readonly operation: "text" | "folder" | "type" | "realPath";
  readonly path: string;
  /** Equal for equal answers. */
  readonly answer: string;
  /** Of a file on disk: as long as it stays, so does the text, which then need not be read to know. */
  readonly identity?: string | undefined;
}

export interface ReadRecorder {
  /** Answers as the recorded file system does. */
  readonly files: FileSystem;
  /** Every question once, with its first answer. */
  reads(): readonly RecordedRead[];
}

/**
 * A file that was written so shortly before it was read may be written again within the same tick of the file system's
 * clock (2 s on FAT), and look the same afterwards. Git calls this racily clean.
 */
const longestTick = 2_000;

export function recordReads(files: FileSystem, now: () => number = Date.now): ReadRecorder {
  const reads = new Map<string, RecordedRead>();
  const note = (read: RecordedRead): void => {
    const key = `${read.operation} ${read.path}`;
    if (!reads.has(key)) reads.set(key, read);
  };
  return {
    files: {
      readText(path) {
        // Asked for before the text is: a change in between is seen later, not missed.
        const identity = identityOf(files.stat(path), now());
        const result = files.readText(path);
        note({ operation: "text", path, answer: textAnswer(result), ...(identity && { identity }) });
        return result;
      },
      readFolder(path) {
        const result = files.readFolder(path);
        note({ operation: "folder", path, answer: folderAnswer(result) });
        return result;
      },
      stat(path) {
        const result = files.stat(path);
        note({ operation: "type", path, answer: typeAnswer(result) });
        return result;
      },
      realPath(path) {
        const result = files.realPath(path);
        note({ operation: "realPath", path, answer: result ?? "" });
        return result;
      },
    },
    reads: () => [...reads.values()],
  };
}

export type Comparison =
  /** The reads as they would be recorded now: files may have been written with the same text. */
  | { readonly kind: "same"; readonly reads: readonly RecordedRead[] }
  | { readonly kind: "changed"; readonly path: string };

/** Whether everything that was read would be read the same now; the first path that would not. */
export function compareReads(
  reads: readonly RecordedRead[],
  files: FileSystem,
  now: () => number = Date.now,
): Comparison {
  const current: RecordedRead[] = [];
  for (const read of reads) {
    const { operation, path } = read;
    const identity = operation === "text" ? identityOf(files.stat(path), now()) : undefined;
    if (identity !== undefined && identity === read.identity) {
      current.push(read);
      continue;
    }
    if (answerOf(operation, path, files) !== read.answer) return { kind: "changed", path };
    current.push({ operation, path, answer: read.answer, ...(identity && { identity }) });
  }
  return { kind: "same", reads: current };
}

function answerOf(operation: RecordedRead["operation"], path: string, files: FileSystem): string {
  switch (operation) {
    case "text":
      return textAnswer(files.readText(path));
    case "folder":
      return folderAnswer(files.readFolder(path));
    case "type":
      return typeAnswer(files.stat(path));
    case "realPath":
      return files.realPath(path) ?? "";
  }
}

/** Undefined where the same identity would not mean the same text. */
function identityOf(stat: FileStat | undefined, time: number): string | undefined {
  if (stat?.type !== "file" || stat.changed === undefined || stat.inode === undefined) return undefined;
  if (Math.max(stat.modified, stat.changed) > time - longestTick) return undefined;
  return `${stat.size} ${stat.modified} ${stat.changed} ${stat.inode}`;
}

function textAnswer(result: ReadResult): string {
  switch (result.kind) {
    case "text":
      return digest(result.text);
    case "missing":
      return "missing";
    case "failed":
      return `failed: ${result.reason}`;
  }
}

function folderAnswer(result: FolderResult): string {
  switch (result.kind) {
    case "folder":
      return digest(
        result.entries
          .map(({ name, type }) => `${type} ${name}`)
          .sort()
          .join("\0"),
      );
    case "missing":
      return "missing";
    case "failed":
      return `failed: ${result.reason}`;
  }
}

function typeAnswer(stat: FileStat | undefined): string {
  if (stat === undefined) return "missing";
  return stat.type === "file" ? `file ${stat.size}` : stat.type;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
