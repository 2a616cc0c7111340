import { isDeploymentPath } from "../deployment/deployment-paths.ts";
import type { FileSystem } from "../platform/file-system.ts";
import { extension, joinPath } from "../platform/paths.ts";
import { type WalkResult, walkFolder } from "./folder-walk.ts";
import { importsDjango } from "./import-scan.ts";
import { findProjects, type ProjectSources } from "./project-discovery.ts";
import { maySettingsBeNamedIn } from "./settings-mentions.ts";
import { isTemplatePath } from "./template-paths.ts";
import type { Problem } from "./workspace.ts";

export interface DiscoveryOptions {
  /** Patterns in the syntax of `.gitignore`, relative to the workspace root. */
  readonly exclude: readonly string[];
  readonly respectGitignore: boolean;
  /** Extensions, without dot, of other files to report: `["html", "txt"]`. */
  readonly otherExtensions?: readonly string[];
  /** The settings module, where the configuration names it. */
  readonly settingsModule?: string | undefined;
}

export interface DiscoveredSources {
  /** Python files, sorted; paths here and below are relative to the workspace root. */
  readonly files: readonly string[];
  /** Files with one of `otherExtensions`, sorted. */
  readonly otherFiles: readonly string[];
  /** Every folder of the workspace that was looked into. */
  readonly folders: ReadonlySet<string>;
  readonly problems: readonly Problem[];
  /** Empty when nothing in the folder uses Django. */
  readonly projectRoots: readonly ProjectSources[];
}

/** Reads a file of the workspace by its relative path; undefined where that fails. */
export type ReadWorkspaceFile = (path: string) => string | undefined;

/**
 * Finds the Python files of a folder and the Django projects in it. Reads file texts through `fs` (the files that name
 * settings, and others until it is clear what is imported), so a caller that reads them anyway should keep them.
 */
export function discoverSources(
  fs: FileSystem,
  workspaceRoot: string,
  options: DiscoveryOptions,
): DiscoveredSources {
  const read: ReadWorkspaceFile = (path) => {
    const result = fs.readText(joinPath(workspaceRoot, path));
    return result.kind === "text" ? result.text : undefined;
  };
  return projectsAmong(listSources(fs, workspaceRoot, options), read, options);
}

/** The first half of `discoverSources`: every file that may matter, without reading any but `.gitignore` files. */
export function listSources(fs: FileSystem, workspaceRoot: string, options: DiscoveryOptions): WalkResult {
  const isOther = isOtherFile(options);
  return walkFolder(
    fs,
    workspaceRoot,
    options,
    (path) =>
      path.endsWith(".py") ||
      isOther(path) ||
      maySettingsBeNamedIn(path) ||
      isTemplatePath(path) ||
      isDeploymentPath(path),
  );
}

/** The second half: what the listed files are for. What it reads of a file is what `discoveryKey` holds. */
export function projectsAmong(
  listing: WalkResult,
  read: ReadWorkspaceFile,
  options: DiscoveryOptions,
): DiscoveredSources {
  const { folders, problems } = listing;
  const files = listing.files.filter((path) => path.endsWith(".py"));
  const configurationFiles = listing.files.filter(
    (path) => !path.endsWith(".py") && maySettingsBeNamedIn(path),
  );
  const templates = listing.files.filter(isTemplatePath);
  const deploymentFiles = listing.files.filter(isDeploymentPath);
  const projects = findProjects(
    { files, configurationFiles, templates, deploymentFiles, folders, read },
    options.settingsModule,
  );
  const usesDjango = projects.some((project) => project.hasManagePy) || importsDjango(files, read);
  return {
    files,
    otherFiles: listing.files.filter(isOtherFile(options)),
    folders,
    problems,
    projectRoots: usesDjango ? projects : [],
  };
}

function isOtherFile({ otherExtensions }: DiscoveryOptions): (path: string) => boolean {
  const others = new Set(otherExtensions);
  return (path) => others.has(extension(path));
}
