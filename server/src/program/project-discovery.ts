import { isDeploymentPath } from "../deployment/deployment-paths.ts";
import { baseName, isInside, joinPath, normalizePath, parentPath } from "../platform/paths.ts";
import { addedImportPaths, importedModules } from "./import-scan.ts";
import { type ModuleSource, nameModules } from "./module-names.ts";
import { baseOf, holdsModule, isInsidePackage, type PackageLayout, packageLayout } from "./package-layout.ts";
import { maySettingsBeNamedIn, mentionedSettings, mentionRank } from "./settings-mentions.ts";
import { isTemplatePath } from "./template-paths.ts";

/** The sources of one Django project. All paths are relative to the workspace root. */
export interface ProjectSources {
  /** The folder of `manage.py`; the workspace root for a project or package without one. */
  readonly root: string;
  readonly hasManagePy: boolean;
  /** The import path, in order. The name of a module starts below the longest root that holds its file. */
  readonly sourceRoots: readonly string[];
  /** The settings module by its dotted name, if one is named and lies in the project. */
  readonly settingsModule: string | undefined;
  /** Whether the configuration names it. */
  readonly isSettingsModuleConfigured: boolean;
  /** Everything that is named as settings module and exists, best first. */
  readonly settingsCandidates: readonly string[];
  readonly modules: readonly ModuleSource[];
  /** Files that may be templates, sorted. */
  readonly templates: readonly string[];
  /** Files that tell how the project is deployed, sorted; those beside several projects belong to each. */
  readonly deploymentFiles: readonly string[];
}

interface WorkspaceListing {
  readonly files: readonly string[];
  readonly configurationFiles: readonly string[];
  readonly templates: readonly string[];
  readonly deploymentFiles: readonly string[];
  readonly folders: ReadonlySet<string>;
  readonly read: (path: string) => string | undefined;
}

/** A project for every `manage.py`; one for the whole workspace when there is none. */
export function findProjects(
  listing: WorkspaceListing,
  configuredSettings: string | undefined,
): readonly ProjectSources[] {
  const finder = new ProjectFinder(listing, configuredSettings);
  const roots = finder.manageRoots();
  return roots.length > 0
    ? roots.map((root) => finder.project(root, true, roots))
    : [finder.project(".", false, [])];
}

/** Equal for two texts of a file that `findProjects` cannot tell apart, nor whoever asks whether it imports Django. */
export function discoveryKey(path: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (isTemplatePath(path) && !maySettingsBeNamedIn(path)) return "template";
  if (!path.endsWith(".py") && !maySettingsBeNamedIn(path))
    return isDeploymentPath(path) ? "deployment" : text;
  if (!path.endsWith(".py") || mayChangeImportPath(path) || mayNameApps(path)) return text;
  return [...importedModules(text)].sort().join();
}

class ProjectFinder {
  private readonly listing: WorkspaceListing;
  private readonly layout: PackageLayout;
  private readonly fileSet: ReadonlySet<string>;
  private readonly configuredSettings: string | undefined;
  private readonly imports = new Map<string, ReadonlySet<string>>();

  constructor(listing: WorkspaceListing, configuredSettings: string | undefined) {
    this.listing = listing;
    this.layout = packageLayout(listing.files);
    this.fileSet = new Set(listing.files);
    this.configuredSettings = configuredSettings;
  }

  /** Folders with a `manage.py` of Django, sorted. Templates for new projects have placeholders in theirs. */
  manageRoots(): readonly string[] {
    return this.listing.files
      .filter((path) => baseName(path) === "manage.py")
      .filter((path) => {
        const text = this.listing.read(path) ?? "";
        return /django/i.test(text) && !/\{\{|\{%/.test(text);
      })
      .map(parentPath)
      .sort();
  }

  project(root: string, hasManagePy: boolean, allRoots: readonly string[]): ProjectSources {
    const foreign = allRoots.filter((other) => other !== root && !isInside(other, root));
    const isOwn = (path: string): boolean => !foreign.some((other) => isInside(other, path));
    const ownFiles = this.listing.files.filter(isOwn);
    const sourceRoots = this.sourceRoots(root, ownFiles, allRoots.length > 1);
    const files = ownFiles.filter((path) => sourceRoots.some((sourceRoot) => isInside(sourceRoot, path)));
    const modules = nameModules(files, sourceRoots);
    const candidates = this.settings(root, modules, sourceRoots, allRoots);
    return {
      root,
      hasManagePy,
      sourceRoots,
      settingsModule: candidates[0],
      isSettingsModuleConfigured: this.configuredSettings !== undefined,
      settingsCandidates: candidates,
      modules,
      templates: this.listing.templates.filter(isOwn),
      deploymentFiles: this.listing.deploymentFiles.filter(isOwn),
    };
  }

  /**
   * The project's own folder, what its scripts put on `sys.path`, and every base whose modules the project imports by
   * name. In a workspace with one project everything else in it counts as importable from the workspace root.
   */
  private sourceRoots(root: string, files: readonly string[], severalProjects: boolean): readonly string[] {
    const roots = new Set([this.isOnImportPath(root, files) ? root : baseOf(root, this.layout.packages)]);
    for (const path of files) {
      if (!isInside(root, path) || !mayChangeImportPath(path)) continue;
      for (const added of this.addedRoots(path)) roots.add(added);
    }
    const candidates = [...this.layout.bases.keys()]
      .filter((base) => !roots.has(base) && (severalProjects || base !== "."))
      .filter((base) => !isInsidePackage(base, this.layout.packages))
      .filter((base) => files.some((path) => isInside(base, path)))
      .concat([...this.layout.appFolders.keys()].filter((folder) => isInside(root, folder)))
      .sort((first, second) => depth(first) - depth(second) || (first < second ? -1 : 1));
    if (candidates.length > 0) {
      // What a newly found root imports may lead to further ones.
      for (let found = true; found; ) {
        found = false;
        const importers = severalProjects ? files.filter((path) => isInsideAny(roots, path)) : files;
        const imported = this.importedTopLevels(importers);
        for (const base of candidates) {
          if (roots.has(base)) continue;
          if (!this.isOnPath(base, importers, imported, roots, severalProjects)) continue;
          roots.add(base);
          found = severalProjects;
        }
      }
    }
    if (!severalProjects) roots.add(".");
    return [...roots];
  }

  /**
   * Python puts the folder of the script that it runs on the import path. Where that folder is a package itself, its
   * modules may be imported by their full names all the same.
   */
  private isOnImportPath(root: string, files: readonly string[]): boolean {
    if (!this.layout.packages.has(root)) return true;
    const settings = mentionedSettings(this.listing.read(joinPath(root, "manage.py")) ?? "");
    if (settings.length > 0) return settings.some((name) => this.moduleExists(root, name));
    const packages = [...this.layout.packages].filter((folder) => parentPath(folder) === root).map(baseName);
    const imported = this.importedTopLevels(files);
    return packages.some((name) => imported.has(name));
  }

  private moduleExists(sourceRoot: string, name: string): boolean {
    const start = joinPath(sourceRoot, name.replaceAll(".", "/"));
    return this.fileSet.has(`${start}.py`) || this.fileSet.has(`${start}/__init__.py`);
  }

  private isOnPath(
    base: string,
    importers: readonly string[],
    imported: ReadonlySet<string>,
    roots: ReadonlySet<string>,
    severalProjects: boolean,
  ): boolean {
    const apps = this.layout.appFolders.get(base);
    if (!apps) {
      const installed = !severalProjects && this.isDistributionRoot(base);
      return installed || this.isImported(base, imported, roots);
    }
    const bare = [...apps].filter(
      (name) =>
        imported.has(name) && ![...roots].some((root) => holdsModule(root, name, this.layout, this.fileSet)),
    );
    if (bare.length === 0) return false;
    // A bare name alone may be a library's: what is imported from it has to be there as well.
    return importers.some((path) =>
      [...importedModules(this.listing.read(path) ?? "")].some(
        (module) =>
          bare.some((name) => module.startsWith(`${name}.`)) &&
          (this.moduleExists(base, module) || this.moduleExists(base, parentModule(module))),
      ),
    );
  }

  private isImported(base: string, imported: ReadonlySet<string>, roots: ReadonlySet<string>): boolean {
    for (const name of this.layout.bases.get(base) ?? []) {
      if (!imported.has(name)) continue;
      const elsewhere = [...roots].some((root) => holdsModule(root, name, this.layout, this.fileSet));
      if (!elsewhere) return true;
    }
    return false;
  }

  /** Whether packages in this folder are built or installed from here. */
  private isDistributionRoot(base: string): boolean {
    if (baseName(base) === "src" || this.fileSet.has(joinPath(base, "setup.py"))) return true;
    return ["pyproject.toml", "setup.cfg"].some((name) =>
      this.listing.configurationFiles.includes(joinPath(base, name)),
    );
  }

  private importedTopLevels(files: readonly string[]): ReadonlySet<string> {
    const tops = new Set<string>();
    for (const path of files) {
      let names = this.imports.get(path);
      if (names === undefined) {
        const text = this.listing.read(path) ?? "";
        const found = new Set<string>();
        for (const module of importedModules(text)) found.add(module.split(".", 1)[0] ?? module);
        // Apps are also named in strings: `INSTALLED_APPS`, `ROOT_URLCONF`.
        if (mayNameApps(path)) {
          for (const [, name] of text.matchAll(/["']([A-Za-z_]\w*)(?:\.\w+)*["']/g))
            if (name) found.add(name);
        }
        names = found;
        this.imports.set(path, names);
      }
      for (const name of names) tops.add(name);
    }
    return tops;
  }

  private addedRoots(path: string): readonly string[] {
    const roots: string[] = [];
    for (const added of addedImportPaths(this.listing.read(path) ?? "")) {
      // Relative to some variable whose value is not known: the nearest folder around the file that fits.
      for (let folder = parentPath(path); ; folder = parentPath(folder)) {
        const candidate = normalizePath(joinPath(folder, added));
        if (this.layout.pythonFolders.has(candidate)) {
          roots.push(candidate);
          break;
        }
        if (folder === ".") break;
      }
    }
    return roots;
  }

  private settings(
    root: string,
    modules: readonly ModuleSource[],
    sourceRoots: readonly string[],
    allRoots: readonly string[],
  ): readonly string[] {
    const files = modules.map(({ path }) => path);
    const exists = (name: string): boolean =>
      sourceRoots.some((sourceRoot) => this.moduleExists(sourceRoot, name));
    if (this.configuredSettings !== undefined) return [this.configuredSettings];
    const mentions = [...files.filter(maySettingsBeNamedIn), ...this.listing.configurationFiles]
      .filter((path) => nearestRoot(path, allRoots) === root || !isInsideAny(new Set(allRoots), path))
      .map((path) => ({ path, rank: mentionRank(path), outside: isInside(root, path) ? 0 : 1 }))
      .sort(
        (first, second) =>
          first.outside - second.outside ||
          first.rank - second.rank ||
          depth(first.path) - depth(second.path) ||
          (first.path < second.path ? -1 : 1),
      );
    const named = mentions
      .flatMap(({ path }) => mentionedSettings(this.listing.read(path) ?? ""))
      .filter(exists);
    return [...new Set([...named, ...this.settingsByContent(modules)])];
  }

  /** Modules that are called settings and list apps, nearest to the top first, those of tests last. */
  private settingsByContent(modules: readonly ModuleSource[]): readonly string[] {
    const found = modules.filter(
      ({ path }) =>
        /(^|\/)(settings\/\w+|(\w+_)?settings(_\w+)?)\.py$/.test(path) &&
        /^INSTALLED_APPS\b/m.test(this.listing.read(path) ?? ""),
    );
    const isTest = (path: string): number => (/(^|[/_])tests?([/_.]|$)/.test(path) ? 1 : 0);
    return found
      .toSorted(
        ({ path: first }, { path: second }) =>
          isTest(first) - isTest(second) || depth(first) - depth(second) || (first < second ? -1 : 1),
      )
      .map(({ name }) => name);
  }
}

/** `orders.models.Order` may be a class in `orders.models`, but `orders` alone proves nothing. */
function parentModule(name: string): string {
  const parts = name.split(".");
  return parts.length > 2 ? parts.slice(0, -1).join(".") : name;
}

function mayNameApps(path: string): boolean {
  return /settings|urls/.test(path);
}

function mayChangeImportPath(path: string): boolean {
  return (
    maySettingsBeNamedIn(path) || /(^|\/)(settings|config)(\/[^/]+)?\.py$|(^|\/)settings\w*\.py$/.test(path)
  );
}

function nearestRoot(path: string, roots: readonly string[]): string | undefined {
  return roots
    .filter((root) => isInside(root, path))
    .sort((first, second) => depth(second) - depth(first))[0];
}

function isInsideAny(roots: ReadonlySet<string>, path: string): boolean {
  for (const root of roots) if (isInside(root, path)) return true;
  return false;
}

function depth(path: string): number {
  return path === "." ? 0 : path.split("/").length;
}
