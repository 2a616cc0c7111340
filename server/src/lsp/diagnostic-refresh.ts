import { DiagnosticRefreshRequest } from "vscode-languageserver";
import { emptyReport } from "./diagnostic-reports.ts";
import type { ServerContext } from "./server-context.ts";

/**
 * Asks the client to pull again when documents that it shows have other diagnostics than it was told, because
 * something else changed: another file, the configuration, the disk.
 */
export class DiagnosticRefresh {
  readonly #reported = new Map<string, string>();

  /** @param uri as the client spells it */
  reported(uri: string, resultId: string): void {
    this.#reported.set(uri, resultId);
  }

  closed(uri: string): void {
    this.#reported.delete(uri);
  }

  listen(context: ServerContext): void {
    if (!context.client.refreshesDiagnostics) return;
    const check = (): void => {
      // Requests that wait for the same change are answered first and may settle it.
      setImmediate(() => {
        if (this.#isStale(context)) this.#send(context);
      });
    };
    context.folders.onDidChange(check);
    context.settings.onDidChange(check);
  }

  #isStale({ documents, folders, reports, settings }: ServerContext): boolean {
    return [...this.#reported].some(([uri, resultId]) => {
      const place = folders.locate(uri);
      const analysed = place?.folder.latest;
      if (documents.get(uri) === undefined || place === undefined || analysed === undefined) return false;
      const report = settings.diagnosticMode === "off" ? emptyReport : reports.of(analysed, place.path);
      return resultId !== report.resultId;
    });
  }

  #send({ connection, logger }: ServerContext): void {
    connection.sendRequest(DiagnosticRefreshRequest.type).catch((error: unknown) => {
      logger.warn(`The client refused to refresh its diagnostics: ${String(error)}`);
    });
  }
}
