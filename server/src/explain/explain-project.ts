import type { DjangoProject } from "../django/project.ts";
import type { FileSystem } from "../platform/file-system.ts";
import { isInside, joinPath } from "../platform/paths.ts";
import { discoverSources } from "../program/source-discovery.ts";
import type { Module } from "../python/symbols.ts";
import type { ExplainError } from "./explain-error.ts";

/** What has to be known of a project to import its modules. */
export interface ExplainProject {
  /** Absolute path of the folder that was opened, in which the project lies. */
  readonly folder: string;
  /** Absolute path: where its commands are run. */
  readonly root: string;
  /** Absolute paths: its import path, in order. */
  readonly sourceRoots: readonly string[];
  /** Dotted name. */
  readonly settings: string;
  /** Of its own code. */
  readonly modules: readonly ProjectModule[];
  /** Dotted name of a file's module; undefined for a file that is not one. The path is relative to the folder. */
  moduleOf(path: string): string | undefined;
}

export interface ProjectModule {
  /** Relative to the folder. */
  readonly path: string;
  /** Dotted. */
  readonly name: string;
}

export type ExplainProjectResult =
  | { readonly kind: "project"; readonly project: ExplainProject }
  | { readonly kind: "failed"; readonly error: ExplainError };

/**
 * The Django project in a folder to which a file belongs.
 * @param folder absolute
 * @param path of the file, relative to the folder
 * @param settings the settings module, where it is given
 */
export function findExplainProject(
  files: FileSystem,
  folder: string,
  path: string,
  settings: string | undefined,
): ExplainProjectResult {
  const found = sourcesIn(files, folder, settings)
    .filter(({ modules }) => modules.some((module) => module.path === path))
    .toSorted((a, b) => depthFor(b.root, path) - depthFor(a.root, path))[0];
  if (found === undefined) return failed(`${path} belongs to no Django project in ${folder}`);
  return projectOf(found, folder);
}

/** All Django projects in a folder. The outermost come first. */
export function explainProjectsIn(
  files: FileSystem,
  folder: string,
  settings: string | undefined,
): readonly ExplainProjectResult[] {
  return sourcesIn(files, folder, settings).map((sources) => projectOf(sources, folder));
}

function sourcesIn(
  files: FileSystem,
  folder: string,
  settings: string | undefined,
): readonly ProjectSources[] {
  return discoverSources(files, folder, { exclude: [], respectGitignore: true, settingsModule: settings })
    .projectRoots;
}

type ProjectSources = ReturnType<typeof discoverSources>["projectRoots"][number];

function projectOf(
  { settingsModule, root, sourceRoots, modules }: ProjectSources,
  folder: string,
): ExplainProjectResult {
  if (settingsModule === undefined) return settingsUnknown(joinPath(folder, root));
  const project: ExplainProject = {
    folder,
    root: joinPath(folder, root),
    sourceRoots: sourceRoots.map((sourceRoot) => joinPath(folder, sourceRoot)),
    settings: settingsModule,
    modules,
    moduleOf: (file) => modules.find((module) => module.path === file)?.name,
  };
  return { kind: "project", project };
}

/**
 * The same of a project that has been analysed.
 * @param folder absolute; the project's paths are relative to it
 */
export function explainProjectOf(
  { root, settingsModule, program }: DjangoProject,
  folder: string,
): ExplainProjectResult {
  if (settingsModule === undefined) return settingsUnknown(joinPath(folder, root));
  const roots = new Set([root, ...program.modules.flatMap((module) => sourceRootOf(module) ?? [])]);
  const project: ExplainProject = {
    folder,
    root: joinPath(folder, root),
    sourceRoots: [...roots].map((sourceRoot) => joinPath(folder, sourceRoot)),
    settings: settingsModule,
    modules: program.modules
      .filter(({ firstParty }) => firstParty)
      .map(({ name, file }) => ({ name, path: file.path })),
    moduleOf: (path) => program.moduleOfFile(path)?.name,
  };
  return { kind: "project", project };
}

/** The folder below which a module's name begins: `src` for `shop.models` in `src/shop/models.py`. */
function sourceRootOf({ name, isPackage, file }: Module): string | undefined {
  const below = `${name.replaceAll(".", "/")}${isPackage ? "/__init__.py" : ".py"}`;
  if (file.path === below) return ".";
  return file.path.endsWith(`/${below}`) ? file.path.slice(0, -below.length - 1) : undefined;
}

/** A project inside of another one is nearer to its files. */
function depthFor(root: string, path: string): number {
  if (!isInside(root, path)) return -1;
  return root === "." ? 0 : root.length;
}

function settingsUnknown(root: string): ExplainProjectResult {
  return failed(`the settings module of the project in ${root} is not known; configure settings-module`);
}

function failed(message: string): ExplainProjectResult {
  return { kind: "failed", error: { kind: "no-project", message } };
}
