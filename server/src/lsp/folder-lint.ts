import type { Logger } from "../base/logger.ts";
import type { AnalysisEnvironment } from "../composition/environment.ts";
import { type ConfigurationState, createSnapshot, type Snapshot } from "../ide/snapshot.ts";
import { type LoadedConfiguration, loadConfiguration } from "../lint/configuration-loading.ts";
import { parseEditorConfiguration } from "../lint/editor-configuration.ts";
import { lintAnalysis } from "../lint/lint.ts";
import { isInside, relativePath } from "../platform/paths.ts";
import type { Analysis } from "../program/workspace.ts";

/** From what the analysis of a folder found to what the editor shows, by the folder's configuration. */
export class FolderLint {
  readonly #folder: string;
  readonly #environment: AnalysisEnvironment;
  readonly #logger: Logger;
  /** Said already: a mistake in the configuration is logged once, not after every keystroke. */
  readonly #told = new Set<string>();

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
    const loaded = loadConfiguration({
      root: this.#folder,
      files: {
        readText: (path) => {
          const text = this.#contains(path) ? bufferText(relativePath(this.#folder, path)) : undefined;
          return text === undefined ? files.readText(path) : { kind: "text", text };
        },
      },
      rules,
      editor: editor.layer,
    });
    for (const problem of editor.problems) this.#tell(problem);
    for (const { path, message } of loaded.problems) this.#tell(`${path}: ${message}`);
    return loaded;
  }

  snapshot(analysis: Analysis, loaded: LoadedConfiguration): Snapshot {
    const { findings, problems } = lintAnalysis(analysis, loaded.configuration, {
      rules: this.#environment.rules,
      pathPrefix: loaded.pathPrefix,
      minimumConfidence: "medium",
    });
    for (const { path, message } of problems) this.#tell(`${path}: ${message}`);
    return createSnapshot(analysis, findings, this.#configurationState(loaded));
  }

  #configurationState({ file, problems }: LoadedConfiguration): ConfigurationState | undefined {
    if (file === undefined || !this.#contains(file.path)) return undefined;
    return {
      path: relativePath(this.#folder, file.path),
      text: file.text,
      problems: problems.filter(({ path }) => path === file.path),
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
