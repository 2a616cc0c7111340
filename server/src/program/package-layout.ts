import { baseName, joinPath, parentPath, relativePath } from "../platform/paths.ts";

/**
 * Where the packages of a folder tree begin. A *base* is a folder that holds top-level packages: the first folder around a
 * file that is no package itself. Whether a base is on the import path only imports can tell.
 */
export interface PackageLayout {
  /** Folders with an `__init__.py`. */
  readonly packages: ReadonlySet<string>;
  /** Base folder → names of the packages directly in it. */
  readonly bases: ReadonlyMap<string, ReadonlySet<string>>;
  /**
   * Folder inside a package → names of the Django apps directly in it. They are on the import path themselves where the
   * project is started in a way that no file tells.
   */
  readonly appFolders: ReadonlyMap<string, ReadonlySet<string>>;
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
  for (const folder of pythonFolders) {
    const base = baseOf(folder, packages);
    const names = bases.get(base) ?? new Set();
    bases.set(base, names);
    if (base === folder) continue;
    // The outermost package around the folder.
    const top = relativePath(base, folder).split("/", 1)[0];
    if (top !== undefined) names.add(top);
  }
  return { packages, bases, appFolders: appFolders(pythonFiles, packages), pythonFolders };
}

function appFolders(
  pythonFiles: readonly string[],
  packages: ReadonlySet<string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>();
  for (const file of pythonFiles) {
    const app = /^(.+)\/(?:models|apps|models\/__init__)\.py$/.exec(file)?.[1];
    if (app === undefined || !packages.has(app)) continue;
    const folder = parentPath(app);
    if (!packages.has(folder)) continue;
    folders.set(folder, (folders.get(folder) ?? new Set()).add(baseName(app)));
  }
  return folders;
}

/** The folder from which a folder's modules are imported by their full names: the first that is no package. */
export function baseOf(folder: string, packages: ReadonlySet<string>): string {
  let base = folder;
  while (base !== "." && packages.has(base)) base = parentPath(base);
  return base;
}

/** Whether a folder lies in a package, so that a full name leads to it already. */
export function isInsidePackage(folder: string, packages: ReadonlySet<string>): boolean {
  for (let outer = parentPath(folder); outer !== "."; outer = parentPath(outer)) {
    if (packages.has(outer)) return true;
  }
  return false;
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
