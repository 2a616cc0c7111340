/**
 * What the analysis may ask of the disk. Paths are absolute and use `/`.
 * Nothing here throws for a missing or unreadable file: the result says what happened, so that it can be reported.
 */
export interface FileSystem {
  readText(path: string): ReadResult;
  /** Entries of a folder in no particular order; symbolic links are followed and reported as what they point to. */
  readFolder(path: string): FolderResult;
  stat(path: string): FileStat | undefined;
  /** The path with every symbolic link resolved; undefined where it does not exist. Used to notice link loops. */
  realPath(path: string): string | undefined;
}

export type ReadResult =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  | { readonly kind: "failed"; readonly reason: string };

export type FolderResult =
  | { readonly kind: "folder"; readonly entries: readonly FolderEntry[] }
  | { readonly kind: "missing" }
  | { readonly kind: "failed"; readonly reason: string };

export interface FolderEntry {
  readonly name: string;
  readonly type: "file" | "folder" | "other";
}

export interface FileStat {
  readonly type: "file" | "folder" | "other";
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  /** When anything about it changed last, its name and rights included; unknown where there is no disk behind it. */
  readonly changed?: number;
  /** Tells a file from another that takes its name; unknown where there is no disk behind it. */
  readonly inode?: number;
}
