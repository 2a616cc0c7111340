/** The scaling report of a folder, and the fixes that it offers. */
import { type CancellationToken, ErrorCodes, type ExecuteCommandParams } from "vscode-languageserver";
import { z } from "zod";
import { createAuditReport } from "../audit/create-report.ts";
import { createDocument } from "../audit/document/create-document.ts";
import { nothingMeasured } from "../audit/live-measurements.ts";
import { formatHtml } from "../audit/output/html.ts";
import type { AuditReport } from "../audit/report.ts";
import { fixAction } from "../ide/quick-fixes.ts";
import type { AnalysedFolder, Folder } from "./folder.ts";
import { commandArgument, RequestError } from "./requests.ts";
import type { ServerContext } from "./server-context.ts";
import { canApply, toWorkspaceEdit } from "./to-workspace-edit.ts";

/**
 * Answers an `AuditResult` of the present state, or null where the folder has no Django project. Queries are counted
 * from then on, which takes time and memory.
 */
export const auditCommand = "queryscope.server.audit";

/** Applies one of the fixes of a finding. Answers whether the client did it. */
export const applyFixCommand = "queryscope.server.applyFix";

export interface AuditResult {
  /** Paths in it are relative to the folder. */
  readonly report: AuditReport;
  /** A page for a webview: its script posts `{ kind: "open", path, line, column }` and `{ kind: "fix", fingerprint, index }`. */
  readonly html: string;
}

const auditArguments = z.object({
  /** Of a folder of the workspace. */
  uri: z.string(),
  /** What the page's styles and script are marked with. */
  nonce: z.string().regex(/^[A-Za-z0-9]{16,}$/),
});

const applyFixArguments = z.object({ uri: z.string(), fingerprint: z.string(), index: z.int().min(0) });

export async function audit(
  context: Pick<ServerContext, "folders" | "rules" | "version">,
  { arguments: given }: ExecuteCommandParams,
  token: CancellationToken,
): Promise<AuditResult | null> {
  const { uri, nonce } = commandArgument(auditCommand, auditArguments, given);
  const folder = folderOf(context, uri);
  folder.countQueries();
  const report = reportOf(folder, await folder.current(token), context);
  return report ? { report, html: formatHtml(createDocument(report), { nonce }) } : null;
}

function reportOf(
  { name }: Folder,
  { snapshot, configuration, lines }: AnalysedFolder,
  { rules, version }: Pick<ServerContext, "rules" | "version">,
): AuditReport | undefined {
  const { analysis, findings, knownFindings } = snapshot;
  return createAuditReport({
    analysis,
    // A baseline is about what is new; the report is about all.
    findings: [...findings, ...knownFindings],
    configuration,
    rules,
    live: nothingMeasured,
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
