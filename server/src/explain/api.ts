/** For the language server: explains one place of an open project. */
import { lineIndexOf } from "../base/line-index.ts";
import type { TextRange } from "../base/text-range.ts";
import type { DjangoProject } from "../django/project.ts";
import type { FileSystem } from "../platform/file-system.ts";
import type { Analysis } from "../program/workspace.ts";
import type { Module } from "../python/symbols.ts";
import type { Finding } from "../rules/finding.ts";
import { CompilerPool } from "./compiler-pool.ts";
import type { ConnectionDetails } from "./connection-url.ts";
import type { ColumnStatisticsSetting } from "./embedded/column-setting.ts";
import { LiveStatistics } from "./embedded/copied-statistics.ts";
import { EmbeddedPool } from "./embedded/embedded-pool.ts";
import type { TableRowsSetting } from "./embedded/table-rows.ts";
import type { ExplainError } from "./explain-error.ts";
import { type ExplainProject, explainProjectOf } from "./explain-project.ts";
import { type ExplainPlace, ExplainRun, type PlanOrigin } from "./explain-run.ts";
import type { Explanation } from "./explanation.ts";
import { type ExplanationJson, explanationJson, failureJson } from "./explanation-json.ts";
import { explanationText } from "./explanation-text.ts";
import { knownQuerysets } from "./known-querysets.ts";
import { LivePostgres } from "./live-postgres.ts";
import { querysetsOf } from "./proof/finding-querysets.ts";
import { type IndexProof, notTried } from "./proof/index-proof.ts";
import { type ProofJson, proofJson } from "./proof/proof-json.ts";
import { proofText } from "./proof/proof-text.ts";
import { usualPython } from "./python-choice.ts";
import { querysetAt } from "./queryset-at.ts";

export interface ExplainRequest extends RequestedTools {
  /** Of the project, in the version that the user sees. */
  readonly module: Module;
  /** A cursor or a selected expression. */
  readonly selection: TextRange;
  /** That has the module in this version. */
  readonly analysis: Analysis;
  /** Runs the query to measure it. The user has agreed to this database. */
  readonly analyze: boolean;
  /** Given the SQL before there are plans. */
  readonly onSql: (result: ExplainResult) => void;
}

export interface ProveRequest extends RequestedTools {
  readonly finding: Finding;
  /** Of the project's files, in the version that the finding is about. */
  readonly text: (path: string) => string | undefined;
}

/** What a request says of the project and of what may be used. */
export interface RequestedTools {
  /** Absolute path of the folder that the paths of the project are relative to. */
  readonly folder: string;
  readonly project: DjangoProject;
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
  /** Ends the compiler, the embedded database and the connection. */
  readonly signal: AbortSignal;
  /** Told what takes time, in a few words. */
  readonly onProgress: (message: string) => void;
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
      readonly columnStatistics?: ColumnStatisticsSetting | undefined;
      readonly generatedRows?: number | undefined;
      /** The database whose statistics take the place of assumptions. The password is used and forgotten. */
      readonly statistics?: ConnectionDetails | undefined;
    }
  /** The password is used and forgotten. */
  | {
      readonly kind: "server";
      readonly connection: ConnectionDetails;
      /** For tables that the database has not counted. */
      readonly tableRows: TableRowsSetting;
    };

export interface ExplainResult {
  /** For people. */
  readonly text: string;
  /** For programs. */
  readonly explanation: ExplanationJson;
}

export interface ProofResult {
  /** For people. */
  readonly text: string;
  /** For programs. */
  readonly proof: ProofJson;
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
    return this.#inTurn(() => this.#explainAt(request));
  }

  /** What a planner says of a finding about indexes. What can't be tried is part of the result. Waits like `explainAt`. */
  prove(request: ProveRequest): Promise<ProofResult> {
    return this.#inTurn(() => this.#prove(request));
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => {});
    return result;
  }

  async close(): Promise<void> {
    await Promise.all([this.#compilers.close(), this.#databases.close()]);
  }

  async #explainAt(request: ExplainRequest): Promise<ExplainResult> {
    const { folder, project, module, selection, signal, analyze, onSql } = request;
    const { path, text } = module.file;
    if (signal.aborted) return failure(path, cancelled);
    const queryset = querysetAt(module.file, selection);
    if (queryset === undefined)
      return failure(path, { kind: "no-queryset", message: "there is no queryset here" });
    const found = explainProjectOf(project, folder);
    if (found.kind === "failed") return failure(path, found.error);
    const resultOf = async (explanation: Explanation): Promise<ExplainResult> => ({
      text: `${quoted(queryset.text)}\n\n${await explanationText(explanation, placesIn(path, text))}`,
      explanation: explanationJson(path, explanation, lineIndexOf(text)),
    });
    return this.#run(request, analyze, async (run) => {
      request.onProgress("Making the SQL");
      const explanation = await run.explain(queryset, found.project, {
        module: module.name,
        ...settingsOf(request.plans),
        unsaved: request.unsaved,
        known: async () => knownQuerysets(module.file, request.analysis.facts(path), queryset.range),
        onSql: async (explained) => {
          onSql(await resultOf(explained));
          request.onProgress("Planning");
        },
      });
      return resultOf(explanation);
    });
  }

  async #prove(request: ProveRequest): Promise<ProofResult> {
    const { folder, project, finding, signal, text } = request;
    const found = explainProjectOf(project, folder);
    const resultOf = async (proof: IndexProof): Promise<ProofResult> => ({
      text: await proofText(proof, ({ path, range }) => placesIn(path, text(path) ?? "")(range.start)),
      proof: proofJson(
        proof,
        (path) => path,
        (path) => lineIndexOf(text(path) ?? ""),
      ),
    });
    if (signal.aborted) return resultOf(notTried(finding, undefined, cancelled));
    if (found.kind === "failed") return resultOf(notTried(finding, undefined, found.error));
    return this.#run(request, false, async (run) => {
      request.onProgress("Trying the index");
      const place = {
        folder,
        text,
        ...settingsOf(request.plans),
        unsaved: request.unsaved,
      };
      return resultOf(await run.prove(finding, querysetsOf(finding, project), found.project, place));
    });
  }

  async #run<Result>(
    request: RequestedTools,
    analyze: boolean,
    work: (run: ExplainRun) => Promise<Result>,
  ): Promise<Result> {
    const { folder, workspaceTrusted, python, pythonNamed, environment, plans, signal } = request;
    const run = new ExplainRun({
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
    const stop = (): void => void run.abort();
    signal.addEventListener("abort", stop, { once: true });
    this.#onProgress = request.onProgress;
    try {
      return await work(run);
    } finally {
      this.#onProgress = undefined;
      signal.removeEventListener("abort", stop);
      await run.close();
    }
  }

  #originOf(plans: RequestedPlans): PlanOrigin {
    switch (plans.kind) {
      case "none":
        return plans;
      case "server":
        return { kind: "server", source: new LivePostgres(plans.connection), databases: this.#databases };
      case "embedded":
        return {
          kind: "embedded",
          databases: this.#databases,
          generatedRows: plans.generatedRows,
          statistics: plans.statistics && new LiveStatistics(plans.statistics),
        };
    }
  }
}

function settingsOf(plans: RequestedPlans): Pick<ExplainPlace, "tableRows" | "columnStatistics"> {
  if (plans.kind === "none") return { tableRows: {} };
  const { tableRows } = plans;
  return plans.kind === "server"
    ? { tableRows }
    : { tableRows, columnStatistics: plans.columnStatistics ?? {} };
}

/** `store/views.py:12:5` for an offset. */
export function placesIn(path: string, text: string): (offset: number) => string {
  const lines = lineIndexOf(text);
  return (offset) => {
    const { line, column } = lines.positionAt(offset);
    return `${path}:${line + 1}:${column + 1}`;
  };
}

const cancelled: ExplainError = { kind: "internal", message: "it was cancelled" };

function failure(path: string, error: ExplainError): ExplainResult {
  return { text: `Not explained: ${error.message}\n`, explanation: failureJson(path, error) };
}

/** The expression as the comment above its SQL. */
function quoted(expression: string): string {
  return expression.replace(/^/gm, "-- ");
}
