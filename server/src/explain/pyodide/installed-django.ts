/** The Django of a project's environment whose interpreter is of no use here: of a container, or of another system. */
import { setImmediate } from "node:timers/promises";
import type { FileSystem } from "../../platform/file-system.ts";
import { extension, joinPath } from "../../platform/paths.ts";
import { findSitePackages } from "../../program/python-environment.ts";

export interface InstalledDjango {
  /** Absolute path of the package's folder. */
  readonly folder: string;
  readonly version: string;
}

/** The series that ships; `scripts/bundled-django.txt` has the release. */
export const bundledSeries = "5.2";
/** The bridge needs this, or a newer one. */
const oldestSeries = [4, 2] as const;

/** Where it lies in the file system that project code sees. */
const environmentRoot = "/environment";

const leftOut = new Set(["__pycache__", "locale", "static", "templates", "jinja2", "project_template"]);
const filesBetweenPauses = 100;

/**
 * The Django in the project's own environment, where it is of another series than the one that ships.
 * @param folders absolute, the project's first
 */
export function installedDjango(files: FileSystem, folders: readonly string[]): InstalledDjango | undefined {
  const packages = findSitePackages(files, folders, {});
  if (packages === undefined) return undefined;
  const folder = joinPath(packages, "django");
  const read = files.readText(joinPath(folder, "__init__.py"));
  const found = read.kind === "text" ? /^VERSION = \((\d+), (\d+), (\d+)/m.exec(read.text) : null;
  if (found === null) return undefined;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  const [oldestMajor, oldestMinor] = oldestSeries;
  const isTooOld = major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
  if (isTooOld || `${major}.${minor}` === bundledSeries) return undefined;
  return { folder, version: found.slice(1).join(".") };
}

/** Its modules, for an interpreter that cannot read the disk. */
export async function copyDjango(
  files: FileSystem,
  { folder }: InstalledDjango,
): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const copied: { path: string; text: string }[] = [];
  const waiting = [{ from: folder, to: `${environmentRoot}/django` }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { from, to } = next;
    const found = files.readFolder(from);
    for (const { name, type } of found.kind === "folder" ? found.entries : []) {
      const path = joinPath(from, name);
      if (type === "folder") {
        // Of languages only the list is needed.
        if (!leftOut.has(name) || to.endsWith("/conf")) waiting.push({ from: path, to: `${to}/${name}` });
      } else if (type === "file" && extension(name) === "py") {
        const read = files.readText(path);
        if (read.kind === "text") copied.push({ path: `${to}/${name}`, text: read.text });
        if (copied.length % filesBetweenPauses === 0) await setImmediate();
      }
    }
  }
  return copied;
}
