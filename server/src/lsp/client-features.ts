import type { ClientCapabilities } from "vscode-languageserver";
import { propertyOf } from "./settings.ts";

/** A command of the client: shows places one after the other. Its one argument is a `ShowPathArguments`. */
export const showPathCommand = "queryscope.showPath";

/** A command of the client: explains a queryset. Its one argument is an `ExplainAtArguments`. */
export const explainAtCommand = "queryscope.explainAt";

/** A command of the client: tries the index of a finding. Its one argument is a `ProveAtArguments`. */
export const proveAtCommand = "queryscope.proveAt";

/** What the connected client can do, decided once from its capabilities. */
export interface ClientFeatures {
  readonly pullDiagnostics: boolean;
  readonly registersDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly relatedInformation: boolean;
  readonly codeDescription: boolean;
  /** Diagnostics that are pushed may name the document version. */
  readonly diagnosticVersion: boolean;
  readonly codeActionLiterals: boolean;
  readonly resolvesCodeActionEdit: boolean;
  /** Shows Markdown in hovers. */
  readonly markdownHover: boolean;
  /** Definitions may say which word they are the definition of. */
  readonly locationLinks: boolean;
  readonly documentChanges: boolean;
  readonly createsFiles: boolean;
  readonly changeAnnotations: boolean;
  readonly configuration: boolean;
  readonly registersConfiguration: boolean;
  readonly workspaceFolders: boolean;
  readonly registersFileWatchers: boolean;
  readonly workDoneProgress: boolean;
  readonly codeLens: boolean;
  readonly refreshesCodeLens: boolean;
  readonly inlayHints: boolean;
  readonly refreshesInlayHints: boolean;
  /** Opens a page in the browser for the server. */
  readonly opensPages: boolean;
  /** Has the command that leads through places one after the other. */
  readonly showsPath: boolean;
  /** Has the command that explains a queryset. */
  readonly explains: boolean;
  /** Has the command that tries the index of a finding. */
  readonly proves: boolean;
  /** Understands the notification `experimental/serverStatus`. */
  readonly serverStatus: boolean;
  /** Wants to be told of each analysis that has ended. */
  readonly analysedNotification: boolean;
}

export function clientFeaturesOf({
  textDocument,
  window,
  workspace,
  experimental,
}: ClientCapabilities): ClientFeatures {
  const published = textDocument?.publishDiagnostics;
  const pulled = textDocument?.diagnostic;
  const codeAction = textDocument?.codeAction;
  const edit = workspace?.workspaceEdit;
  return {
    pullDiagnostics: pulled !== undefined,
    registersDiagnostics: pulled?.dynamicRegistration === true,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    // Clients of older protocol versions state these only for pushed diagnostics.
    relatedInformation: pulled?.relatedInformation ?? published?.relatedInformation ?? false,
    codeDescription: pulled?.codeDescriptionSupport ?? published?.codeDescriptionSupport ?? false,
    diagnosticVersion: published?.versionSupport === true,
    codeActionLiterals: codeAction?.codeActionLiteralSupport !== undefined,
    resolvesCodeActionEdit:
      codeAction?.dataSupport === true && codeAction.resolveSupport?.properties.includes("edit") === true,
    markdownHover: textDocument?.hover?.contentFormat?.includes("markdown") === true,
    locationLinks: textDocument?.definition?.linkSupport === true,
    documentChanges: edit?.documentChanges === true,
    createsFiles: edit?.documentChanges === true && edit.resourceOperations?.includes("create") === true,
    changeAnnotations: edit?.documentChanges === true && edit.changeAnnotationSupport !== undefined,
    configuration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    registersFileWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    codeLens: textDocument?.codeLens !== undefined,
    refreshesCodeLens: workspace?.codeLens?.refreshSupport === true,
    inlayHints: textDocument?.inlayHint !== undefined,
    refreshesInlayHints: workspace?.inlayHint?.refreshSupport === true,
    opensPages: window?.showDocument?.support === true,
    showsPath: clientCommands(experimental).includes(showPathCommand),
    explains: clientCommands(experimental).includes(explainAtCommand),
    proves: clientCommands(experimental).includes(proveAtCommand),
    workDoneProgress: window?.workDoneProgress === true,
    serverStatus: propertyOf(experimental, "serverStatusNotification") === true,
    analysedNotification: propertyOf(experimental, "analysedNotification") === true,
  };
}

/** Commands of its own that the client says it has: `experimental.commands`. */
function clientCommands(experimental: unknown): readonly unknown[] {
  const commands: unknown = propertyOf(experimental, "commands");
  return Array.isArray(commands) ? commands : [];
}
