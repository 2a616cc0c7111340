import {
  type CancellationToken,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  DocumentDiagnosticRequest,
} from "vscode-languageserver";
import { CancelledError } from "../../base/cancellation.ts";
import { type DiagnosticReport, emptyReport } from "../diagnostic-reports.ts";
import type { Place } from "../folders.ts";
import { answering } from "../requests.ts";
import type { ServerContext } from "../server-context.ts";

/**
 * `textDocument/diagnostic`: waits until the present state is analysed, or answers with a preview where that takes long
 * and the client can be told to ask again.
 */
export function handleDocumentDiagnostic(context: ServerContext): void {
  const { type, method } = DocumentDiagnosticRequest;
  context.connection.onRequest(
    type,
    answering(
      context,
      method,
      async ({ textDocument, previousResultId }, token): Promise<DocumentDiagnosticReport> => {
        const { resultId, items } = await reportOf(context, textDocument.uri, token);
        context.reported.set(textDocument.uri, resultId);
        return resultId === previousResultId
          ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId }
          : { kind: DocumentDiagnosticReportKind.Full, resultId, items };
      },
    ),
  );
}

async function reportOf(
  context: ServerContext,
  uri: string,
  token: CancellationToken,
): Promise<DiagnosticReport> {
  const place = context.folders.locate(uri);
  if (place === undefined) return emptyReport;
  try {
    const preview = context.client.refreshesDiagnostics ? place.folder.preview(place.path) : undefined;
    if (preview === undefined) place.folder.hurry(place.path);
    const analysed = preview ?? (await place.folder.current(token));
    // The first analysis begins when the settings are known: not before is it known what is wanted.
    return context.settings.diagnosticMode === "off" ? emptyReport : context.reports.of(analysed, place.path);
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    // The failure itself has been logged. An error as the answer would make clients give up on the document.
    return lastReportOf(context, place);
  }
}

function lastReportOf({ reports }: ServerContext, { folder, path }: Place): DiagnosticReport {
  return folder.latest === undefined ? emptyReport : reports.of(folder.latest, path);
}
