import type { FileSystem } from "../platform/file-system.ts";
import { joinPath, parentPath } from "../platform/paths.ts";
import { normalizeName } from "./requirement.ts";

export interface EnvironmentHints {
  /** An environment's folder, its interpreter, or a `site-packages` folder, as the configuration names it. */
  readonly configured?: string | undefined;
  /** Absolute: `VIRTUAL_ENV` or `CONDA_PREFIX` of the process that was started. */
  readonly active?: string | undefined;
}

/** Where projects keep an environment of their own: venv, Poetry and Pipenv in the project, PDM. */
const customaryFolders = [".venv", "venv", "env", ".env", "virtualenv"];

/**
 * The `site-packages` folder of the project's environment: the configured one, else the active one, else one in the
 * given folders (the project's and the workspace's, absolute). Undefined where there is none.
 */
export function findSitePackages(
  fs: FileSystem,
  folders: readonly string[],
  hints: EnvironmentHints,
): string | undefined {
  if (hints.configured !== undefined) {
    const path =
      hints.configured.startsWith("/") || /^[A-Za-z]:/.test(hints.configured)
        ? hints.configured
        : joinPath(folders.at(-1) ?? ".", hints.configured);
    return sitePackagesOf(fs, path);
  }
  const active = hints.active === undefined ? undefined : sitePackagesOf(fs, hints.active);
  if (active) return active;
  for (const folder of folders) {
    for (const name of customaryFolders) {
      const found = sitePackagesOf(fs, joinPath(folder, name));
      if (found) return found;
    }
    const found = pypackagesOf(fs, folder) ?? environmentIn(fs, folder);
    if (found) return found;
  }
  return undefined;
}

/** Accepts the environment, its `bin/python`, or the folder itself. */
function sitePackagesOf(fs: FileSystem, path: string): string | undefined {
  if (/(^|\/)(site|dist)-packages$/.test(path)) return isFolder(fs, path) ? path : undefined;
  const environment = /(^|\/)(bin|Scripts)\/[^/]+$/.test(path) ? parentPath(parentPath(path)) : path;
  for (const lib of ["lib", "lib64"]) {
    const folder = joinPath(environment, lib);
    for (const name of pythonVersions(fs, folder, /^(?:python|pypy)(\d+)\.(\d+)t?$/)) {
      const found = joinPath(joinPath(folder, name), "site-packages");
      if (isFolder(fs, found)) return found;
    }
  }
  const windows = joinPath(environment, "Lib/site-packages");
  return isFolder(fs, windows) ? windows : undefined;
}

/** PEP 582: `__pypackages__/3.12/lib`. */
function pypackagesOf(fs: FileSystem, folder: string): string | undefined {
  const packages = joinPath(folder, "__pypackages__");
  const [newest] = pythonVersions(fs, packages, /^(\d+)\.(\d+)$/);
  const found = newest && joinPath(joinPath(packages, newest), "lib");
  return found && isFolder(fs, found) ? found : undefined;
}

/** An environment under a name of the user's own. */
function environmentIn(fs: FileSystem, folder: string): string | undefined {
  const result = fs.readFolder(folder);
  if (result.kind !== "folder") return undefined;
  for (const { name, type } of result.entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = joinPath(folder, name);
    if (type !== "folder" || fs.stat(joinPath(path, "pyvenv.cfg")) === undefined) continue;
    const found = sitePackagesOf(fs, path);
    if (found) return found;
  }
  return undefined;
}

/** Folders whose names carry a Python version, newest first. */
function pythonVersions(fs: FileSystem, folder: string, pattern: RegExp): readonly string[] {
  const result = fs.readFolder(folder);
  if (result.kind !== "folder") return [];
  const found = result.entries.flatMap(({ name }) => {
    const match = pattern.exec(name);
    return match ? [{ name, version: Number(match[1]) * 1000 + Number(match[2]) }] : [];
  });
  return found.sort((first, second) => second.version - first.version).map(({ name }) => name);
}

function isFolder(fs: FileSystem, path: string): boolean {
  return fs.stat(path)?.type === "folder";
}

/** A distribution that is installed in an environment. */
export interface InstalledDistribution {
  /** Normalised. */
  readonly name: string;
  /** As the distribution spells it: `5.2.1`. */
  readonly version: string;
  /** Its `*.dist-info` folder, absolute. */
  readonly metadataFolder: string;
}

export function installedDistributions(
  fs: FileSystem,
  sitePackages: string,
): ReadonlyMap<string, InstalledDistribution> {
  const distributions = new Map<string, InstalledDistribution>();
  const result = fs.readFolder(sitePackages);
  for (const entry of result.kind === "folder" ? result.entries : []) {
    const [, name, version] = /^(.+?)-(\d[^-]*)\.dist-info$/.exec(entry.name) ?? [];
    if (name === undefined || version === undefined) continue;
    const metadataFolder = joinPath(sitePackages, entry.name);
    distributions.set(normalizeName(name), { name: normalizeName(name), version, metadataFolder });
  }
  return distributions;
}
