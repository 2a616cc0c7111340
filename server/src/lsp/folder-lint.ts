import type { Logger } from "../base/logger.ts";
import type { AnalysisEnvironment } from "../composition/environment.ts";
import { type ConfigurationState, createSnapshot, type Snapshot } from "../ide/snapshot.ts";
import { WithdrawnAdvice } from "../ide/withdrawn-advice.ts";
import { type Baseline, BaselineError, parseBaseline } from "../lint/baseline.ts";
import {
  type LoadedConfiguration,
  loadConfiguration,
  type TextReader,
} from "../lint/configuration-loading.ts";
import { parseEditorConfiguration } from "../lint/editor-configuration.ts";
import { lintAnalysis } from "../lint/lint.ts";
import {
  notSlowStatements,
  parseSlowStatements,
  type SlowStatements,
  timesAt,
} from "../lint/slow-statements.ts";
import { placesOfNames, unknownTableNames } from "../lint/table-names.ts";
import { isInside, joinPath, relativePath } from "../platform/paths.ts";
import type { Analysis } from "../program/workspace.ts";
import { proposesIndex } from "../rules/indexes/proposes-index.ts";

/** The file with known findings. */
export interface BaselineFile {
  /** Absolute, with `/`. */
  readonly path: string;
  /** Undefined where there is none. */
  readonly text: string | undefined;
}

/** From what the analysis of a folder found to what the editor shows, by the folder's configuration. */
export class FolderLint {
  readonly #folder: string;
  readonly #environment: AnalysisEnvironment;
  readonly #logger: Logger;
  /** Said already: a mistake in the configuration is logged once, not after every keystroke. */
  readonly #told = new Set<string>();
  /** What is found, and not shown. */
  readonly withdrawn = new WithdrawnAdvice();
  #baseline: BaselineFile | undefined;

  /** @param folder absolute path with `/` */
  constructor(folder: string, environment: AnalysisEnvironment, logger: Logger) {
    this.#folder = folder;
    this.#environment = environment;
    this.#logger = logger;
  }

  /**
   * @param settings the editor's, in camel case
   * @param bufferText the text of an open document, by path relative to the folder
   */
  configuration(settings: unknown, bufferText: (path: string) => string | undefined): LoadedConfiguration {
    const { files, rules } = this.#environment;
    const editor = parseEditorConfiguration(settings);
    const reader: TextReader = {
      readText: (path) => {
        const text = this.#contains(path) ? bufferText(relativePath(this.#folder, path)) : undefined;
        return text === undefined ? files.readText(path) : { kind: "text", text };
      },
    };
    const loaded = loadConfiguration({ root: this.#folder, files: reader, rules, editor: editor.layer });
    const baseline = reader.readText(loaded.baselinePath);
    if (baseline.kind === "failed") this.#tell(`${loaded.baselinePath} cannot be read: ${baseline.reason}`);
    this.#baseline = {
      path: loaded.baselinePath,
      text: baseline.kind === "text" ? baseline.text : undefined,
    };
    for (const problem of editor.problems) this.#tell(problem);
    for (const { path, message } of loaded.problems) this.#tell(`${path}: ${message}`);
    return loaded;
  }

  /** As it was when the configuration was last read. */
  get baseline(): BaselineFile | undefined {
    return this.#baseline;
  }

  snapshot(analysis: Analysis, loaded: LoadedConfiguration): Snapshot {
    const baseline = this.#knownFindings();
    const { findings, baselined, problems } = lintAnalysis(analysis, loaded.configuration, {
      rules: this.#environment.rules,
      pathPrefix: loaded.pathPrefix,
      minimumConfidence: "medium",
      ...(baseline && { baseline }),
    });
    for (const { path, message } of problems) this.#tell(`${path}: ${message}`);
    const slow = this.#slowStatements(loaded);
    return createSnapshot(
      analysis,
      findings.filter((finding) => !(proposesIndex(finding) && this.withdrawn.has(finding))),
      this.#configurationState(loaded, analysis),
      baselined,
      (path, range) =>
        slow && timesAt(slow, joinPath(loaded.pathPrefix, path), range, analysis.text(path) ?? ""),
    );
  }

  /** A file that is no baseline is told, and nothing is known. */
  #knownFindings(): Baseline | undefined {
    if (this.#baseline?.text === undefined) return undefined;
    try {
      return parseBaseline(this.#baseline.text);
    } catch (error) {
      if (!(error instanceof BaselineError)) throw error;
      this.#tell(`${this.#baseline.path} is not a baseline: ${error.message}`);
      return undefined;
    }
  }

  #slowStatements({ slowStatementsPath: path }: LoadedConfiguration): SlowStatements | undefined {
    if (path === undefined) return undefined;
    const read = this.#environment.files.readText(path);
    const slow = read.kind === "text" ? parseSlowStatements(read.text) : undefined;
    if (slow === undefined) this.#tell(`${path}: ${notSlowStatements}`);
    return slow;
  }

  #configurationState(loaded: LoadedConfiguration, { projects }: Analysis): ConfigurationState | undefined {
    const { file, named } = loaded;
    const unknown = placesOfNames(unknownTableNames(named, projects), loaded);
    for (const { path, message } of unknown) this.#tell(`${path}: ${message}`);
    if (file === undefined || !this.#contains(file.path)) return undefined;
    return {
      path: relativePath(this.#folder, file.path),
      text: file.text,
      problems: [...loaded.problems, ...unknown].filter(({ path }) => path === file.path),
    };
  }

  #contains(path: string): boolean {
    return isInside(this.#folder, path);
  }

  #tell(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#logger.warn(message);
  }
}
