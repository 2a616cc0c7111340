/**
 * Makes the planner see tables of any size without their rows. It multiplies the density that the statistics tell by
 * the length of the relation's file, which it asks of the file system; in the one in memory that is a number to set.
 * That number is not part of PGlite's interface, so its version is pinned and a test holds what planning makes of it.
 */

/** What is needed of Emscripten's file system. */
export interface MemoryFileSystem {
  lookupPath(path: string): { readonly node: unknown };
  writeFile(path: string, content: Uint8Array): void;
  unlink(path: string): void;
}

const pageSize = 8192;
/** PostgreSQL splits relations into files of 1 GB: `16384`, `16384.1` … */
const segmentSize = 2 ** 30;

/**
 * @param path of the first file, absolute
 * @param pages 0 gives back what the relation holds
 */
export function setRelationSize(files: MemoryFileSystem, path: string, pages: number): void {
  const bytes = pages * pageSize;
  const segments = Math.max(1, Math.ceil(bytes / segmentSize));
  for (let segment = 0; segment < segments; segment++) {
    const name = segment === 0 ? path : `${path}.${segment}`;
    const node = nodeAt(files, name) ?? createdAt(files, name);
    node.usedBytes = Math.min(segmentSize, bytes - segment * segmentSize);
  }
  for (let segment = segments; nodeAt(files, `${path}.${segment}`) !== undefined; segment++) {
    files.unlink(`${path}.${segment}`);
  }
}

interface FileNode {
  usedBytes: number;
}

function nodeAt(files: MemoryFileSystem, path: string): FileNode | undefined {
  let node: unknown;
  try {
    ({ node } = files.lookupPath(path));
  } catch {
    return undefined; // Its error for what is not there has no class of its own.
  }
  if (typeof node === "object" && node !== null && "usedBytes" in node && typeof node.usedBytes === "number")
    return node as FileNode;
  throw new Error(`${path} has no size that can be set`);
}

function createdAt(files: MemoryFileSystem, path: string): FileNode {
  files.writeFile(path, new Uint8Array(0));
  const node = nodeAt(files, path);
  if (node === undefined) throw new Error(`${path} could not be created`);
  return node;
}
