import { randomBytes } from "node:crypto";
import {
  type CancellationToken,
  commands,
  type Disposable,
  type ExtensionContext,
  l10n,
  Range,
  Uri,
  ViewColumn,
  type WebviewPanel,
  type WorkspaceFolder,
  window,
  workspace,
} from "vscode";
import { type AuditPlace, type AuditResult, auditMessage } from "./audit-report.ts";
import { AuditSystems, type SystemArguments } from "./audit-systems.ts";
import { AuditView } from "./audit-view.ts";
import { askForFolder, withCancellation } from "./command-tools.ts";

/** The argument of the server's command `queryscope.server.audit`. */
export interface AuditArguments extends SystemArguments {
  readonly uri: string;
  /** What the page's styles and script are marked with. */
  readonly nonce: string;
}

/** The server, as far as this command needs it. */
export interface AuditServer {
  /** @returns undefined when it was cancelled, null where there is no Django project */
  audit(
    params: AuditArguments,
    token: CancellationToken,
    onProgress: (message: string) => void,
  ): Promise<AuditResult | null | undefined>;
  /** @returns whether the edit was made */
  applyFix(fix: {
    readonly uri: string;
    readonly fingerprint: string;
    readonly index: number;
  }): Promise<boolean>;
}

/** *Scaling Audit*: the report in a webview, its tasks in the view *Scaling*. */
export function registerAudit(context: ExtensionContext, server: AuditServer): readonly Disposable[] {
  const systems = new AuditSystems(context);
  const view = new AuditView();
  const panel = new AuditPanel(server);
  const run = async (): Promise<void> => {
    const folder = await auditedFolder();
    if (folder === undefined) return;
    const chosen = await systems.choose(folder.uri);
    if (chosen === undefined) return;
    const nonce = randomBytes(16).toString("hex");
    const title = l10n.t("Queryscope: making the scaling report");
    const result = await systems.askWithPasswords(chosen, (asked) =>
      withCancellation(title, (token, onProgress) =>
        server.audit({ uri: folder.uri.toString(), nonce, ...asked }, token, onProgress),
      ),
    );
    if (result === undefined) return;
    if (result === null) {
      await window.showInformationMessage(l10n.t("There is no Django project in {0}.", folder.name));
      return;
    }
    view.show(result.report, folder.uri);
    panel.show(result, folder.uri);
  };
  return [view, panel, commands.registerCommand("queryscope.scalingAudit", run)];
}

async function auditedFolder(): Promise<WorkspaceFolder | undefined> {
  const [first, ...others] = workspace.workspaceFolders ?? [];
  if (first === undefined) {
    await askForFolder();
    return undefined;
  }
  return others.length === 0 ? first : window.showWorkspaceFolderPick();
}

async function openPlace(folder: Uri, { path, line, column }: AuditPlace): Promise<void> {
  const selection = new Range(line - 1, column - 1, line - 1, column - 1);
  await window.showTextDocument(Uri.joinPath(folder, path), { selection, viewColumn: ViewColumn.One });
}

/** The report as a page, made when it is first asked for. */
class AuditPanel implements Disposable {
  readonly #server: AuditServer;
  #panel: WebviewPanel | undefined;
  #folder: Uri | undefined;

  constructor(server: AuditServer) {
    this.#server = server;
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  show({ report, html }: AuditResult, folder: Uri): void {
    this.#folder = folder;
    this.#panel ??= this.#open();
    this.#panel.title = l10n.t("Scaling of {0}", report.project.name);
    this.#panel.webview.html = html;
    this.#panel.reveal();
  }

  #open(): WebviewPanel {
    const panel = window.createWebviewPanel("queryscope.scalingAudit", "Queryscope", ViewColumn.Active, {
      enableScripts: true,
      enableFindWidget: true,
      localResourceRoots: [],
    });
    panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
    panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    return panel;
  }

  async #receive(received: unknown): Promise<void> {
    const message = auditMessage(received);
    if (message === undefined || this.#folder === undefined) return;
    if (message.kind === "open") {
      await openPlace(this.#folder, message);
      return;
    }
    const { fingerprint, index } = message;
    const isApplied = await this.#apply({ uri: this.#folder.toString(), fingerprint, index });
    await this.#panel?.webview.postMessage({ kind: isApplied ? "applied" : "refused", fingerprint });
  }

  /** A finding that is gone, or a document that changed meanwhile, is told. */
  async #apply(fix: Parameters<AuditServer["applyFix"]>[0]): Promise<boolean> {
    try {
      return await this.#server.applyFix(fix);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await window.showWarningMessage(l10n.t("The fix was not applied: {0}.", reason));
      return false;
    }
  }
}
