import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import {
  CancellationTokenSource,
  type ClientCapabilities,
  type CodeAction,
  type CodeActionContext,
  createMessageConnection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  DocumentDiagnosticRequest,
  FileChangeType,
  type InitializeParams,
  type InitializeResult,
  type MessageConnection,
  type Range,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
  type WorkspaceDiagnosticReport,
  WorkspaceDiagnosticRequest,
  type WorkspaceEdit,
} from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { URI } from "vscode-uri";

export interface ClientOptions {
  /** Program of the server, run by Node with `--stdio`. */
  readonly server: string;
  readonly arguments?: readonly string[];
  /** Absolute paths. */
  readonly folders: readonly string[];
  readonly capabilities?: ClientCapabilities;
  /** What `workspace/configuration` answers for the section, by scope; `undefined` scope is the window. */
  readonly settings?: unknown;
  readonly initialize?: Partial<InitializeParams>;
}

/** What the client of VS Code can do, as far as the server cares. */
export const fullCapabilities: ClientCapabilities = {
  textDocument: {
    synchronization: { dynamicRegistration: true },
    publishDiagnostics: { versionSupport: true },
    diagnostic: { relatedInformation: true, codeDescriptionSupport: true, dataSupport: true },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source.fixAll"] } },
      isPreferredSupport: true,
      dataSupport: true,
      resolveSupport: { properties: ["edit"] },
    },
    hover: { contentFormat: ["markdown", "plaintext"] },
    definition: { linkSupport: true },
  },
  workspace: {
    workspaceFolders: true,
    configuration: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    diagnostics: { refreshSupport: true },
    workspaceEdit: {
      documentChanges: true,
      resourceOperations: ["create"],
      changeAnnotationSupport: { groupsOnLabel: true },
    },
  },
  window: { workDoneProgress: true },
};

/** The same for a client that lets pull diagnostics be registered later, as that of VS Code does. */
export const registeringCapabilities: ClientCapabilities = {
  ...fullCapabilities,
  textDocument: {
    ...fullCapabilities.textDocument,
    diagnostic: { ...fullCapabilities.textDocument?.diagnostic, dynamicRegistration: true },
  },
};

/** One that cannot pull diagnostics. */
export const pushCapabilities: ClientCapabilities = {
  ...fullCapabilities,
  textDocument: {
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, versionSupport: true },
  },
};

/** A scripted editor over a real connection. Documents are named by their path relative to the first folder. */
export class TestClient {
  readonly connection: MessageConnection;
  readonly process: ChildProcess;
  /** Everything that the server said without being asked, oldest first. */
  readonly received: { readonly method: string; readonly params: unknown }[] = [];
  initializeResult: InitializeResult = { capabilities: {} };
  settings: unknown;
  stderr = "";
  readonly #options: ClientOptions;
  readonly #documents = new Map<string, TextDocument>();
  readonly #waiters = new Set<() => void>();

  private constructor(options: ClientOptions) {
    this.#options = options;
    this.settings = options.settings;
    this.process = spawn(process.execPath, [options.server, "--stdio", ...(options.arguments ?? [])], {
      stdio: "pipe",
    });
    const { stdin, stdout, stderr } = this.process;
    if (stdin === null || stdout === null || stderr === null) throw new Error("the server has no pipes");
    stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    stdin.on("error", () => {});
    this.connection = createMessageConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    this.connection.onRequest((method, params) => this.#answer(method, params));
    this.connection.onNotification((method, params) => this.#receive(method, params));
    this.connection.onUnhandledProgress((params) => this.#receive("$/progress", params));
    this.connection.listen();
  }

  /** Starts the server and goes through the handshake. */
  static async start(options: ClientOptions): Promise<TestClient> {
    const client = new TestClient(options);
    const folders = options.folders.map((path) => ({
      uri: URI.file(path).toString(),
      name: path.split("/").at(-1) ?? "",
    }));
    client.initializeResult = await client.connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: options.capabilities ?? fullCapabilities,
      workspaceFolders: folders,
      ...options.initialize,
    } satisfies InitializeParams);
    await client.connection.sendNotification("initialized", {});
    return client;
  }

  /** Starts a server without the handshake. */
  static launch(server: string): TestClient {
    return new TestClient({ server, folders: [] });
  }

  uri(path: string): string {
    return path.includes(":") ? path : URI.file(`${this.#options.folders[0]}/${path}`).toString();
  }

  async open(path: string, text: string): Promise<void> {
    const uri = this.uri(path);
    const languageId = path.endsWith(".py") ? "python" : "toml";
    this.#documents.set(uri, TextDocument.create(uri, languageId, 1, text));
    await this.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  text(path: string): string {
    return this.#document(path).getText();
  }

  version(path: string): number {
    return this.#document(path).version;
  }

  /** Replaces the first occurrence of `before`, as an incremental change. */
  async replace(path: string, before: string, after: string): Promise<void> {
    await this.change(path, [{ range: this.rangeOf(path, before), newText: after }]);
  }

  /** Sends edits one by one, each relative to the text after the one before. */
  async change(path: string, edits: readonly TextEdit[]): Promise<void> {
    const document = this.#document(path);
    const contentChanges = edits.map(({ range, newText }) => ({ range, text: newText }));
    TextDocument.update(document, contentChanges, document.version + 1);
    await this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: document.uri, version: document.version },
      contentChanges,
    });
  }

  /** Replaces the whole text. */
  async setText(path: string, text: string): Promise<void> {
    const document = this.#document(path);
    const range = { start: document.positionAt(0), end: document.positionAt(document.getText().length) };
    await this.change(path, [{ range, newText: text }]);
  }

  async close(path: string): Promise<void> {
    this.#documents.delete(this.uri(path));
    await this.connection.sendNotification("textDocument/didClose", {
      textDocument: { uri: this.uri(path) },
    });
  }

  rangeOf(path: string, text: string): Range {
    const document = this.#document(path);
    const start = document.getText().indexOf(text);
    if (start < 0) throw new Error(`${path} does not contain ${JSON.stringify(text)}`);
    return { start: document.positionAt(start), end: document.positionAt(start + text.length) };
  }

  /** The text that a range of the open document covers: positions that are wrong show at once. */
  textAt(path: string, range: Range): string {
    return this.#document(path).getText(range);
  }

  pull(path: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    return this.connection.sendRequest("textDocument/diagnostic", {
      textDocument: { uri: this.uri(path) },
      ...(previousResultId !== undefined && { previousResultId }),
    });
  }

  /** A pull that can be cancelled. */
  cancellable(path: string): { readonly report: Promise<DocumentDiagnosticReport>; cancel(): void } {
    const source = new CancellationTokenSource();
    const params = { textDocument: { uri: this.uri(path) } };
    const report = this.connection.sendRequest(DocumentDiagnosticRequest.type, params, source.token);
    return { report, cancel: () => source.cancel() };
  }

  /** The diagnostics of the document; fails unless the report is a full one. */
  async diagnostics(path: string): Promise<Diagnostic[]> {
    const report = await this.pull(path);
    if (report.kind !== "full") throw new Error("expected a full report");
    return report.items;
  }

  pullWorkspace(
    previousResultIds: { uri: string; value: string }[] = [],
  ): Promise<WorkspaceDiagnosticReport> {
    return this.connection.sendRequest("workspace/diagnostic", { previousResultIds });
  }

  /** A pull of the workspace that can be cancelled. */
  cancellableWorkspacePull(): { readonly report: Promise<WorkspaceDiagnosticReport>; cancel(): void } {
    const source = new CancellationTokenSource();
    const report = this.connection.sendRequest(
      WorkspaceDiagnosticRequest.type,
      { previousResultIds: [] },
      source.token,
    );
    return { report, cancel: () => source.cancel() };
  }

  codeActions(path: string, range: Range, context: Partial<CodeActionContext> = {}): Promise<CodeAction[]> {
    return this.connection.sendRequest("textDocument/codeAction", {
      textDocument: { uri: this.uri(path) },
      range,
      context: { diagnostics: [], ...context },
    });
  }

  /** The action with this title, with its edit. */
  async codeAction(path: string, at: string, title: string): Promise<CodeAction> {
    const actions = await this.codeActions(path, this.rangeOf(path, at));
    const action = actions.find((candidate) => candidate.title === title);
    if (action === undefined)
      throw new Error(`no "${title}" among ${actions.map((each) => each.title).join(", ")}`);
    return action.edit === undefined ? this.connection.sendRequest("codeAction/resolve", action) : action;
  }

  /** The text of an open document after an edit, which must be for its present version. */
  applied(path: string, edit: WorkspaceEdit | undefined): string {
    const document = this.#document(path);
    for (const change of edit?.documentChanges ?? []) {
      if (!("textDocument" in change) || change.textDocument.uri !== document.uri) continue;
      if (change.textDocument.version !== document.version)
        throw new Error("the edit is for another version");
      return TextDocument.applyEdits(
        document,
        change.edits.filter((each): each is TextEdit => "newText" in each),
      );
    }
    return TextDocument.applyEdits(document, edit?.changes?.[document.uri] ?? []);
  }

  /** Writes a file to disk and tells the server, as an editor that watches files does. */
  async writeFile(path: string, text: string): Promise<void> {
    const created = !existsSync(URI.parse(this.uri(path)).fsPath);
    writeFileSync(URI.parse(this.uri(path)).fsPath, text);
    const changes = [
      { uri: this.uri(path), type: created ? FileChangeType.Created : FileChangeType.Changed },
    ];
    await this.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
  }

  /** Deletes a file or a folder, which is one event. */
  async delete(path: string): Promise<void> {
    rmSync(URI.parse(this.uri(path)).fsPath, { recursive: true });
    const changes = [{ uri: this.uri(path), type: FileChangeType.Deleted }];
    await this.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
  }

  /** Changes the settings and tells the server that they have changed. */
  async configure(settings: unknown): Promise<void> {
    this.settings = settings;
    await this.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
  }

  /** Waits for a message of the server that has come already or will come, and takes it. */
  async next<Params = unknown>(
    method: string,
    fits: (params: Params) => boolean = () => true,
  ): Promise<Params> {
    for (;;) {
      const index = this.received.findIndex(
        (message) => message.method === method && fits(message.params as Params),
      );
      const [message] = index < 0 ? [] : this.received.splice(index, 1);
      if (message !== undefined) return message.params as Params;
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  /** Ends the session in order. @returns the exit code of the server */
  async stop(): Promise<number | null> {
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
    return await this.exitCode();
  }

  kill(): void {
    this.connection.dispose();
    this.process.kill("SIGKILL");
  }

  async exitCode(): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, "exit");
    this.connection.dispose();
    return this.process.exitCode;
  }

  #document(path: string): TextDocument {
    const document = this.#documents.get(this.uri(path));
    if (document === undefined) throw new Error(`${path} is not open`);
    return document;
  }

  #answer(method: string, params: unknown): unknown {
    this.#receive(method, params);
    if (method !== "workspace/configuration") return null;
    const { items } = params as { items: readonly unknown[] };
    return items.map(() => this.settings ?? null);
  }

  #receive(method: string, params: unknown): void {
    this.received.push({ method, params });
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const resolve of waiters) resolve();
  }
}
