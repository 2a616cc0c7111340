import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import type { FileStat, FileSystem, FolderEntry, FolderResult, ReadResult } from "./file-system.ts";
import { decodeSource } from "./text-decoding.ts";

/** The disk, read synchronously. */
export const nodeFileSystem: FileSystem = { readText, readFolder, stat, realPath };

function readText(path: string): ReadResult {
  try {
    return decodeSource(readFileSync(path));
  } catch (error) {
    return failure(error);
  }
}

function readFolder(path: string): FolderResult {
  try {
    const entries: FolderEntry[] = [];
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const { name } = entry;
      if (entry.isFile()) entries.push({ name, type: "file" });
      else if (entry.isDirectory()) entries.push({ name, type: "folder" });
      else if (entry.isSymbolicLink()) {
        entries.push({ name, type: stat(`${path}/${name}`)?.type ?? "other" });
      } else entries.push({ name, type: "other" });
    }
    return { kind: "folder", entries };
  } catch (error) {
    return failure(error);
  }
}

function stat(path: string): FileStat | undefined {
  try {
    const stats = statSync(path);
    const type = stats.isFile() ? "file" : stats.isDirectory() ? "folder" : "other";
    return { type, size: stats.size, modified: stats.mtimeMs, changed: stats.ctimeMs, inode: stats.ino };
  } catch {
    return undefined;
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path).replaceAll("\\", "/");
  } catch {
    return undefined;
  }
}

type Failure = { readonly kind: "missing" } | { readonly kind: "failed"; readonly reason: string };

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  ELOOP: "its symbolic links form a loop",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  ENAMETOOLONG: "its path is too long",
  ERR_FS_FILE_TOO_LARGE: "it is too large to be read",
  EIO: "the device reported an input/output error",
};

function failure(error: unknown): Failure {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT" || code === "ENOTDIR") return { kind: "missing" };
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "failed", reason: reasons[code] ?? message };
}
