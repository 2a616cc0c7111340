import { type Disposable, type LogOutputChannel, l10n } from "vscode";
import {
  LanguageClient,
  type LanguageClientOptions,
  ProgressType,
  RevealOutputChannelOn,
  type ServerOptions,
  State,
  TransportKind,
  WorkDoneProgress,
} from "vscode-languageclient/node";
import { codeActionMiddleware } from "./code-actions.ts";
import type { ExplainObserver } from "./explain-command.ts";
import type { ExplainResult } from "./explanation.ts";
import {
  AnalysedNotification,
  type ServerStatus,
  ServerStatusNotification,
  serverStatusFeature,
} from "./server-status.ts";
import { clientCommandsFeature } from "./show-path.ts";

export interface ClientListeners {
  onStatus(status: ServerStatus): void;
  /** An analysis has ended. */
  onAnalysed(): void;
}

/** The connection to a server that is not started yet. @param module path of the server's program */
export function createClient(
  module: string,
  log: LogOutputChannel,
  trace: LogOutputChannel,
  { onStatus, onAnalysed }: ClientListeners,
): LanguageClient {
  const client = new LanguageClient(
    "queryscope",
    "Queryscope",
    serverOptions(module),
    clientOptions(log, trace),
  );
  client.registerFeature(serverStatusFeature);
  client.registerFeature(clientCommandsFeature);
  client.onNotification(ServerStatusNotification, onStatus);
  client.onNotification(AnalysedNotification, onAnalysed);
  client.onDidChangeState(({ newState }) => {
    const status = statusOf(newState);
    if (status !== undefined) onStatus(status);
  });
  return client;
}

/** Passes on what the server says while it explains. */
export function observeExplanation(
  client: LanguageClient,
  tokens: { readonly partialResultToken: string; readonly workDoneToken: string },
  { onProgress, onSql }: ExplainObserver,
): Disposable {
  const listeners = [
    client.onProgress(new ProgressType<ExplainResult>(), tokens.partialResultToken, onSql),
    observeProgress(client, tokens.workDoneToken, onProgress),
  ];
  return { dispose: () => listeners.forEach((listener) => void listener.dispose()) };
}

export function observeProgress(
  client: LanguageClient,
  workDoneToken: string,
  onProgress: (message: string) => void,
): Disposable {
  return client.onProgress(WorkDoneProgress.type, workDoneToken, (progress) => {
    if (progress.kind === "report" && progress.message !== undefined) onProgress(progress.message);
  });
}

/** @returns undefined for a server that runs: it says itself what it does */
function statusOf(state: State): ServerStatus | undefined {
  if (state === State.Starting) return { health: "ok", quiescent: false, message: l10n.t("Starting") };
  if (state === State.Running) return undefined;
  return { health: "warning", quiescent: true, message: l10n.t("The server has stopped") };
}

function serverOptions(module: string): ServerOptions {
  const run = { module, transport: TransportKind.ipc };
  return { run, debug: { ...run, options: { execArgv: ["--inspect=6011"] } } };
}

function clientOptions(log: LogOutputChannel, trace: LogOutputChannel): LanguageClientOptions {
  return {
    documentSelector: [
      { scheme: "file", language: "python" },
      { scheme: "file", language: "html" },
      { scheme: "file", language: "django-html" },
      { scheme: "file", pattern: "**/templates/**" },
      { scheme: "file", pattern: "**/pyproject.toml" },
      { scheme: "file", pattern: "**/queryscope.toml" },
    ],
    outputChannel: log,
    traceOutputChannel: trace,
    middleware: codeActionMiddleware,
    markdown: { isTrusted: { enabledCommands: ["queryscope.explainAt"] } },
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    diagnosticPullOptions: { onChange: true, onSave: false },
  };
}
