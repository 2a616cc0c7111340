/** Arithmetic on `/` paths, the only form that the analysis knows. Nothing here touches the disk. */

export function joinPath(folder: string, name: string): string {
  if (folder === "" || folder === ".") return name;
  if (name === "" || name === ".") return folder;
  return folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}

/** The folder that holds the path; `.` for a relative path without a folder. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf("/");
  if (slash < 0) return ".";
  return slash === 0 ? "/" : path.slice(0, slash);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Without the dot and in lower case; empty for `Dockerfile` and `.gitignore`. */
export function extension(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : "";
}

/** Whether `path` is the folder itself or lies in it. Both relative to the same folder, or both absolute. */
export function isInside(folder: string, path: string): boolean {
  if (folder === ".") return !path.startsWith("/") && path !== ".." && !path.startsWith("../");
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

/** `path`, which lies in `folder`, as seen from there; `.` for the folder itself. */
export function relativePath(folder: string, path: string): string {
  if (folder === "." || folder === "") return path;
  if (path === folder) return ".";
  return path.slice(folder.endsWith("/") ? folder.length : folder.length + 1);
}

/** Resolves `.` and `..`. A relative path that leaves its start keeps the leading `..`. */
export function normalizePath(path: string): string {
  const absolute = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.replaceAll("\\", "/").split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!absolute) parts.push("..");
  }
  const joined = parts.join("/");
  if (absolute) return `/${joined}`;
  return joined === "" ? "." : joined;
}
