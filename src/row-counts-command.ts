import { type CancellationToken, l10n, window, workspace } from "vscode";
import { askForFolder, withCancellation } from "./command-tools.ts";
import type { ConnectionProfiles } from "./connection-profiles.ts";
import { askWithPassword, type ToolArguments } from "./explain-tools.ts";

/** The argument of the server's command `queryscope.server.countRows`. */
export type CountRowsArguments = Pick<ToolArguments, "uri" | "workspaceTrusted" | "connection">;

/** What the server answers. */
export interface CountRowsResult {
  readonly tables: number;
  readonly error: { readonly kind: string; readonly message: string } | null;
}

export interface RowCountsServer {
  /** @returns undefined when it was cancelled */
  countRows(
    params: CountRowsArguments,
    token: CancellationToken,
    onProgress: (message: string) => void,
  ): Promise<CountRowsResult | undefined>;
}

/** *Use Row Counts of a Database*: advice about indexes by the sizes that its tables have. Nothing is asked but here. */
export async function useRowCounts(server: RowCountsServer, profiles: ConnectionProfiles): Promise<void> {
  const opened = window.activeTextEditor?.document.uri;
  const folder = opened && workspace.getWorkspaceFolder(opened);
  const { uri } = folder ?? workspace.workspaceFolders?.[0] ?? {};
  if (uri === undefined) return askForFolder();
  const choice = await profiles.choose(uri);
  if (choice === undefined) return;
  const common = { uri: uri.toString(), workspaceTrusted: workspace.isTrusted };
  if (choice.kind !== "profile") {
    await ask(server, common);
    await window.showInformationMessage(l10n.t("Advice about indexes goes by the settings again."));
    return;
  }
  const { profile } = choice;
  const result = await askWithPassword(profiles, profile, {
    ask: (connection) => ask(server, { ...common, connection }),
    errorOf: ({ error }) => error,
  });
  if (result === undefined) return;
  const { tables, error } = result;
  if (error !== null)
    await window.showWarningMessage(l10n.t("{0} was not counted: {1}", profile.name, error.message));
  else
    await window.showInformationMessage(
      l10n.t("Advice about indexes goes by the rows of {0} tables of {1}.", tables, profile.name),
    );
}

function ask(server: RowCountsServer, params: CountRowsArguments): Promise<CountRowsResult | undefined> {
  return withCancellation(l10n.t("Queryscope: counting rows"), (token, onProgress) =>
    server.countRows(params, token, onProgress),
  );
}
