import {
  type Connection,
  createConnection,
  ErrorCodes,
  type InitializeParams,
  ProposedFeatures,
  ResponseError,
  TextDocuments,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Logger } from "../base/logger.ts";
import type { AnalysisEnvironment } from "../composition/environment.ts";
import { notifyAnalysed } from "./analysed-notification.ts";
import { type ActivityObserver, observeActivity } from "./analysis-activity.ts";
import { ChangeSignal } from "./change-signal.ts";
import { clientFeaturesOf } from "./client-features.ts";
import { connectionLogger, describeError } from "./connection-logger.ts";
import { refreshDiagnostics } from "./diagnostic-refresh.ts";
import { DiagnosticReports } from "./diagnostic-reports.ts";
import { ExplainerOnDemand } from "./explain-request.ts";
import { Folders } from "./folders.ts";
import { IdleMemory } from "./idle-memory.ts";
import { LiveFiles } from "./live-files.ts";
import { handleCodeAction } from "./methods/code-action.ts";
import { handleCodeActionResolve } from "./methods/code-action-resolve.ts";
import { handleCodeLens } from "./methods/code-lens.ts";
import { handleCompletion } from "./methods/completion.ts";
import { handleDefinition } from "./methods/definition.ts";
import { handleDidChangeConfiguration } from "./methods/did-change-configuration.ts";
import { handleDidChangeWatchedFiles } from "./methods/did-change-watched-files.ts";
import { handleDidChangeWorkspaceFolders } from "./methods/did-change-workspace-folders.ts";
import { handleDocumentDiagnostic } from "./methods/document-diagnostic.ts";
import { handleDocumentLink } from "./methods/document-link.ts";
import { handleExecuteCommand } from "./methods/execute-command.ts";
import { handleHover } from "./methods/hover.ts";
import { foldersOf, initializeResult } from "./methods/initialize.ts";
import { handleInitialized } from "./methods/initialized.ts";
import { handleInlayHint } from "./methods/inlay-hint.ts";
import { handleShutdown } from "./methods/shutdown.ts";
import { handleTextDocumentSync } from "./methods/text-document-sync.ts";
import { handleWorkspaceDiagnostic } from "./methods/workspace-diagnostic.ts";
import { pushDiagnostics } from "./push-diagnostics.ts";
import { ReportedDiagnostics } from "./reported-diagnostics.ts";
import type { ServerContext } from "./server-context.ts";
import { serverStatus } from "./server-status.ts";
import { propertyOf, Settings, showsCodeLens } from "./settings.ts";
import { workDoneProgress } from "./work-done-progress.ts";

/**
 * Serves one client until the connection ends.
 * @param connection not yet listening; by default what the process's arguments say: `--stdio`, `--node-ipc` …
 */
export function startServer(
  environment: AnalysisEnvironment,
  connection: Connection = createConnection(ProposedFeatures.all),
): void {
  let initialized = false;
  connection.onRequest((method: string) =>
    initialized
      ? new ResponseError(ErrorCodes.MethodNotFound, `${method} is not supported`)
      : new ResponseError(ErrorCodes.ServerNotInitialized, `${method} came before initialize`),
  );
  connection.onInitialize((params) => {
    if (initialized) return new ResponseError(ErrorCodes.InvalidRequest, "initialize may be sent only once");
    initialized = true;
    const context = createContext(params, environment, connection);
    for (const folder of foldersOf(params)) context.folders.add(folder);
    handleEverything(context, propertyOf(params.initializationOptions, "settings"));
    return initializeResult(context.client, environment.version);
  });
  connection.listen();
}

function createContext(
  { capabilities }: InitializeParams,
  environment: AnalysisEnvironment,
  connection: Connection,
): ServerContext {
  const client = clientFeaturesOf(capabilities);
  const logger = connectionLogger(connection);
  const folders: Folders = new Folders(
    environment,
    observeActivity([
      workDoneProgress(connection, client, logger),
      serverStatus(connection, client, () => folders.all),
      logFailures(logger),
    ]),
    logger,
    (settings) => client.codeLens && showsCodeLens(settings),
  );
  const settings = new Settings();
  const changes = new ChangeSignal();
  folders.onDidChange(() => changes.fire());
  settings.onDidChange(() => changes.fire());
  const idleMemory = new IdleMemory(environment.memory);
  folders.onDidChange(() => idleMemory.worked());
  return {
    version: environment.version,
    connection,
    client,
    documents: new TextDocuments(TextDocument),
    liveFiles: new LiveFiles(environment.pythonParser),
    folders,
    rules: environment.rules,
    settings,
    reports: new DiagnosticReports(client),
    reported: new ReportedDiagnostics(),
    changes,
    explainer: new ExplainerOnDemand(environment.embeddedPostgres),
    lifecycle: { shutDown: false },
    logger,
  };
}

function handleEverything(context: ServerContext, initialSettings: unknown): void {
  handleInitialized(context, initialSettings);
  handleTextDocumentSync(context);
  handleDidChangeConfiguration(context);
  handleDidChangeWatchedFiles(context);
  handleDidChangeWorkspaceFolders(context);
  handleDocumentDiagnostic(context);
  handleWorkspaceDiagnostic(context);
  handleCodeAction(context);
  handleCodeActionResolve(context);
  handleCompletion(context);
  handleHover(context);
  handleCodeLens(context);
  handleInlayHint(context);
  handleDefinition(context);
  handleDocumentLink(context);
  handleExecuteCommand(context);
  handleShutdown(context);
  notifyAnalysed(context);
  refreshDiagnostics(context);
  pushDiagnostics(context);
}

function logFailures(logger: Logger): ActivityObserver {
  return {
    showed() {},
    progressed() {},
    ended(folder, error) {
      if (error !== undefined) logger.error(`The analysis of ${folder.path} failed: ${describeError(error)}`);
    },
  };
}
