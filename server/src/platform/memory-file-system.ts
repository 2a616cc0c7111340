import type { FileStat, FileSystem, FolderEntry, FolderResult, ReadResult } from "./file-system.ts";
import { baseName, joinPath, normalizePath, parentPath } from "./paths.ts";
import { decodeSource } from "./text-decoding.ts";

/** A file's text or bytes, a symbolic link to an absolute path, or something that refuses to be read. */
export type MemoryEntry =
  | string
  | Uint8Array
  | { readonly link: string }
  | { readonly unreadable: string; readonly type: "file" | "folder" };

/** Links that are followed before a path counts as a loop, as in Linux. */
const linkLimit = 40;

/** A file system made of a table: for tests, and for sources that lie on no disk. Folders exist through their files. */
export class MemoryFileSystem implements FileSystem {
  private readonly entries = new Map<string, MemoryEntry>();
  private readonly folders = new Map<string, Set<string>>([["/", new Set()]]);
  private clock = 0;
  private readonly modified = new Map<string, number>();

  /** Keys are absolute paths; a key that ends in `/` is an empty folder. */
  constructor(entries: Readonly<Record<string, MemoryEntry>> = {}) {
    for (const [path, entry] of Object.entries(entries)) {
      if (path.endsWith("/") && entry === "") this.addFolder(normalizePath(path));
      else this.write(path, entry);
    }
  }

  write(path: string, entry: MemoryEntry): void {
    const normal = normalizePath(path);
    this.entries.set(normal, entry);
    this.clock += 1;
    this.modified.set(normal, this.clock);
    const parent = parentPath(normal);
    this.addFolder(parent).add(baseName(normal));
  }

  remove(path: string): void {
    const normal = normalizePath(path);
    this.entries.delete(normal);
    this.folders.get(parentPath(normal))?.delete(baseName(normal));
  }

  readText(path: string): ReadResult {
    const real = this.realPath(path);
    if (real === undefined) return { kind: "missing" };
    const entry = this.entries.get(real);
    if (entry === undefined) return { kind: "failed", reason: "it is a folder" };
    if (typeof entry === "string") return { kind: "text", text: entry };
    if (entry instanceof Uint8Array) return decodeSource(entry);
    return { kind: "failed", reason: "unreadable" in entry ? entry.unreadable : "it is a link" };
  }

  readFolder(path: string): FolderResult {
    const real = this.realPath(path);
    if (real === undefined) return { kind: "missing" };
    const entry = this.entries.get(real);
    if (typeof entry === "object" && "unreadable" in entry) {
      return { kind: "failed", reason: entry.unreadable };
    }
    const names = this.folders.get(real);
    if (names === undefined) return { kind: "missing" };
    const entries: FolderEntry[] = [];
    for (const name of names) entries.push({ name, type: this.stat(joinPath(real, name))?.type ?? "other" });
    return { kind: "folder", entries };
  }

  stat(path: string): FileStat | undefined {
    const real = this.realPath(path);
    if (real === undefined) return undefined;
    const modified = this.modified.get(real) ?? 0;
    const entry = this.entries.get(real);
    if (this.folders.has(real)) return { type: "folder", size: 0, modified };
    if (entry === undefined) return undefined;
    if (typeof entry === "string" || entry instanceof Uint8Array) {
      return { type: "file", size: entry.length, modified };
    }
    return { type: "unreadable" in entry ? entry.type : "other", size: 0, modified };
  }

  realPath(path: string): string | undefined {
    let current = normalizePath(path);
    for (let followed = 0; followed <= linkLimit; followed++) {
      const next = this.followFirstLink(current);
      if (next === undefined)
        return this.entries.has(current) || this.folders.has(current) ? current : undefined;
      current = next;
    }
    return undefined;
  }

  /** The path with its first symbolic link replaced; undefined when it has none. */
  private followFirstLink(path: string): string | undefined {
    for (let end = path.indexOf("/", 1); ; end = path.indexOf("/", end + 1)) {
      const prefix = end < 0 ? path : path.slice(0, end);
      const entry = this.entries.get(prefix);
      if (typeof entry === "object" && "link" in entry) {
        return normalizePath(entry.link + path.slice(prefix.length));
      }
      if (end < 0) return undefined;
    }
  }

  private addFolder(path: string): Set<string> {
    const known = this.folders.get(path);
    if (known) return known;
    const names = new Set<string>();
    this.folders.set(path, names);
    if (path !== "/") this.addFolder(parentPath(path)).add(baseName(path));
    return names;
  }
}
