import { isInside, relativePath } from "../platform/paths.ts";

/** A Python file as a module of a project. */
export interface ModuleSource {
  /** Relative to the workspace root. */
  readonly path: string;
  /** Dotted name as the project imports it. */
  readonly name: string;
  readonly isPackage: boolean;
  /** Other names under which it can be imported, where roots of the import path lie in each other. */
  readonly aliases: readonly string[];
}

/**
 * Names the files of a project. A file gets its name from the longest source root that holds it; names from the other
 * roots are aliases. Two files that would get the same name are told apart as Python would: the root that comes first
 * on the import path wins, the other file is named after its whole path.
 */
export function nameModules(
  files: readonly string[],
  sourceRoots: readonly string[],
): readonly ModuleSource[] {
  const byLength = sourceRoots.toSorted((first, second) => rootLength(second) - rootLength(first));
  const named = files.map((path) => {
    const names: string[] = [];
    for (const root of byLength) {
      const name = isInside(root, path) ? dottedName(relativePath(root, path)) : undefined;
      if (name !== undefined && !names.includes(name)) names.push(name);
    }
    const fallback = dottedName(path) ?? "__init__";
    const [name = fallback, ...aliases] = names;
    const position = sourceRoots.findIndex((root) => isInside(root, path));
    return { path, name, aliases, isPackage: /(^|\/)__init__\.py$/.test(path), position };
  });

  const owners = new Map<string, (typeof named)[number]>();
  for (const source of named) {
    const other = owners.get(source.name);
    if (other === undefined || precedes(source, other)) owners.set(source.name, source);
  }
  const used = new Set<string>(owners.keys());
  return named.map(({ position: _, ...source }) => {
    if (owners.get(source.name)?.path === source.path) return source;
    let name = dottedName(source.path) ?? "__init__";
    while (used.has(name)) name = `${name}_`;
    used.add(name);
    return { ...source, name, aliases: [] };
  });
}

/** A package hides a module of the same name in the same folder. */
function precedes(
  first: { readonly position: number; readonly isPackage: boolean },
  second: { readonly position: number; readonly isPackage: boolean },
): boolean {
  if (first.position !== second.position) return first.position < second.position;
  return first.isPackage && !second.isPackage;
}

function rootLength(root: string): number {
  return root === "." ? 0 : root.length;
}

/** `shop/orders/__init__.py` is `shop.orders`; undefined for an `__init__.py` in the root itself. */
function dottedName(path: string): string | undefined {
  const parts = path.replace(/\.py$/, "").split("/");
  if (parts.at(-1) === "__init__") parts.pop();
  return parts.length === 0 ? undefined : parts.join(".");
}
