import { configurationFileName, projectFileName } from "../../lint/configuration-file.ts";
import type { FileSystem } from "../../platform/file-system.ts";
import { isInside, joinPath, parentPath, relativePath } from "../../platform/paths.ts";
import { UsageError } from "../usage-error.ts";
import { absolutePath } from "./working-folder.ts";

/** A folder to analyse, and the paths in it to report about. */
export interface Target {
  /** Absolute, with `/`. */
  readonly folder: string;
  /** Relative to the folder; `.` for everything. */
  readonly filters: readonly string[];
}

export interface TargetRequest {
  readonly paths: readonly string[];
  /** `--project` */
  readonly project: string | undefined;
  readonly workingFolder: string;
  readonly files: Pick<FileSystem, "stat">;
  /** Paths that need not exist: the name under which standard input is checked. */
  readonly mayBeMissing?: boolean;
}

const rootMarkers = ["manage.py", configurationFileName, projectFileName, ".git"];

/**
 * The folders that paths belong to. Without `--project` it is the nearest one around a path that has `manage.py`, a
 * configuration or a repository in it: a single file cannot be understood without its project.
 * @throws UsageError when a path does not exist or lies outside of `--project`.
 */
export function resolveTargets(request: TargetRequest): readonly Target[] {
  const { files, workingFolder } = request;
  const paths = (request.paths.length === 0 ? [request.project ?? "."] : request.paths).map((path) => {
    const absolute = absolutePath(path, workingFolder);
    if (request.mayBeMissing !== true && files.stat(absolute) === undefined) {
      throw new UsageError(`${path} does not exist`);
    }
    return { path, absolute };
  });
  const project = request.project === undefined ? undefined : absolutePath(request.project, workingFolder);
  if (project !== undefined && files.stat(project)?.type !== "folder") {
    throw new UsageError(`--project: ${request.project} is not a folder`);
  }
  const filtersByFolder = new Map<string, string[]>();
  for (const { path, absolute } of paths) {
    const folder = project ?? rootAround(absolute, files);
    if (!isInside(folder, absolute))
      throw new UsageError(`${path} lies outside of --project ${request.project}`);
    filtersByFolder.set(folder, [...(filtersByFolder.get(folder) ?? []), relativePath(folder, absolute)]);
  }
  return [...filtersByFolder].map(([folder, filters]) => ({ folder, filters }));
}

/** Whether findings in this file are to be reported. */
export function isWanted({ filters }: Target, path: string): boolean {
  return filters.some((filter) => isInside(filter, path));
}

function rootAround(path: string, files: Pick<FileSystem, "stat">): string {
  const start = files.stat(path)?.type === "folder" ? path : parentPath(path);
  for (let folder = start; ; folder = parentPath(folder)) {
    if (rootMarkers.some((marker) => files.stat(joinPath(folder, marker)) !== undefined)) return folder;
    if (parentPath(folder) === folder || parentPath(folder) === ".") return start;
  }
}
