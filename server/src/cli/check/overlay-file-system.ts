import type { FileSystem, FolderEntry } from "../../platform/file-system.ts";
import { baseName, parentPath } from "../../platform/paths.ts";
import { decodeSource } from "../../platform/text-decoding.ts";

/**
 * A file system in which some files have another content, or do not exist.
 * @param contents by absolute path; undefined hides the file
 */
export function overlayFileSystem(
  below: FileSystem,
  contents: ReadonlyMap<string, Uint8Array | undefined>,
): FileSystem {
  const added = entriesByFolder(contents);
  const isFolder = (path: string): boolean => added.has(path);
  return {
    readText(path) {
      if (!contents.has(path)) return below.readText(path);
      const bytes = contents.get(path);
      return bytes === undefined ? { kind: "missing" } : decodeSource(bytes);
    },
    readFolder(path) {
      const result = below.readFolder(path);
      const extra = added.get(path);
      if (result.kind !== "folder") {
        return extra === undefined ? result : { kind: "folder", entries: [...extra.values()] };
      }
      const kept = result.entries.filter(
        ({ name }) => extra?.has(name) !== true && !isHidden(contents, `${path}/${name}`),
      );
      return { kind: "folder", entries: [...kept, ...(extra?.values() ?? [])] };
    },
    stat(path) {
      if (isHidden(contents, path)) return undefined;
      const bytes = contents.get(path);
      if (bytes !== undefined) return { type: "file", size: bytes.length, modified: 0 };
      return below.stat(path) ?? (isFolder(path) ? { type: "folder", size: 0, modified: 0 } : undefined);
    },
    realPath(path) {
      if (isHidden(contents, path)) return undefined;
      return below.realPath(path) ?? (contents.has(path) || isFolder(path) ? path : undefined);
    },
  };
}

function isHidden(contents: ReadonlyMap<string, Uint8Array | undefined>, path: string): boolean {
  return contents.has(path) && contents.get(path) === undefined;
}

/** The files with content and the folders around them, as entries of their parents. */
function entriesByFolder(
  contents: ReadonlyMap<string, Uint8Array | undefined>,
): ReadonlyMap<string, ReadonlyMap<string, FolderEntry>> {
  const folders = new Map<string, Map<string, FolderEntry>>();
  const add = (path: string, type: FolderEntry["type"]): void => {
    const parent = parentPath(path);
    if (parent === path || parent === ".") return;
    const entries = folders.get(parent) ?? new Map<string, FolderEntry>();
    const isNew = !folders.has(parent);
    entries.set(baseName(path), { name: baseName(path), type });
    folders.set(parent, entries);
    if (isNew) add(parent, "folder");
  };
  for (const [path, bytes] of contents) if (bytes !== undefined) add(path, "file");
  return folders;
}
