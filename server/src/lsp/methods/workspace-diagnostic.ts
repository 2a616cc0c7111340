import {
  type CancellationToken,
  DocumentDiagnosticReportKind,
  type WorkspaceDiagnosticReport,
  WorkspaceDiagnosticRequest,
  type WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver";
import { CancelledError } from "../../base/cancellation.ts";
import { type DiagnosticReport, emptyReport } from "../diagnostic-reports.ts";
import type { AnalysedFolder, Folder } from "../folder.ts";
import { answering } from "../requests.ts";
import type { ServerContext } from "../server-context.ts";
import { normalizeUri } from "../uris.ts";

/**
 * `workspace/diagnostic`: a long poll, as the protocol means it. Clients ask again about two seconds after each answer,
 * so the request waits while nothing differs from what the client knows, and an idle workspace costs nothing.
 */
export function handleWorkspaceDiagnostic(context: ServerContext): void {
  const { type, method } = WorkspaceDiagnosticRequest;
  context.connection.onRequest(
    type,
    answering(context, method, async ({ previousResultIds }, token): Promise<WorkspaceDiagnosticReport> => {
      const known = new Map(previousResultIds.map(({ uri, value }) => [normalizeUri(uri), value]));
      for (;;) {
        const { count } = context.changes;
        const items = changedDocuments(known, await currentReports(context, token));
        if (items.length > 0) return { items };
        await context.changes.after(count, token);
        if (context.lifecycle.shutDown) throw new CancelledError("shut down");
      }
    }),
  );
}

interface DocumentState {
  readonly uri: string;
  readonly version: number | undefined;
  readonly report: DiagnosticReport;
}

/** The documents that may have something to show, by normalized URI. */
async function currentReports(
  { folders, reports, settings }: ServerContext,
  token: CancellationToken,
): Promise<ReadonlyMap<string, DocumentState>> {
  const result = new Map<string, DocumentState>();
  for (const folder of folders.all) {
    const analysed = await analysedFolder(folder, token);
    const { diagnosticMode } = settings;
    if (analysed === undefined || diagnosticMode === "off") continue;
    const { buffers, snapshot } = analysed;
    for (const path of diagnosticMode === "openFiles" ? buffers.keys() : snapshot.paths) {
      const uri = analysed.uriOf(path);
      if (folders.locate(uri)?.folder !== folder) continue;
      const report = reports.of(analysed, path);
      result.set(normalizeUri(uri), { uri, version: buffers.get(path)?.version, report });
    }
  }
  return result;
}

/** Where the analysis failed, the last good one still stands. */
async function analysedFolder(folder: Folder, token: CancellationToken): Promise<AnalysedFolder | undefined> {
  try {
    return await folder.current(token);
  } catch (error) {
    if (token.isCancellationRequested) throw error;
    return error instanceof CancelledError ? undefined : folder.latest;
  }
}

/** @param known what the client has: result ids by normalized URI */
function changedDocuments(
  known: ReadonlyMap<string, string>,
  current: ReadonlyMap<string, DocumentState>,
): WorkspaceDocumentDiagnosticReport[] {
  const idOf = (key: string): string => known.get(key) ?? emptyReport.resultId;
  const changed = [...current].filter(([key, { report }]) => report.resultId !== idOf(key));
  const cleared = [...known.keys()].filter((key) => !current.has(key) && idOf(key) !== emptyReport.resultId);
  return [
    ...changed.map(([, state]) => toReport(state)),
    ...cleared.map((uri) => toReport({ uri, version: undefined, report: emptyReport })),
  ];
}

function toReport({ uri, version, report }: DocumentState): WorkspaceDocumentDiagnosticReport {
  const { resultId, items } = report;
  return { kind: DocumentDiagnosticReportKind.Full, uri, version: version ?? null, resultId, items };
}
