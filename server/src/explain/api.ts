/** For the language server: explains one place of an open project. */
import { lineIndexOf } from "../base/line-index.ts";
import type { TextRange } from "../base/text-range.ts";
import type { DjangoProject } from "../django/project.ts";
import type { FileSystem } from "../platform/file-system.ts";
import type { Module } from "../python/symbols.ts";
import type { CompilerPool } from "./compiler-pool.ts";
import type { ConnectionDetails } from "./connection-url.ts";
import type { TableRowsSetting } from "./embedded/table-rows.ts";
import type { ExplainError } from "./explain-error.ts";
import { type ExplainProject, explainProjectOf } from "./explain-project.ts";
import { ExplainRun, type PlanOrigin } from "./explain-run.ts";
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
  /** Kept by the server from one request to the next. */
  readonly compilers: CompilerPool;
  /** Path of the interpreter that the user has chosen; undefined takes the project's own environment. */
  readonly python: string | undefined;
  /** Whether the user has named it for this purpose: it is used then, whatever it lacks. */
  readonly pythonNamed: boolean;
  /** What the project sees of the environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly plans: RequestedPlans;
  /** Runs the query to measure it. The user has agreed to this database. */
  readonly analyze: boolean;
  /** Ends the compiler and the connection. */
  readonly signal: AbortSignal;
}

export type RequestedPlans =
  /** The SQL alone. */
  | { readonly kind: "none" }
  | {
      readonly kind: "embedded";
      readonly folder: URL;
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

/** Explains the queryset at a cursor or selection. What can't be explained is part of the result. */
export async function explainAt(request: ExplainRequest, files: FileSystem): Promise<ExplainResult> {
  const { folder, project, module, selection, signal } = request;
  const { path, text } = module.file;
  const queryset = querysetAt(module.file, selection);
  if (queryset === undefined)
    return failure(path, { kind: "no-queryset", message: "there is no queryset here" });
  const found = explainProjectOf(project, folder);
  if (found.kind === "failed") return failure(path, found.error);
  const run = new ExplainRun({
    workspaceTrusted: request.workspaceTrusted,
    compilers: request.compilers,
    pythonFor: ({ root, sourceRoots }: ExplainProject) => ({
      path: request.python ?? usualPython(files, [root, ...sourceRoots, folder], {}),
      named: request.pythonNamed,
    }),
    environment: request.environment,
    plans: originOf(request.plans),
    analyze: request.analyze,
  });
  const stop = (): void => void run.abort();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const explanation = await run.explain(queryset, found.project, {
      module: module.name,
      tableRows: request.plans.kind === "embedded" ? request.plans.tableRows : {},
    });
    return {
      text: `${quoted(queryset.text)}\n\n${await explanationText(explanation)}`,
      explanation: explanationJson(path, explanation, lineIndexOf(text)),
    };
  } finally {
    signal.removeEventListener("abort", stop);
    await run.close();
  }
}

function originOf(plans: RequestedPlans): PlanOrigin {
  return plans.kind === "server" ? { kind: "server", source: new LivePostgres(plans.connection) } : plans;
}

function failure(path: string, error: ExplainError): ExplainResult {
  return { text: `Not explained: ${error.message}\n`, explanation: failureJson(path, error) };
}

/** The expression as the comment above its SQL. */
function quoted(expression: string): string {
  return expression.replace(/^/gm, "-- ");
}
