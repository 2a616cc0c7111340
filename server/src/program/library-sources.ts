import type { FileSystem } from "../platform/file-system.ts";
import { joinPath } from "../platform/paths.ts";
import type { Module } from "../python/symbols.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { type InstalledDistribution, installedDistributions } from "./python-environment.ts";
import { normalizeName, parseRequirement } from "./requirement.ts";
import type { Problem } from "./workspace.ts";

/**
 * Packages whose sources are never read. What the analysis knows of them is keyed by import paths and by version
 * (`django.db.models.ForeignKey`, `rest_framework.serializers.ModelSerializer`, `celery.shared_task`); with sources, the
 * same names would be classes of the program with thousands of lines behind them that say less than those facts. The
 * same holds for frameworks whose reading of rows is a consumer's: `django_tables2`, `graphene` and others.
 */
const describedPackages: ReadonlySet<string> = new Set([
  "django",
  "rest_framework",
  "celery",
  "django_elasticsearch_dsl",
  "django_filters",
  "django_opensearch_dsl",
  "django_tables2",
  "graphene",
  "graphene_django",
  "haystack",
  "import_export",
  "ninja",
]);

export interface LibraryLimits {
  readonly modules: number;
  /** UTF-16 code units of all modules together. */
  readonly totalSize: number;
  /** Bytes of one file. */
  readonly fileSize: number;
}

/** Enough for the Django packages of a large product; what is left out is reported. */
export const defaultLibraryLimits: LibraryLimits = {
  modules: 1500,
  totalSize: 16_000_000,
  fileSize: 500_000,
};

export interface LibrarySources {
  /** For `createPythonProgram`. Answers are remembered, so one instance can serve several programs. */
  readonly loadLibraryModule: (name: string) => Module | undefined;
  /** Limits that were reached and files that could not be read so far. */
  problems(): readonly Problem[];
  /** Number of modules read so far. */
  readonly count: number;
}

/**
 * Reads modules of the environment when an import leads to them, but only of distributions that have to do with Django
 * (their metadata say so, or they require one that has): nothing else can declare a model, a serializer or a view.
 */
export function librarySources(
  fs: FileSystem,
  sitePackages: string,
  parse: (path: string, text: string) => SourceFile,
  limits: LibraryLimits = defaultLibraryLimits,
): LibrarySources {
  return new EnvironmentSources(fs, sitePackages, parse, limits);
}

class EnvironmentSources implements LibrarySources {
  private readonly fs: FileSystem;
  private readonly sitePackages: string;
  private readonly parse: (path: string, text: string) => SourceFile;
  private readonly limits: LibraryLimits;
  private readonly loaded = new Map<string, Module | undefined>();
  private readonly found: Problem[] = [];
  private packages: ReadonlySet<string> | undefined;
  private size = 0;
  private limitReached = false;
  count = 0;

  constructor(
    fs: FileSystem,
    sitePackages: string,
    parse: (path: string, text: string) => SourceFile,
    limits: LibraryLimits,
  ) {
    this.fs = fs;
    this.sitePackages = sitePackages;
    this.parse = parse;
    this.limits = limits;
  }

  readonly loadLibraryModule = (name: string): Module | undefined => {
    if (this.loaded.has(name)) return this.loaded.get(name);
    const module = this.load(name);
    this.loaded.set(name, module);
    return module;
  };

  problems(): readonly Problem[] {
    return this.found;
  }

  private load(name: string): Module | undefined {
    const top = name.split(".", 1)[0] ?? name;
    if (describedPackages.has(top) || !/^\w+(\.\w+)*$/.test(name)) return undefined;
    this.packages ??= djangoPackages(this.fs, this.sitePackages);
    if (!this.packages.has(top)) return undefined;
    const start = joinPath(this.sitePackages, name.replaceAll(".", "/"));
    return this.read(name, `${start}/__init__.py`, true) ?? this.read(name, `${start}.py`, false);
  }

  private read(name: string, path: string, isPackage: boolean): Module | undefined {
    const stat = this.fs.stat(path);
    if (stat?.type !== "file") return undefined;
    if (stat.size > this.limits.fileSize) {
      this.report(path, `the library module ${name} is larger than ${this.limits.fileSize} bytes; not read`);
      return undefined;
    }
    if (this.count >= this.limits.modules || this.size >= this.limits.totalSize) {
      if (!this.limitReached) {
        this.report(
          this.sitePackages,
          `more than ${this.limits.modules} library modules or ${this.limits.totalSize} characters are imported; the rest is not read`,
        );
      }
      this.limitReached = true;
      return undefined;
    }
    const result = this.fs.readText(path);
    if (result.kind !== "text") {
      if (result.kind === "failed") this.report(path, `the library module cannot be read: ${result.reason}`);
      return undefined;
    }
    this.count += 1;
    this.size += result.text.length;
    return { name, isPackage, file: this.parse(path, result.text), firstParty: false };
  }

  private report(path: string, message: string): void {
    this.found.push({ path, message });
  }
}

/** Top-level import names of the distributions that have to do with Django. */
function djangoPackages(fs: FileSystem, sitePackages: string): ReadonlySet<string> {
  const distributions = [...installedDistributions(fs, sitePackages).values()].map((distribution) => ({
    distribution,
    ...metadataOf(fs, distribution),
  }));
  const related = new Set(["django"]);
  for (const { distribution, isForDjango } of distributions) if (isForDjango) related.add(distribution.name);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { distribution, requires } of distributions) {
      if (related.has(distribution.name) || !requires.some((name) => related.has(name))) continue;
      related.add(distribution.name);
      grown = true;
    }
  }
  const packages = new Set<string>();
  for (const { distribution } of distributions) {
    if (related.has(distribution.name))
      for (const name of topLevelNames(fs, distribution)) packages.add(name);
  }
  return packages;
}

function metadataOf(
  fs: FileSystem,
  { metadataFolder }: InstalledDistribution,
): { readonly isForDjango: boolean; readonly requires: readonly string[] } {
  const result = fs.readText(joinPath(metadataFolder, "METADATA"));
  const [header = ""] = result.kind === "text" ? result.text.split(/\r?\n\r?\n/, 1) : [];
  const requires = [...header.matchAll(/^Requires-Dist: (.*)$/gm)]
    // What only an optional feature requires says nothing about the package.
    .filter(([, text]) => !/;.*\bextra\b/.test(text ?? ""))
    .flatMap(([, text]) => parseRequirement(text ?? "")?.name ?? []);
  return { isForDjango: /^Classifier: Framework :: (Django|Wagtail)\b/m.test(header), requires };
}

function topLevelNames(fs: FileSystem, { name, metadataFolder }: InstalledDistribution): readonly string[] {
  const listed = fs.readText(joinPath(metadataFolder, "top_level.txt"));
  if (listed.kind === "text") return listed.text.split(/\s+/).filter((part) => part !== "");
  const record = fs.readText(joinPath(metadataFolder, "RECORD"));
  if (record.kind !== "text") return [normalizeName(name).replaceAll("-", "_")];
  const names = new Set<string>();
  for (const [, top] of record.text.matchAll(/^([A-Za-z_]\w*)(?:\/[^,]*)?(?:\.py)?,/gm))
    if (top) names.add(top);
  return [...names];
}
