/** What of the emulated file system is used. */
export interface FileTree {
  mkdirTree(path: string): void;
  writeFile(path: string, content: string): void;
}

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Writes the sources that come with a request.
 * @returns the request without them, for the bridge
 */
export function writeSources(tree: FileTree, line: string): string {
  if (!line.includes('"files"')) return line;
  const { files = [], ...request } = JSON.parse(line) as { readonly files?: readonly SourceFile[] };
  const folders = new Set<string>();
  for (const { path, text } of files) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!folders.has(folder)) {
      tree.mkdirTree(folder);
      folders.add(folder);
    }
    tree.writeFile(path, text);
  }
  return JSON.stringify(request);
}
