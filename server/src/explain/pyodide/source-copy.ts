import { setImmediate } from "node:timers/promises";
import type { FileSystem } from "../../platform/file-system.ts";
import { extension, isInside, joinPath, parentPath } from "../../platform/paths.ts";

/** Where the copy lies in the file system that project code sees. */
const copyRoot = "/project";

const copiedExtensions = new Set([
  "py",
  "json",
  "toml",
  "yaml",
  "yml",
  "cfg",
  "ini",
  "txt",
  "md",
  "rst",
  "html",
  "",
]);
const skippedFolders = new Set(["node_modules", "__pycache__", "site-packages"]);

const largestModule = 4_000_000;
const largestOther = 200_000;
const largestCopy = 100_000_000;
const filesBetweenPauses = 100;

export interface SourceCopy {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** The path in the copy that stands for one on disk, which lies in one of the roots. */
  pathOf(path: string): string;
}

/**
 * The sources of a project, for an interpreter that cannot read the disk: modules and small text files, templates among them. Hidden files
 * stay where they are, as they hold secrets.
 * @param roots absolute paths of folders
 * @param unsaved texts that stand for those on disk, by absolute paths
 */
export async function copySources(
  files: FileSystem,
  roots: readonly string[],
  unsaved: ReadonlyMap<string, string> = new Map(),
): Promise<SourceCopy> {
  const base = commonFolder(roots);
  const pathOf = (path: string) => `${copyRoot}${path.slice(base.length)}`;
  const copied: { path: string; text: string }[] = [];
  let size = 0;
  for (const { path } of sourceFiles(files, outermost(roots))) {
    const text = unsaved.get(path) ?? textOf(files, path);
    if (text === undefined) continue;
    size += text.length;
    if (size > largestCopy) break;
    copied.push({ path: pathOf(path), text });
    if (copied.length % filesBetweenPauses === 0) await setImmediate();
  }
  return { files: copied, pathOf };
}

function textOf(files: FileSystem, path: string): string | undefined {
  const read = files.readText(path);
  return read.kind === "text" ? read.text : undefined;
}

/** Changes when any file that would be copied does. */
export function sourceStamp(files: FileSystem, roots: readonly string[]): string {
  let count = 0;
  let size = 0;
  let newest = 0;
  for (const file of sourceFiles(files, outermost(roots))) {
    count++;
    size += file.size;
    newest = Math.max(newest, file.modified);
  }
  return `${count} ${size} ${newest}`;
}

interface FoundFile {
  readonly path: string;
  readonly size: number;
  readonly modified: number;
}

function* sourceFiles(files: FileSystem, folders: readonly string[]): Generator<FoundFile> {
  const seen = new Set<string>();
  const waiting = [...folders];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const real = files.realPath(folder) ?? folder;
    if (seen.has(real)) continue;
    seen.add(real);
    const found = files.readFolder(folder);
    if (found.kind !== "folder" || found.entries.some(({ name }) => name === "pyvenv.cfg")) continue;
    for (const { name, type } of found.entries) {
      if (name.startsWith(".")) continue;
      const path = joinPath(folder, name);
      if (type === "folder") {
        if (!skippedFolders.has(name)) waiting.push(path);
        continue;
      }
      const kind = extension(name);
      if (type !== "file" || !copiedExtensions.has(kind)) continue;
      const stat = files.stat(path);
      if (stat === undefined || stat.size > (kind === "py" ? largestModule : largestOther)) continue;
      yield { path, size: stat.size, modified: stat.modified };
    }
  }
}

function outermost(folders: readonly string[]): readonly string[] {
  return folders.filter((folder, index) =>
    folders.every((other, at) => at === index || (other === folder ? at > index : !isInside(other, folder))),
  );
}

function commonFolder(folders: readonly string[]): string {
  const [first = "", ...others] = folders;
  let base = first;
  while (base !== parentPath(base) && !others.every((folder) => isInside(base, folder)))
    base = parentPath(base);
  return base === "/" ? "" : base;
}
