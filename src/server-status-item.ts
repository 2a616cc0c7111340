import { type Disposable, LanguageStatusSeverity, l10n, languages } from "vscode";
import type { ServerStatus } from "./server-status.ts";

/** The server's state in the language status of Python files. */
export class ServerStatusItem implements Disposable {
  readonly #item = languages.createLanguageStatusItem("queryscope.server", { language: "python" });

  constructor() {
    this.#item.name = l10n.t("Queryscope Server");
    this.#item.text = "Queryscope";
    this.show({ health: "ok", quiescent: true, message: l10n.t("Not started: no Django project found") });
  }

  show({ health, quiescent, message }: ServerStatus): void {
    this.#item.busy = !quiescent;
    this.#item.detail = message;
    this.#item.severity = severities[health];
    this.#item.command =
      health === "error"
        ? { command: "queryscope.restart", title: l10n.t("Restart Server") }
        : { command: "queryscope.showOutput", title: l10n.t("Open Log") };
  }

  dispose(): void {
    this.#item.dispose();
  }
}

const severities: Readonly<Record<ServerStatus["health"], LanguageStatusSeverity>> = {
  ok: LanguageStatusSeverity.Information,
  warning: LanguageStatusSeverity.Warning,
  error: LanguageStatusSeverity.Error,
};
