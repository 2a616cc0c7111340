import type { TextRange } from "../base/text-range.ts";
import { type Configuration, type ConfigurationLayer, mergeLayers } from "./configuration.ts";
import { configurationFileName, parseConfigurationFile, projectFileName } from "./configuration-file.ts";
import type { RuleIdentity } from "./selection.ts";

/** How files are read; `platform/file-system.ts` fits. */
export interface TextReader {
  readText(
    path: string,
  ):
    | { readonly kind: "text"; readonly text: string }
    | { readonly kind: "missing" }
    | { readonly kind: "failed"; readonly reason: string };
}

export interface ConfigurationSources {
  /** Absolute path of the analysed folder, with `/`. */
  readonly root: string;
  readonly files: TextReader;
  readonly rules: readonly RuleIdentity[];
  /** Absolute path of a file to take instead of the nearest. */
  readonly file?: string | undefined;
  readonly editor?: ConfigurationLayer;
  readonly commandLine?: ConfigurationLayer;
}

export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** What it says of single tables and columns, also where `configuration` has rows that a database has counted. */
  readonly named: NamedInConfiguration;
  readonly file: ConfigurationFile | undefined;
  /**
   * The analysed folder relative to the configuration file's, which glob patterns refer to: `apps/api`;
   * empty when they are the same.
   */
  readonly pathPrefix: string;
  /** Absolute path of the file with known findings, which need not exist. */
  readonly baselinePath: string;
  /** Absolute path of the file with measured times of statements, where one is named. */
  readonly slowStatementsPath: string | undefined;
  readonly problems: readonly LocatedProblem[];
}

export type NamedInConfiguration = Pick<Configuration, "tableRows" | "columnStatistics">;

export interface ConfigurationFile {
  /** Absolute, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface LocatedProblem {
  /** Absolute, with `/`. */
  readonly path: string;
  readonly range: TextRange;
  readonly message: string;
}

/**
 * Reads the nearest `queryscope.toml` or `pyproject.toml` with a table `[tool.queryscope]`, from `root` upwards, and
 * merges it with what editor and command line say. In one folder `queryscope.toml` wins.
 */
export function loadConfiguration(sources: ConfigurationSources): LoadedConfiguration {
  const { root, editor = {}, commandLine = {} } = sources;
  const problems: LocatedProblem[] = [];
  const candidates =
    sources.file === undefined
      ? ancestors(root).flatMap((folder) => [
          join(folder, configurationFileName),
          join(folder, projectFileName),
        ])
      : [sources.file];
  for (const path of candidates) {
    const read = sources.files.readText(path);
    if (read.kind === "missing") continue;
    if (read.kind === "failed") {
      problems.push({ path, range: { start: 0, end: 0 }, message: `cannot be read: ${read.reason}` });
      continue;
    }
    const parsed = parseConfigurationFile(baseName(path), read.text, sources.rules);
    if (parsed === undefined) {
      if (sources.file !== undefined) {
        problems.push({ path, range: { start: 0, end: 0 }, message: "has no table [tool.queryscope]" });
      }
      continue;
    }
    problems.push(...parsed.problems.map((problem) => ({ path, ...problem })));
    const configuration = mergeLayers([editor, parsed.layer, commandLine]);
    return {
      configuration,
      named: configuration,
      file: { path, text: read.text },
      pathPrefix: sources.file === undefined ? relativeTo(folderOf(path), root) : "",
      baselinePath: resolve(folderOf(path), configuration.baseline),
      slowStatementsPath: slowStatementsPath(folderOf(path), configuration),
      problems,
    };
  }
  const configuration = mergeLayers([editor, commandLine]);
  const baselinePath = resolve(root, configuration.baseline);
  return {
    configuration,
    named: configuration,
    file: undefined,
    pathPrefix: "",
    baselinePath,
    slowStatementsPath: slowStatementsPath(root, configuration),
    problems,
  };
}

function slowStatementsPath(folder: string, { slowStatements }: Configuration): string | undefined {
  return slowStatements === undefined ? undefined : resolve(folder, slowStatements);
}

/** The folder itself, then every folder around it. */
function ancestors(folder: string): readonly string[] {
  const parent = folderOf(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  if (slash < 0) return path;
  if (slash === 0) return "/";
  return path.slice(0, slash);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function join(folder: string, name: string): string {
  return folder.endsWith("/") ? `${folder}${name}` : `${folder}/${name}`;
}

/** @param path absolute, or relative to the folder */
function resolve(folder: string, path: string): string {
  return /^(\/|[A-Za-z]:)/.test(path) ? path : join(folder, path);
}

/** `root` below `folder`. */
function relativeTo(folder: string, root: string): string {
  return root.slice(folder.length).replace(/^\//, "");
}
