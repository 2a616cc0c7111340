import { isInside, normalizePath, relativePath } from "../../platform/paths.ts";

/** An argument of the command line as an absolute path with `/`. */
export function absolutePath(path: string, workingFolder: string): string {
  const slashed = path.replaceAll("\\", "/");
  const isAbsolute = slashed.startsWith("/") || /^[A-Za-z]:\//.test(slashed);
  return normalizePath(isAbsolute ? slashed : `${workingFolder}/${slashed}`);
}

/** An absolute path as people in the working folder write it. */
export function shownPath(path: string, workingFolder: string): string {
  return isInside(workingFolder, path) ? relativePath(workingFolder, path) : path;
}
