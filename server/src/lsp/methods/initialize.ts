import {
  type InitializeParams,
  type InitializeResult,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { baseName } from "../../platform/paths.ts";
import type { ClientFeatures } from "../client-features.ts";
import { diagnosticOptions } from "../diagnostic-registration.ts";
import { filePathOf, uriOfFile } from "../uris.ts";
import { completionTriggers } from "./completion.ts";
import { serverCommands } from "./execute-command.ts";

/** The answer to `initialize`: nothing is read from disk before it is sent. */
export function initializeResult(client: ClientFeatures, version: string): InitializeResult {
  const capabilities: ServerCapabilities = {
    // The encoding that every client has to know; it is also that of JavaScript's strings.
    positionEncoding: "utf-16",
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    completionProvider: { triggerCharacters: [...completionTriggers] },
    hoverProvider: true,
    ...(client.inlayHints && { inlayHintProvider: true }),
    ...(client.codeLens && { codeLensProvider: {} }),
    definitionProvider: true,
    documentLinkProvider: {},
    executeCommandProvider: { commands: [...serverCommands] },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    ...(client.codeActionLiterals && {
      codeActionProvider: {
        codeActionKinds: ["quickfix", "refactor.extract", "refactor.rewrite", "source.fixAll.queryscope"],
        resolveProvider: client.resolvesCodeActionEdit,
      },
    }),
    ...(client.pullDiagnostics &&
      !client.registersDiagnostics && { diagnosticProvider: diagnosticOptions({ workspace: true }) }),
  };
  return { capabilities, serverInfo: { name: "queryscope", version } };
}

export interface NamedFolder {
  readonly uri: string;
  readonly name: string;
}

/** The folders that the client has open, whichever of the protocol's ways it uses to name them. */
export function foldersOf({ workspaceFolders, rootUri, rootPath }: InitializeParams): readonly NamedFolder[] {
  if (workspaceFolders) return workspaceFolders;
  const uri = rootUri ?? (rootPath ? uriOfFile(rootPath) : undefined);
  if (uri === undefined) return [];
  return [{ uri, name: baseName(filePathOf(uri) ?? uri) }];
}
