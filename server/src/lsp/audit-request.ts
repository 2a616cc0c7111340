/** The scaling report of a folder, and the fixes that it offers. */
import { type CancellationToken, ErrorCodes, type ExecuteCommandParams } from "vscode-languageserver";
import { z } from "zod";
import { createAuditReport } from "../audit/create-report.ts";
import { createDocument } from "../audit/document/create-document.ts";
import { type LiveMeasurements, nothingMeasured } from "../audit/live-measurements.ts";
import { formatHtml } from "../audit/output/html.ts";
import type { AuditReport } from "../audit/report.ts";
import { CancelledError } from "../base/cancellation.ts";
import type { ConnectionDetails } from "../explain/connection-url.ts";
import { fixAction } from "../ide/quick-fixes.ts";
import type { MeasuredSystems } from "../live/measure-live.ts";
import { type Asked, withProgress } from "./command-progress.ts";
import { detailsOf, postgresConnection } from "./explain-request.ts";
import type { AnalysedFolder, Folder } from "./folder.ts";
import { commandArgument, RequestError } from "./requests.ts";
import { rowsOf } from "./row-counts.ts";
import type { ServerContext } from "./server-context.ts";
import { canApply, toWorkspaceEdit } from "./to-workspace-edit.ts";

/**
 * Answers an `AuditResult` of the present state, or null where the folder has no Django project. Queries are counted
 * from then on, which takes time and memory; where a PostgreSQL is named, its tables are as big as it says from then on.
 */
export const auditCommand = "queryscope.server.audit";

/** Applies one of the fixes of a finding. Answers whether the client did it. */
export const applyFixCommand = "queryscope.server.applyFix";

export interface AuditResult {
  /** Paths in it are relative to the folder. */
  readonly report: AuditReport;
  /** A page for a webview: its script posts `{ kind: "open", path, line, column }` and `{ kind: "fix", fingerprint, index }`. */
  readonly html: string;
  /** Names of the connections that ask for a password, or another one. */
  readonly passwordsWanted: readonly string[];
}

/** A Redis that the client's user has chosen. */
const redisConnection = z.object({
  name: z.string(),
  host: z.string().default("localhost"),
  port: z.int().min(1).max(65_535).default(6379),
  database: z.int().min(0).default(0),
  user: z.string().default(""),
  password: z.string().default(""),
  tls: z.boolean().default(false),
  roles: z.array(z.enum(["cache", "sessions", "broker", "results"])).default(["cache"]),
});

const auditArguments = z.object({
  /** Of a folder of the workspace. */
  uri: z.string(),
  /** What the page's styles and script are marked with. */
  nonce: z.string().regex(/^[A-Za-z0-9]{16,}$/),
  /** Nothing is asked in a workspace that is not trusted: its settings name the servers. */
  workspaceTrusted: z.boolean().default(false),
  /** The running systems that the report asks; no others. */
  postgres: postgresConnection.optional(),
  redis: z.array(redisConnection).default([]),
});

type Systems = Pick<z.output<typeof auditArguments>, "postgres" | "redis">;

const applyFixArguments = z.object({ uri: z.string(), fingerprint: z.string(), index: z.int().min(0) });

export async function audit(
  context: Pick<ServerContext, "folders" | "rules" | "version" | "connection" | "client" | "logger">,
  { arguments: given, workDoneToken }: ExecuteCommandParams,
  token: CancellationToken,
): Promise<AuditResult | null> {
  const { uri, nonce, workspaceTrusted, ...systems } = commandArgument(auditCommand, auditArguments, given);
  const folder = folderOf(context, uri);
  folder.countQueries();
  let analysed = await folder.current(token);
  const report = reportOf(folder, analysed, context, nothingMeasured);
  if (!report) return null;
  const isAsked = systems.postgres !== undefined || systems.redis.length > 0;
  const page = (shown: AuditReport, passwordsWanted: readonly string[] = []) => ({
    report: shown,
    html: formatHtml(createDocument(shown), { nonce }),
    passwordsWanted,
  });
  if (!isAsked) return page(report);
  if (!workspaceTrusted)
    return page(reportOf(folder, analysed, context, notMeasured("The workspace is not trusted.")) ?? report);
  const asked: Asked = { workDoneToken, token, title: "Queryscope: making the scaling report" };
  const measured = await withProgress(context, asked, async (running) => {
    running.onProgress(`Asking ${namesOf(systems).join(", ")}`);
    const details = systems.postgres && (await detailsOf(systems.postgres));
    const counted = details && (await rowsOf(details, running.signal));
    let expected = report;
    // Why a database does not answer, the report's measurements say.
    if (counted?.kind === "counted") {
      folder.setCountedRows(counted.rows);
      analysed = await folder.current(token);
      expected = reportOf(folder, analysed, context, nothingMeasured) ?? report;
    }
    return measure(expected, analysed, { postgres: details, redis: systems.redis }, running.signal);
  });
  // A user who stops the measuring in the server's own bar gets what was measured by then.
  if (token.isCancellationRequested) throw new CancelledError();
  return page(reportOf(folder, analysed, context, measured) ?? report, measured.passwordsWanted);
}

function notMeasured(reason: string): LiveMeasurements {
  return { results: nothingMeasured.results.map(({ code }) => ({ kind: "skipped", code, reason })) };
}

function namesOf({ postgres, redis }: Systems): readonly string[] {
  return [...(postgres ? [postgres] : []), ...redis].map(({ name }) => name);
}

async function measure(
  report: AuditReport,
  { snapshot }: AnalysedFolder,
  { postgres, redis }: { readonly postgres: ConnectionDetails | undefined; readonly redis: Systems["redis"] },
  signal: AbortSignal,
): Promise<MeasuredSystems> {
  // Loaded when it is needed: it brings the clients of databases along.
  const { expectedOf } = await import("../live/expected-of-report.ts");
  const { longestMeasuringMs, measureLive } = await import("../live/measure-live.ts");
  const { root } = report.project;
  const models = snapshot.analysis.projects.find((project) => project.root === root)?.models;
  return measureLive(
    {
      postgres,
      redis: redis.map((given) => ({ label: given.name, url: urlOf(given), roles: given.roles })),
      ...expectedOf(report, models),
    },
    AbortSignal.any([signal, AbortSignal.timeout(longestMeasuringMs)]),
  );
}

function urlOf({ tls, user, password, host, port, database }: Systems["redis"][number]): string {
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
  const name = host.includes(":") ? `[${host}]` : host;
  return `${tls ? "rediss" : "redis"}://${password === "" ? "" : credentials}${name}:${port}/${database}`;
}

function reportOf(
  { name }: Folder,
  { snapshot, configuration, lines }: AnalysedFolder,
  { rules, version }: Pick<ServerContext, "rules" | "version">,
  live: LiveMeasurements,
): AuditReport | undefined {
  const { analysis, findings, knownFindings } = snapshot;
  return createAuditReport({
    analysis,
    // A baseline is about what is new; the report is about all.
    findings: [...findings, ...knownFindings],
    configuration,
    rules,
    live,
    version,
    name,
    date: new Date().toISOString().slice(0, 10),
    placeOf({ path, range }) {
      const { line, column } = lines(path)?.positionAt(range.start) ?? { line: 0, column: 0 };
      return { path, line: line + 1, column: column + 1 };
    },
    problems: analysis.problems,
  });
}

export async function applyFix(
  context: Pick<ServerContext, "client" | "connection" | "folders">,
  { arguments: given }: ExecuteCommandParams,
  token: CancellationToken,
): Promise<boolean> {
  const { uri, fingerprint, index } = commandArgument(applyFixCommand, applyFixArguments, given);
  const { client, connection } = context;
  const folder = await folderOf(context, uri).current(token);
  const { findings, knownFindings } = folder.snapshot;
  const finding = [...findings, ...knownFindings].find((each) => each.fingerprint === fingerprint);
  const fix = finding?.fixes[index];
  if (!finding || !fix) throw new RequestError(ErrorCodes.InvalidParams, "the finding is not there any more");
  const action = fixAction(finding, fix);
  if (!canApply(action, folder, client))
    throw new RequestError(ErrorCodes.InvalidParams, "the client cannot create files");
  const edit = toWorkspaceEdit(action, folder, client);
  return (await connection.workspace.applyEdit({ label: action.title, edit })).applied;
}

function folderOf({ folders }: Pick<ServerContext, "folders">, uri: string): Folder {
  const folder = folders.all.find((each) => each.uri === uri);
  if (!folder) throw new RequestError(ErrorCodes.InvalidParams, `${uri} is no folder of the workspace`);
  return folder;
}
