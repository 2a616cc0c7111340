import ignore, { type Ignore } from "ignore";
import type { FileSystem, FolderEntry } from "../platform/file-system.ts";
import { isInside, joinPath, relativePath } from "../platform/paths.ts";
import type { Problem } from "./workspace.ts";

export interface WalkOptions {
  /** Patterns in the syntax of `.gitignore`, relative to the workspace root. */
  readonly exclude: readonly string[];
  readonly respectGitignore: boolean;
}

export interface WalkResult {
  /** Paths relative to the root for which `wanted` held, sorted. */
  readonly files: readonly string[];
  /** Every folder that was entered, relative to the root, the root itself as `.`. */
  readonly folders: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** A workspace with more files than this was opened by mistake (a home folder, a disk). */
const fileLimit = 60_000;
const folderLimit = 100_000;

/** Patterns of a folder's `.gitignore`, which count from there. */
interface IgnoreRules {
  readonly folder: string;
  readonly rules: Ignore;
}

/**
 * Lists the files of a folder tree that belong to its project: without version control, environments, installed and
 * built packages, hidden folders and what `.gitignore` files name. Never fails: what can't be read becomes a problem.
 */
export function walkFolder(
  fs: FileSystem,
  root: string,
  options: WalkOptions,
  wanted: (path: string) => boolean,
): WalkResult {
  const walk = new FolderWalk(fs, root, options, wanted);
  walk.run();
  return { files: walk.files.sort(), folders: walk.folders, problems: walk.problems };
}

class FolderWalk {
  readonly files: string[] = [];
  readonly folders = new Set<string>();
  readonly problems: Problem[] = [];
  private readonly fs: FileSystem;
  private readonly root: string;
  private readonly realRoot: string;
  private readonly options: WalkOptions;
  private readonly wanted: (path: string) => boolean;
  private readonly visited = new Set<string>();

  constructor(fs: FileSystem, root: string, options: WalkOptions, wanted: (path: string) => boolean) {
    this.fs = fs;
    this.root = root;
    this.realRoot = fs.realPath(root) ?? root;
    this.options = options;
    this.wanted = wanted;
  }

  run(): void {
    const excluded = { folder: ".", rules: ignore().add([...this.options.exclude]) };
    const pending: { folder: string; ignores: readonly IgnoreRules[] }[] = [
      { folder: ".", ignores: this.options.exclude.length > 0 ? [excluded] : [] },
    ];
    for (let next = pending.pop(); next; next = pending.pop()) {
      if (this.files.length >= fileLimit || this.folders.size >= folderLimit) {
        const message = `the folder has more than ${fileLimit} files or ${folderLimit} folders; the rest is not analysed`;
        this.problems.push({ path: ".", message });
        return;
      }
      const { folder } = next;
      const entries = this.entries(folder);
      if (entries === undefined) continue;
      this.folders.add(folder);
      const ignores = this.withGitignore(folder, entries, next.ignores);
      for (const { name, type } of entries) {
        const path = joinPath(folder, name);
        if (type === "file") {
          if (this.wanted(path) && !isIgnored(ignores, path)) this.files.push(path);
        } else if (type === "folder") {
          if (!isSkippedFolder(name) && !isIgnored(ignores, `${path}/`))
            pending.push({ folder: path, ignores });
        }
      }
    }
  }

  /** Undefined for a folder that is not entered. */
  private entries(folder: string): readonly FolderEntry[] | undefined {
    const path = joinPath(this.root, folder);
    const real = this.fs.realPath(path);
    if (folder !== "." && real !== undefined && real !== joinPath(this.realRoot, folder)) {
      // A link into the workspace: its target is visited under its own name, and a loop ends here.
      if (isInside(this.realRoot, real)) return undefined;
      if (isInside(real, this.realRoot)) {
        this.problems.push({
          path: folder,
          message: "the link leads to a folder around the workspace; not followed",
        });
        return undefined;
      }
    }
    if (real !== undefined) {
      if (this.visited.has(real)) return undefined;
      this.visited.add(real);
    }
    const result = this.fs.readFolder(path);
    switch (result.kind) {
      case "folder": {
        if (folder !== "." && isNoSourceFolder(folder, result.entries)) return undefined;
        return result.entries;
      }
      case "missing":
        if (folder === ".") this.problems.push({ path: ".", message: "the folder does not exist" });
        return undefined;
      case "failed":
        this.problems.push({ path: folder, message: `the folder cannot be read: ${result.reason}` });
        return undefined;
    }
  }

  private withGitignore(
    folder: string,
    entries: readonly FolderEntry[],
    ignores: readonly IgnoreRules[],
  ): readonly IgnoreRules[] {
    if (!this.options.respectGitignore) return ignores;
    if (!entries.some(({ name, type }) => name === ".gitignore" && type === "file")) return ignores;
    const path = joinPath(folder, ".gitignore");
    const result = this.fs.readText(joinPath(this.root, path));
    if (result.kind === "failed") {
      this.problems.push({ path, message: `the file cannot be read: ${result.reason}` });
    }
    return result.kind === "text" ? [...ignores, { folder, rules: ignore().add(result.text) }] : ignores;
  }
}

/** The nearest `.gitignore` that says something about a path decides, as in git. Folders end in `/`. */
function isIgnored(ignores: readonly IgnoreRules[], path: string): boolean {
  for (let index = ignores.length - 1; index >= 0; index--) {
    const entry = ignores[index];
    if (entry === undefined) continue;
    const { ignored, unignored } = entry.rules.test(relativePath(entry.folder, path));
    if (ignored) return true;
    if (unignored) return false;
  }
  return false;
}

const skippedFolders: ReadonlySet<string> = new Set([
  "node_modules",
  "bower_components",
  "__pycache__",
  "__pypackages__",
  "site-packages",
  "dist-packages",
  "htmlcov",
]);

function isSkippedFolder(name: string): boolean {
  return name.startsWith(".") || skippedFolders.has(name) || /\.(egg|egg-info|dist-info)$/.test(name);
}

/** Virtual and conda environments, and the output of builds; an app may be called `build`, but then it is a package. */
function isNoSourceFolder(folder: string, entries: readonly FolderEntry[]): boolean {
  const has = (name: string): boolean => entries.some((entry) => entry.name === name);
  if (has("pyvenv.cfg") || has("conda-meta")) return true;
  return /(^|\/)(build|dist)$/.test(folder) && !has("__init__.py") && !has("manage.py");
}
