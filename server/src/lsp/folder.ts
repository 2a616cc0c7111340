import type { CancellationToken } from "vscode-languageserver";
import { type LineIndex, lineIndexOf } from "../base/line-index.ts";
import type { Logger } from "../base/logger.ts";
import type { AnalysisEnvironment } from "../composition/environment.ts";
import type { Snapshot } from "../ide/snapshot.ts";
import type { Configuration } from "../lint/configuration.ts";
import type { LoadedConfiguration } from "../lint/configuration-loading.ts";
import { type CountedRows, withCountedRows } from "../lint/counted-rows.ts";
import { joinPath } from "../platform/paths.ts";
import type { Analysis, Workspace } from "../program/workspace.ts";
import type { Finding } from "../rules/finding.ts";
import { AnalysisLoop } from "./analysis-loop.ts";
import { type BaselineFile, FolderLint } from "./folder-lint.ts";
import { uriOfFile } from "./uris.ts";

/** Milliseconds. Long enough to take the messages of one edit together, too short to be noticed while typing. */
const debounce = 50;

/** An analysis that takes longer, in milliseconds, is worth a preview. */
const slowAnalysis = 200;
/** How many times longer the first analysis of a folder takes than later ones, at least. */
const firstAnalysis = 5;
/** Milliseconds without a change after which the whole is analysed, where previews answer meanwhile. */
const pause = 400;

export interface FolderEvents {
  onStarted(folder: Folder): void;
  onProgress(folder: Folder, done: number, total: number): void;
  /** The analysis has ended; `error` is undefined unless it failed. */
  onFinished(folder: Folder, error: unknown): void;
}

export interface FolderOptions {
  readonly uri: string;
  readonly name: string;
  /** Absolute, with `/`. */
  readonly path: string;
  readonly environment: AnalysisEnvironment;
  readonly events: FolderEvents;
  readonly logger: Logger;
  /** Whether queries of whole entries are to be counted, under these settings of the client. */
  readonly countsQueries: (settings: unknown) => boolean;
}

export interface OpenBuffer {
  /** As the client spells it. */
  readonly uri: string;
  readonly version: number;
  readonly text: string;
}

/** A finished analysis with the documents that were open when it began. */
export interface AnalysedFolder {
  readonly snapshot: Snapshot;
  readonly configuration: Configuration;
  readonly baseline: BaselineFile | undefined;
  /** By path. */
  readonly buffers: ReadonlyMap<string, OpenBuffer>;
  /** The URI under which the client knows the file. */
  uriOf(path: string): string;
  /** Undefined where the text of the file is not known. */
  lines(path: string): LineIndex | undefined;
}

interface Change {
  readonly apply: (workspace: Workspace) => void;
  /** The file, relative to the folder, of whose open buffer it is the new text. */
  readonly edited: string | undefined;
}

/** A folder of the client's workspace with its analysis, kept up to date. Paths are relative to it. */
export class Folder {
  readonly uri: string;
  readonly name: string;
  readonly path: string;
  readonly #environment: AnalysisEnvironment;
  readonly #countsQueries: FolderOptions["countsQueries"];
  readonly #lint: FolderLint;
  readonly #loop: AnalysisLoop<AnalysedFolder>;
  readonly #buffers = new Map<string, OpenBuffer>();
  #opened: { readonly key: string; readonly workspace: Workspace } | undefined;
  /** What happened since the last analysis began, to be told to the workspace before the next one. */
  #changes: Change[] = [];
  /** That of the last analysis. */
  #configuration: LoadedConfiguration | undefined;
  /** Of the database that the user has named last. */
  #countedRows: CountedRows = {};
  /** Undefined before the first configuration. */
  #settings: { readonly key: string; readonly value: unknown } | undefined;
  #latest: AnalysedFolder | undefined;
  /** Files that were edited since then. */
  readonly #edited = new Set<string>();
  /** How long an analysis takes after a change, in milliseconds. */
  #duration = 0;
  /** Whatever the settings say. */
  #alwaysCountsQueries = false;
  /** A client asks for previews, so that the whole may wait. */
  #isPreviewed = false;

  constructor({ uri, name, path, environment, events, logger, countsQueries }: FolderOptions) {
    this.uri = uri;
    this.name = name;
    this.path = path;
    this.#environment = environment;
    this.#countsQueries = countsQueries;
    this.#lint = new FolderLint(path, environment, logger);
    this.#loop = new AnalysisLoop({
      delay: debounce,
      run: (token) => {
        events.onStarted(this);
        return this.#analyze(token, (done, total) => events.onProgress(this, done, total));
      },
      onResult: (analysed) => {
        this.#latest = analysed;
        this.#edited.clear();
        events.onFinished(this, undefined);
      },
      onError: (error) => events.onFinished(this, error),
    });
  }

  /** The last finished analysis, which later changes may have overtaken. */
  get latest(): AnalysedFolder | undefined {
    return this.#latest;
  }

  /**
   * The analysis of the present state.
   * @throws CancelledError when the token asks for it or the folder is closed
   */
  current(token: CancellationToken): Promise<AnalysedFolder> {
    return this.#loop.current(token);
  }

  /**
   * What the folder's last analysis would say of the file as it is now, where an analysis takes long and only that file
   * was edited: what depends on other files follows with the next analysis.
   */
  preview(path: string): AnalysedFolder | undefined {
    const workspace = this.#opened?.workspace;
    const latest = this.#latest;
    const configuration = this.#configuration;
    const isOnlyEdited = this.#changes.every((change) => change.edited === path);
    if (!workspace || !latest || !configuration || !this.#isSlow || !isOnlyEdited || this.#loop.isCurrent)
      return undefined;
    for (const { apply } of this.#changes.splice(0)) apply(workspace);
    const analysis = workspace.preview(path);
    if (!analysis) return undefined;
    this.#isPreviewed = true;
    return this.#analysed(analysis, configuration, new Map(this.#buffers));
  }

  /** Somebody waits for what the analysis says of this file. Others can wait for the end of the typing. */
  hurry(path: string): void {
    if (this.#edited.has(path)) this.#loop.hurry();
  }

  /** From now on queries of whole entries are counted. */
  countQueries(): void {
    const isNews = !this.#willCountQueries;
    this.#alwaysCountsQueries = true;
    if (isNews && this.#settings !== undefined) this.#loop.invalidate(0);
  }

  /** The advice is not shown any more. */
  withdraw(advice: Pick<Finding, "model" | "fields">): void {
    this.#lint.withdrawn.add(advice);
    this.#loop.invalidate(0);
  }

  /** From now on tables are as big as a database says. */
  setCountedRows(rows: CountedRows): void {
    this.#countedRows = rows;
    this.#loop.invalidate(0);
  }

  get #willCountQueries(): boolean {
    return this.#alwaysCountsQueries || this.#countsQueries(this.#settings?.value);
  }

  get #isSlow(): boolean {
    return this.#duration >= slowAnalysis;
  }

  /** Starts the analysis; starts it again if the settings differ from the last ones. */
  configure(settings: unknown): void {
    const key = JSON.stringify(settings ?? null);
    if (this.#settings?.key === key) return;
    this.#settings = { key, value: settings };
    this.#loop.invalidate();
  }

  setBuffer(path: string, buffer: OpenBuffer): void {
    this.#buffers.set(path, buffer);
    this.#change((workspace) => workspace.setBuffer(path, buffer.text), path);
  }

  closeBuffer(path: string): void {
    if (this.#buffers.delete(path)) this.#change((workspace) => workspace.closeBuffer(path));
  }

  filesChanged(paths: readonly string[]): void {
    this.#change((workspace) => workspace.filesChanged(paths));
  }

  dispose(): void {
    this.#loop.dispose();
    this.#opened?.workspace.dispose();
  }

  /** @param edited the file, where it was only edited */
  #change(apply: Change["apply"], edited?: string): void {
    this.#changes.push({ apply, edited });
    if (edited !== undefined) this.#edited.add(edited);
    // Before the first configuration there is no analysis to be brought up to date.
    if (this.#settings !== undefined)
      this.#loop.invalidate(this.#isPreviewed && this.#isSlow ? pause : debounce);
  }

  async #analyze(
    token: CancellationToken,
    progress: (done: number, total: number) => void,
  ): Promise<AnalysedFolder> {
    const buffers = new Map(this.#buffers);
    const configuration = withCountedRows(
      this.#lint.configuration(this.#settings?.value, (path) => buffers.get(path)?.text),
      this.#countedRows,
    );
    const workspace = await this.#openWorkspace(configuration, buffers);
    for (const { apply } of this.#changes.splice(0)) apply(workspace);
    const start = performance.now();
    const analysis = await workspace.analyze(token, progress);
    this.#configuration = configuration;
    const analysed = this.#analysed(analysis, configuration, buffers);
    const elapsed = performance.now() - start;
    this.#duration = this.#latest === undefined ? elapsed / firstAnalysis : elapsed;
    return analysed;
  }

  #analysed(
    analysis: Analysis,
    configuration: LoadedConfiguration,
    buffers: ReadonlyMap<string, OpenBuffer>,
  ): AnalysedFolder {
    const snapshot = this.#lint.snapshot(analysis, configuration);
    return {
      snapshot,
      configuration: configuration.configuration,
      baseline: this.#lint.baseline,
      buffers,
      uriOf: (path) => buffers.get(path)?.uri ?? uriOfFile(joinPath(this.path, path)),
      lines: lineIndexes((path) => snapshot.text(path)),
    };
  }

  /** The workspace, opened anew when the configuration changes what is analysed. */
  async #openWorkspace(
    { configuration, pathPrefix }: LoadedConfiguration,
    buffers: ReadonlyMap<string, OpenBuffer>,
  ): Promise<Workspace> {
    const { exclude, includeTests, settingsModule, smallLoop, tableRows } = configuration;
    const countQueries = this.#willCountQueries;
    const key = JSON.stringify({
      exclude,
      includeTests,
      settingsModule,
      smallLoop,
      tableRows,
      pathPrefix,
      countQueries,
    });
    if (this.#opened?.key === key) return this.#opened.workspace;
    const workspace = await this.#environment.openWorkspace({
      folder: this.path,
      configuration,
      pathPrefix,
      countQueries,
    });
    for (const [path, { text }] of buffers) workspace.setBuffer(path, text);
    this.#opened?.workspace.dispose();
    this.#opened = { key, workspace };
    return workspace;
  }
}

/** Line indexes of the files that are asked for, made once. */
function lineIndexes(textOf: (path: string) => string | undefined): AnalysedFolder["lines"] {
  const indexes = new Map<string, LineIndex>();
  return (path) => {
    const known = indexes.get(path);
    if (known !== undefined) return known;
    const text = textOf(path);
    if (text === undefined) return undefined;
    const index = lineIndexOf(text);
    indexes.set(path, index);
    return index;
  };
}
