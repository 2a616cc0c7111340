/** For the language server: explains one place of an open project. */
import { lineIndexOf } from "../base/line-index.ts";
import type { TextRange } from "../base/text-range.ts";
import type { DjangoProject } from "../django/project.ts";
import type { FileSystem } from "../platform/file-system.ts";
import type { Module } from "../python/symbols.ts";
import { CompilerPool } from "./compiler-pool.ts";
import type { ConnectionDetails } from "./connection-url.ts";
import { EmbeddedPool } from "./embedded/embedded-pool.ts";
import type { TableRowsSetting } from "./embedded/table-rows.ts";
import type { ExplainError } from "./explain-error.ts";
import { type ExplainProject, explainProjectOf } from "./explain-project.ts";
import { ExplainRun, type PlanOrigin } from "./explain-run.ts";
import type { Explanation } from "./explanation.ts";
import { type ExplanationJson, explanationJson, failureJson } from "./explanation-json.ts";
import { explanationText } from "./explanation-text.ts";
import { LivePostgres } from "./live-postgres.ts";
import { usualPython } from "./python-choice.ts";
import { querysetAt } from "./queryset-at.ts";

export interface ExplainRequest {
  /** Absolute path of the folder that the paths of project and module are relative to. */
  readonly folder: string;
  readonly project: DjangoProject;
  /** Of the project, in the version that the user sees. */
  readonly module: Module;
  /** A cursor or a selected expression. */
  readonly selection: TextRange;
  readonly workspaceTrusted: boolean;
  /** Texts of the project's modules that stand for those on disk, by absolute paths. */
  readonly unsaved: ReadonlyMap<string, string>;
  /** Path of the interpreter that the user has chosen; undefined takes the project's own environment. */
  readonly python?: string | undefined;
  /** Whether the user has named it for this purpose: it is used then, whatever it lacks. */
  readonly pythonNamed: boolean;
  /** What the project sees of the environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly plans: RequestedPlans;
  /** Runs the query to measure it. The user has agreed to this database. */
  readonly analyze: boolean;
  /** Ends the compiler, the embedded database and the connection. */
  readonly signal: AbortSignal;
  /** Told what takes time, in a few words. */
  readonly onProgress: (message: string) => void;
  /** Given the SQL before there are plans. */
  readonly onSql: (result: ExplainResult) => void;
}

export interface ExplainerOptions {
  readonly files: FileSystem;
  /** See `CompilerPoolOptions`. */
  readonly cacheFolder: string | undefined;
  /** See `EmbeddedPoolOptions`. */
  readonly embeddedPostgres: URL;
}

export type RequestedPlans =
  /** The SQL alone. */
  | { readonly kind: "none" }
  | {
      readonly kind: "embedded";
      readonly tableRows: TableRowsSetting;
      readonly generatedRows?: number | undefined;
    }
  /** The password is used and forgotten. */
  | { readonly kind: "server"; readonly connection: ConnectionDetails };

export interface ExplainResult {
  /** For people. */
  readonly text: string;
  /** For programs. */
  readonly explanation: ExplanationJson;
}

/** Explains places one after the other. Loaded projects and embedded databases are kept from one to the next. */
export class Explainer {
  readonly #files: FileSystem;
  readonly #compilers: CompilerPool;
  readonly #databases: EmbeddedPool;
  #queue: Promise<unknown> = Promise.resolve();
  #onProgress: ((message: string) => void) | undefined;

  constructor({ files, cacheFolder, embeddedPostgres }: ExplainerOptions) {
    this.#files = files;
    this.#compilers = new CompilerPool({
      files,
      cacheFolder,
      onProgress: (message) => this.#onProgress?.(message),
    });
    this.#databases = new EmbeddedPool({ folder: embeddedPostgres });
  }

  /**
   * The queryset at a cursor or selection. What can't be explained is part of the result. Requests wait for each other,
   * because one that is cancelled ends the tools that it uses.
   */
  explainAt(request: ExplainRequest): Promise<ExplainResult> {
    const result = this.#queue.then(() => this.#explainAt(request));
    this.#queue = result.catch(() => {});
    return result;
  }

  async close(): Promise<void> {
    await Promise.all([this.#compilers.close(), this.#databases.close()]);
  }

  async #explainAt(request: ExplainRequest): Promise<ExplainResult> {
    const { folder, project, module, selection, signal, onSql } = request;
    const { path, text } = module.file;
    if (signal.aborted) return failure(path, { kind: "internal", message: "it was cancelled" });
    const queryset = querysetAt(module.file, selection);
    if (queryset === undefined)
      return failure(path, { kind: "no-queryset", message: "there is no queryset here" });
    const found = explainProjectOf(project, folder);
    if (found.kind === "failed") return failure(path, found.error);
    const resultOf = async (explanation: Explanation): Promise<ExplainResult> => ({
      text: `${quoted(queryset.text)}\n\n${await explanationText(explanation, placesIn(path, text))}`,
      explanation: explanationJson(path, explanation, lineIndexOf(text)),
    });
    const run = this.#runFor(request);
    const stop = (): void => void run.abort();
    signal.addEventListener("abort", stop, { once: true });
    this.#onProgress = request.onProgress;
    request.onProgress("Making the SQL");
    try {
      const explanation = await run.explain(queryset, found.project, {
        module: module.name,
        tableRows: request.plans.kind === "embedded" ? request.plans.tableRows : {},
        unsaved: request.unsaved,
        onSql: async (explained) => {
          onSql(await resultOf(explained));
          request.onProgress("Planning");
        },
      });
      return await resultOf(explanation);
    } finally {
      this.#onProgress = undefined;
      signal.removeEventListener("abort", stop);
      await run.close();
    }
  }

  #runFor(request: ExplainRequest): ExplainRun {
    const { folder, workspaceTrusted, python, pythonNamed, environment, plans, analyze } = request;
    return new ExplainRun({
      workspaceTrusted,
      compilers: this.#compilers,
      pythonFor: ({ root, sourceRoots }: ExplainProject) => ({
        path: python ?? usualPython(this.#files, [root, ...sourceRoots, folder], {}),
        named: pythonNamed,
      }),
      environment,
      plans: this.#originOf(plans),
      analyze,
    });
  }

  #originOf(plans: RequestedPlans): PlanOrigin {
    switch (plans.kind) {
      case "none":
        return plans;
      case "server":
        return { kind: "server", source: new LivePostgres(plans.connection) };
      case "embedded":
        return { kind: "embedded", databases: this.#databases, generatedRows: plans.generatedRows };
    }
  }
}

/** `store/views.py:12:5` for an offset. */
export function placesIn(path: string, text: string): (offset: number) => string {
  const lines = lineIndexOf(text);
  return (offset) => {
    const { line, column } = lines.positionAt(offset);
    return `${path}:${line + 1}:${column + 1}`;
  };
}

function failure(path: string, error: ExplainError): ExplainResult {
  return { text: `Not explained: ${error.message}\n`, explanation: failureJson(path, error) };
}

/** The expression as the comment above its SQL. */
function quoted(expression: string): string {
  return expression.replace(/^/gm, "-- ");
}
