import { DiagnosticSeverity, type Disposable, l10n, languages, window } from "vscode";

/** The number of findings of the active file, in its language status. Hints at places of reading do not count. */
export class FindingsStatus implements Disposable {
  readonly #item = languages.createLanguageStatusItem("queryscope.findings", { language: "python" });
  readonly #subscriptions: readonly Disposable[];

  constructor() {
    this.#item.name = l10n.t("Queryscope Findings");
    this.#item.command = { command: "workbench.actions.view.problems", title: l10n.t("Show Problems") };
    this.#subscriptions = [
      languages.onDidChangeDiagnostics(() => this.#update()),
      window.onDidChangeActiveTextEditor(() => this.#update()),
    ];
    this.#update();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#item.dispose();
  }

  #update(): void {
    const uri = window.activeTextEditor?.document.uri;
    const diagnostics = uri === undefined ? [] : languages.getDiagnostics(uri);
    const count = diagnostics.filter(
      ({ source, severity }) => source === "queryscope" && severity !== DiagnosticSeverity.Hint,
    ).length;
    this.#item.text =
      count === 1 ? l10n.t("1 finding in this file") : l10n.t("{0} findings in this file", count);
  }
}
