import { randomBytes } from "node:crypto";
import {
  commands,
  type Disposable,
  env,
  l10n,
  Range,
  Uri,
  ViewColumn,
  type WebviewPanel,
  window,
} from "vscode";
import type { ShownExplanation } from "./explanation.ts";
import { planScheme } from "./plan-documents.ts";
import type { MessageToExtension, MessageToPage, PlanViewLabels } from "./plan-view/messages.ts";
import { planPage } from "./plan-view/page.ts";
import { planView } from "./plan-view/plan-view.ts";

/** The plan as a diagram, in a webview that is made when it is first asked for and shows one explanation after the other. */
export class PlanPanel implements Disposable {
  readonly #folder: Uri;
  #panel: WebviewPanel | undefined;
  #shown: ShownExplanation | undefined;

  /** @param extension where the extension is installed */
  constructor(extension: Uri) {
    this.#folder = Uri.joinPath(extension, "dist", "plan-view");
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  /** @returns whether there was a plan to show */
  show(explanation: ShownExplanation): boolean {
    if (explanation.statements.every(({ plan }) => plan === null)) return false;
    this.#shown = explanation;
    if (this.#panel === undefined) this.#panel = this.#open();
    else {
      this.#panel.reveal(undefined, true);
      this.#send();
    }
    this.#panel.title = l10n.t("Plan of {0}", explanation.place);
    return true;
  }

  #open(): WebviewPanel {
    // Beside the code; where the plan stands there as a text already, in its place: three columns are too narrow.
    const isText = window.activeTextEditor?.document.uri.scheme === planScheme;
    const column = { viewColumn: isText ? ViewColumn.Active : ViewColumn.Beside, preserveFocus: false };
    const panel = window.createWebviewPanel("queryscope.plan", l10n.t("Plan"), column, {
      enableScripts: true,
      localResourceRoots: [this.#folder],
    });
    const file = (name: string) => panel.webview.asWebviewUri(Uri.joinPath(this.#folder, name)).toString();
    panel.webview.onDidReceiveMessage((message: MessageToExtension) => this.#receive(message));
    panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    panel.webview.html = planPage({
      nonce: randomBytes(16).toString("base64"),
      source: panel.webview.cspSource,
      script: file("plan-view.js"),
      style: file("plan-view-style.css"),
      title: l10n.t("Plan"),
    });
    return panel;
  }

  #send(): void {
    if (this.#shown === undefined) return;
    const { place, statements } = this.#shown;
    const message: MessageToPage = { kind: "show", view: planView(place, statements, labels()) };
    void this.#panel?.webview.postMessage(message);
  }

  async #receive(message: MessageToExtension): Promise<void> {
    switch (message.kind) {
      case "ready":
        this.#send();
        break;
      case "goTo": {
        if (this.#shown === undefined) break;
        const line = message.line - 1;
        const column = message.column - 1;
        const selection = new Range(line, column, line, column);
        await window.showTextDocument(this.#shown.uri, { selection, viewColumn: ViewColumn.One });
        break;
      }
      case "openRule":
        await commands.executeCommand("queryscope.server.openRulePage", message.rule);
        break;
    }
  }
}

function labels(): PlanViewLabels {
  return {
    title: l10n.t("Plan of"),
    statement: l10n.t("Statement"),
    measured: l10n.t("Measured on PostgreSQL"),
    estimated: l10n.t("Estimated by PostgreSQL"),
    hotspots: l10n.t("What costs most"),
    goToLine: l10n.t("Go to line"),
    openRule: l10n.t("Open the page of the rule"),
    diagram: l10n.t("Diagram"),
    skipDiagram: l10n.t("Skip the diagram"),
    share: l10n.t("Share of the whole"),
    tree: l10n.t("Plan as text"),
    language: env.language,
  };
}
