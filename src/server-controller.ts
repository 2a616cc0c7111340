import { type Event, EventEmitter, type LogOutputChannel, l10n, window } from "vscode";
import type { CancellationToken, LanguageClient } from "vscode-languageclient/node";
import type { AuditArguments } from "./audit-command.ts";
import type { AuditResult } from "./audit-report.ts";
import type { ExplainArguments, ExplainObserver } from "./explain-command.ts";
import type { ExplainResult } from "./explanation.ts";
import type { ProjectOverview } from "./project-overview.ts";
import type { ProveArguments, ProveResult } from "./prove-command.ts";
import type { CountRowsArguments, CountRowsResult } from "./row-counts-command.ts";
import { SecretLog } from "./secret-log.ts";
import type { ServerStatus } from "./server-status.ts";
import type { ServerStatusItem } from "./server-status-item.ts";

export interface CheckWorkspaceResult {
  readonly files: number;
  readonly findings: number;
}

type ChangedFiles = readonly { readonly uri: string; readonly text: string }[];

/** Starts and stops the language server, and passes on what it says about itself. */
export class ServerController {
  readonly #module: string;
  readonly #log: LogOutputChannel;
  readonly #trace: SecretLog;
  readonly #status: ServerStatusItem;
  readonly #analysed = new EventEmitter<void>();
  readonly #said = new EventEmitter<ServerStatus>();
  #client: LanguageClient | undefined;
  #lastRequest = 0;
  #starting: Promise<void> | undefined;

  /** @param module path of the server's program */
  constructor(module: string, log: LogOutputChannel, status: ServerStatusItem) {
    this.#module = module;
    this.#log = log;
    this.#trace = new SecretLog(log);
    this.#status = status;
  }

  get isStarted(): boolean {
    return this.#client !== undefined;
  }

  /** Fires when an analysis has ended. */
  get onDidAnalyse(): Event<void> {
    return this.#analysed.event;
  }

  /** Fires when the server says what it does. */
  get onDidChangeStatus(): Event<ServerStatus> {
    return this.#said.event;
  }

  /** Does nothing when the server runs already. A server that cannot be started is reported in the status item. */
  async start(): Promise<void> {
    if (this.#client !== undefined) return;
    this.#starting ??= this.#connect();
    await this.#starting;
    this.#starting = undefined;
  }

  async #connect(): Promise<void> {
    // What a workspace without Django does not need is not loaded there.
    const { createClient } = await import("./language-client.ts");
    const client = createClient(this.#module, this.#log, this.#trace, {
      onStatus: (status) => {
        this.#status.show(status);
        this.#said.fire(status);
      },
      onAnalysed: () => this.#analysed.fire(),
    });
    this.#client = client;
    try {
      await client.start();
    } catch (error) {
      this.#client = undefined;
      this.#log.error(`The server did not start: ${describe(error)}`);
      this.#status.show({ health: "error", quiescent: true, message: l10n.t("The server did not start") });
    }
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      this.#log.warn(`The server did not stop in order: ${describe(error)}`);
    }
  }

  /** Has the whole workspace analysed and its findings shown. @returns undefined when it was cancelled */
  async checkWorkspace(token: CancellationToken): Promise<CheckWorkspaceResult | undefined> {
    await this.start();
    return this.#execute("checkWorkspace", [], token);
  }

  /** @returns undefined when it was cancelled */
  async explain(
    params: ExplainArguments,
    token: CancellationToken,
    observer: ExplainObserver,
  ): Promise<ExplainResult | undefined> {
    if (params.connection?.password !== undefined) this.#trace.keepOut(params.connection.password);
    await this.start();
    const client = this.#client;
    if (client === undefined) return undefined;
    const id = this.#lastRequest++;
    const partialResultToken = `queryscope.sql.${id}`;
    const workDoneToken = `queryscope.explain.${id}`;
    const { observeExplanation } = await import("./language-client.ts");
    const observing = observeExplanation(client, { partialResultToken, workDoneToken }, observer);
    try {
      return await this.#execute("explain", [{ ...params, partialResultToken }], token, { workDoneToken });
    } finally {
      observing.dispose();
    }
  }

  /** @returns undefined when it was cancelled */
  async prove(
    params: ProveArguments,
    token: CancellationToken,
    onProgress: (message: string) => void,
  ): Promise<ProveResult | undefined> {
    if (params.connection?.password !== undefined) this.#trace.keepOut(params.connection.password);
    return this.#executeWithProgress("prove", params, token, onProgress);
  }

  /** @returns undefined when it was cancelled */
  async countRows(
    params: CountRowsArguments,
    token: CancellationToken,
    onProgress: (message: string) => void,
  ): Promise<CountRowsResult | undefined> {
    if (params.connection?.password !== undefined) this.#trace.keepOut(params.connection.password);
    await this.start();
    return this.#executeWithProgress("countRows", params, token, onProgress);
  }

  projectOverview(endpoints: boolean, token: CancellationToken): Promise<ProjectOverview | undefined> {
    return this.#execute("projectOverview", [{ endpoints }], token);
  }

  /** @returns undefined when it was cancelled, null where there is no Django project */
  async audit(
    params: AuditArguments,
    token: CancellationToken,
    onProgress: (message: string) => void,
  ): Promise<AuditResult | null | undefined> {
    for (const { password } of [...(params.postgres ? [params.postgres] : []), ...params.redis])
      if (password !== undefined) this.#trace.keepOut(password);
    return this.#executeWithProgress("audit", params, token, onProgress);
  }

  /** @returns whether the edit was made */
  async applyFix(fix: {
    readonly uri: string;
    readonly fingerprint: string;
    readonly index: number;
  }): Promise<boolean> {
    return (await this.#execute<boolean>("applyFix", [fix])) ?? false;
  }

  async suppress(
    { uri, fingerprint }: { readonly uri: string; readonly fingerprint: string },
    scope: "line" | "file",
  ): Promise<void> {
    await this.#execute<boolean>("suppress", [{ uri, fingerprint, scope }]);
  }

  async changeBaseline(
    change: "add" | "remove",
    findings: readonly { readonly uri: string; readonly fingerprint: string }[] | undefined,
  ): Promise<ChangedFiles> {
    return (
      (await this.#execute<ChangedFiles>("changeBaseline", [{ change, ...(findings && { findings }) }])) ?? []
    );
  }

  /** @returns undefined when it was cancelled, or the server does not run */
  async #executeWithProgress<Result>(
    name: string,
    params: object,
    token: CancellationToken,
    onProgress: (message: string) => void,
  ): Promise<Result | undefined> {
    await this.start();
    const client = this.#client;
    if (client === undefined) return undefined;
    const workDoneToken = `queryscope.${name}.${this.#lastRequest++}`;
    const { observeProgress } = await import("./language-client.ts");
    const observing = observeProgress(client, workDoneToken, onProgress);
    try {
      return await this.#execute(name, [params], token, { workDoneToken });
    } finally {
      observing.dispose();
    }
  }

  /**
   * Runs one of the server's commands.
   * @returns undefined when it was cancelled, or the server does not run, or has ended before it answered
   */
  async #execute<Result>(
    name: string,
    given: readonly object[],
    token?: CancellationToken,
    options: { readonly workDoneToken?: string } = {},
  ): Promise<Result | undefined> {
    const params = { ...options, command: `queryscope.server.${name}`, arguments: [...given] };
    // An undefined token would be sent as a second parameter, which the server refuses.
    const cancellation = token === undefined ? [] : [token];
    try {
      return await this.#client?.sendRequest("workspace/executeCommand", params, ...cancellation);
    } catch (error) {
      if (token?.isCancellationRequested) return undefined;
      if (!isLostConnection(error)) throw error;
      // The client says that the server ended, and starts it again.
      void window.showWarningMessage(l10n.t("Queryscope's server ended before it answered. Try again."));
      return undefined;
    }
  }
}

/** `ErrorCodes.PendingResponseRejected` of the protocol's library, which is loaded with the client only. */
function isLostConnection(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === -32097;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
