import { DiagnosticRefreshRequest } from "vscode-languageserver";
import { emptyReport } from "./diagnostic-reports.ts";
import type { ServerContext } from "./server-context.ts";

/**
 * Asks the client to pull again when documents that it shows have other diagnostics than it was told, because
 * something else changed: another file, the configuration, the disk.
 */
export function refreshDiagnostics(context: ServerContext): void {
  const { client, connection, folders, logger, settings } = context;
  if (!client.refreshesDiagnostics) return;
  const check = (): void => {
    if (!isStale(context)) return;
    connection.sendRequest(DiagnosticRefreshRequest.type).catch((error: unknown) => {
      logger.warn(`The client refused to refresh its diagnostics: ${String(error)}`);
    });
  };
  // Requests that wait for the same change are answered first and may settle it.
  const checkSoon = (): void => void setImmediate(check);
  folders.onDidChange(checkSoon);
  settings.onDidChange(checkSoon);
}

function isStale({ documents, folders, reported, reports, settings }: ServerContext): boolean {
  return reported.all.some(({ uri, resultId }) => {
    const place = folders.locate(uri);
    const analysed = place?.folder.latest;
    if (documents.get(uri) === undefined || place === undefined || analysed === undefined) return false;
    const report = settings.diagnosticMode === "off" ? emptyReport : reports.of(analysed, place.path);
    return resultId !== report.resultId;
  });
}
