import { baseName, joinPath, parentPath } from "../platform/paths.ts";

/**
 * Where the packages of a folder tree begin. A *base* is a folder that holds top-level modules and packages: the first
 * folder around a file that is no package itself. Whether a base is on the import path only imports can tell.
 */
export interface PackageLayout {
  /** Folders with an `__init__.py`. */
  readonly packages: ReadonlySet<string>;
  /** Base folder → names of the modules and packages directly in it. */
  readonly bases: ReadonlyMap<string, ReadonlySet<string>>;
  /** Folders that hold Python files at any depth. */
  readonly pythonFolders: ReadonlySet<string>;
}

export function packageLayout(pythonFiles: readonly string[]): PackageLayout {
  const packages = new Set<string>();
  const pythonFolders = new Set<string>(["."]);
  for (const file of pythonFiles) {
    const folder = parentPath(file);
    if (baseName(file) === "__init__.py") packages.add(folder);
    for (let outer = folder; !pythonFolders.has(outer); outer = parentPath(outer)) pythonFolders.add(outer);
  }
  const bases = new Map<string, Set<string>>();
  for (const file of pythonFiles) {
    let top = file;
    let base = parentPath(file);
    while (base !== "." && packages.has(base)) {
      top = base;
      base = parentPath(base);
    }
    const name = baseName(top).replace(/\.py$/, "");
    if (name === "__init__") continue;
    const names = bases.get(base);
    if (names) names.add(name);
    else bases.set(base, new Set([name]));
  }
  return { packages, bases, pythonFolders };
}

/** Whether `import name` finds something in this folder: a module, a package, or a folder with Python files. */
export function holdsModule(
  folder: string,
  name: string,
  layout: PackageLayout,
  pythonFiles: ReadonlySet<string>,
): boolean {
  const path = joinPath(folder, name);
  return pythonFiles.has(`${path}.py`) || layout.pythonFolders.has(path);
}
