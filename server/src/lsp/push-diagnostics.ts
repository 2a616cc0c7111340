import { PublishDiagnosticsNotification } from "vscode-languageserver";
import { type DiagnosticReport, emptyReport } from "./diagnostic-reports.ts";
import type { ServerContext } from "./server-context.ts";

interface Publication {
  readonly uri: string;
  readonly version: number | undefined;
  readonly report: DiagnosticReport;
}

/** `textDocument/publishDiagnostics`, for clients that cannot pull. */
export function pushDiagnostics(context: ServerContext): void {
  const { connection, client, folders, settings } = context;
  if (client.pullDiagnostics) return;
  let published = new Map<string, Publication>();
  const update = (): void => {
    const current = publicationsOf(context);
    for (const publication of changesFrom(published, current)) {
      const { uri, version, report } = publication;
      const named = client.diagnosticVersion && version !== undefined;
      void connection.sendNotification(PublishDiagnosticsNotification.type, {
        uri,
        ...(named && { version }),
        diagnostics: report.items,
      });
    }
    published = current;
  };
  folders.onDidChange(update);
  settings.onDidChange(update);
}

function publicationsOf({ folders, reports, settings }: ServerContext): Map<string, Publication> {
  const result = new Map<string, Publication>();
  const { diagnosticMode } = settings;
  if (diagnosticMode === "off") return result;
  for (const folder of folders.all) {
    const analysed = folder.latest;
    if (analysed === undefined) continue;
    const { buffers, snapshot } = analysed;
    const closed = diagnosticMode === "workspace" ? snapshot.paths : [];
    for (const path of new Set([...buffers.keys(), ...closed])) {
      const uri = analysed.uriOf(path);
      if (folders.locate(uri)?.folder !== folder) continue;
      result.set(uri, { uri, version: buffers.get(path)?.version, report: reports.of(analysed, path) });
    }
  }
  return result;
}

function changesFrom(
  published: ReadonlyMap<string, Publication>,
  current: ReadonlyMap<string, Publication>,
): readonly Publication[] {
  const changed = [...current.values()].filter(({ uri, version, report }) => {
    const before = published.get(uri);
    return before?.report.resultId !== report.resultId || before.version !== version;
  });
  const cleared = [...published.values()]
    .filter(({ uri, report }) => !current.has(uri) && report.items.length > 0)
    .map(({ uri }) => ({ uri, version: undefined, report: emptyReport }));
  return [...changed, ...cleared];
}
