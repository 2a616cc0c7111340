/** Paths in settings (`BASE_DIR / "templates"`) as strings relative to the workspace root, like the paths of files. */
import {
  dependingOn,
  known,
  type StaticValue,
  sequence,
  stringOf,
  unknownValue,
  variableOf,
} from "./static-value.ts";

/** `Path.parent` and the attributes that leave a path what it is. */
export function pathAttribute(path: string, attribute: string): StaticValue {
  switch (attribute) {
    case "parent":
      return known(parentPath(path));
    case "parents":
      return sequence(ancestors(path).map(known));
    case "name":
      return known(path.slice(path.lastIndexOf("/") + 1));
    default:
      return unknownValue;
  }
}

/** From the nearest folder around a path outwards. */
function ancestors(path: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = parentPath(path); folders.length < 20; folder = parentPath(folder)) folders.push(folder);
  return folders;
}

export function parentPath(path: string): string {
  if (path === "/") return path;
  if (path === ".") return "..";
  if (path === ".." || path.endsWith("/..")) return `${path}/..`;
  const slash = path.lastIndexOf("/");
  if (slash > 0) return path.slice(0, slash);
  return slash === 0 ? "/" : ".";
}

export function joinPath(first: string, ...others: readonly string[]): string {
  let result = first;
  for (const other of others) {
    if (other.startsWith("/")) result = other;
    else result = result === "." || result === "" ? other : `${result.replace(/\/+$/, "")}/${other}`;
  }
  return normalizePath(result);
}

function normalizePath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "." || (part === "" && parts.length > 0)) continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== ".." && parts.at(-1) !== "") parts.pop();
    else parts.push(part);
  }
  return parts.length === 0 ? "." : parts.join("/");
}

/** `os.path.join(…)` of values; unknown where one of them is. */
export function joinedPath(parts: readonly StaticValue[]): StaticValue {
  const texts = parts.map(stringOf);
  const [first, ...others] = texts;
  if (first === undefined || others.includes(undefined)) return unknownValue;
  const path = known(joinPath(first, ...others.filter((text) => text !== undefined)));
  return dependingOn(path, variableOf(...parts));
}
