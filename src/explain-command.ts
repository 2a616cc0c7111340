import {
  type CancellationToken,
  commands,
  type Disposable,
  type ExtensionContext,
  type LogOutputChannel,
  l10n,
  type TextEditor,
  type Uri,
  window,
  workspace,
} from "vscode";
import { withCancellation } from "./command-tools.ts";
import { type ConnectionChoice, ConnectionProfiles, placeOf } from "./connection-profiles.ts";
import { askWithPassword, refuseUntrusted, type ToolArguments, toolArguments } from "./explain-tools.ts";
import type { ExplainResult, ShownExplanation } from "./explanation.ts";
import { PlanDocuments } from "./plan-documents.ts";
import { PlanPanel } from "./plan-panel.ts";
import { ProveCommand, type ProvedFinding, type ProveServer } from "./prove-command.ts";
import { type RowCountsServer, useRowCounts } from "./row-counts-command.ts";

/** The argument of the server's command `queryscope.server.explain`. */
export interface ExplainArguments extends ToolArguments {
  readonly range: { readonly start: LinePosition; readonly end: LinePosition };
  readonly analyze: boolean;
  readonly sqlOnly?: boolean;
  readonly generatedRows?: number;
}

interface LinePosition {
  readonly line: number;
  readonly character: number;
}

/** The server, as far as this command needs it. */
export interface ExplainServer {
  /** @returns undefined when it was cancelled */
  explain(
    params: ExplainArguments,
    token: CancellationToken,
    observer: ExplainObserver,
  ): Promise<ExplainResult | undefined>;
}

/** Told what happens before the answer. */
export interface ExplainObserver {
  onProgress(message: string): void;
  /** The SQL is there, and the plan is not. */
  onSql(result: ExplainResult): void;
}

/** *Explain Queryset* and what belongs to it. */
export function registerExplain(
  context: ExtensionContext,
  server: ExplainServer & ProveServer & RowCountsServer,
  log: LogOutputChannel,
): readonly Disposable[] {
  const profiles = new ConnectionProfiles(context);
  const documents = new PlanDocuments();
  const panel = new PlanPanel(context.extensionUri);
  const explain = new ExplainCommand(server, profiles, documents, log);
  const prove = new ProveCommand(server, profiles, documents, log);
  return [
    documents.register(),
    panel,
    commands.registerCommand("queryscope.showPlanDiagram", (uri?: Uri) =>
      showDiagram(documents.explanation(uri ?? window.activeTextEditor?.document.uri), panel),
    ),
    commands.registerCommand("queryscope.explain", () => explain.run({ analyze: false })),
    commands.registerCommand("queryscope.explainAnalyze", () => explain.run({ analyze: true })),
    commands.registerCommand("queryscope.proveAt", (finding: ProvedFinding) => prove.run(finding)),
    commands.registerCommand("queryscope.useRowCounts", () => useRowCounts(server, profiles)),
    commands.registerCommand("queryscope.chooseConnection", () =>
      profiles.choose(window.activeTextEditor?.document.uri),
    ),
    commands.registerCommand("queryscope.forgetPasswords", () => profiles.forgetPasswords()),
  ];
}

class ExplainCommand {
  readonly #server: ExplainServer;
  readonly #profiles: ConnectionProfiles;
  readonly #documents: PlanDocuments;
  readonly #log: LogOutputChannel;

  constructor(
    server: ExplainServer,
    profiles: ConnectionProfiles,
    documents: PlanDocuments,
    log: LogOutputChannel,
  ) {
    this.#server = server;
    this.#profiles = profiles;
    this.#documents = documents;
    this.#log = log;
  }

  async run({ analyze }: { readonly analyze: boolean }): Promise<void> {
    const editor = window.activeTextEditor;
    if (editor === undefined || editor.document.languageId !== "python") {
      await window.showInformationMessage(l10n.t("Put the cursor on a queryset in a Python file first."));
      return;
    }
    if (!workspace.isTrusted) return refuseUntrusted();
    const choice = await this.#profiles.current(editor.document.uri);
    if (choice === undefined) return;
    if (analyze && !(await mayAnalyze(choice))) return;
    const { uri } = editor.document;
    const place = `${workspace.asRelativePath(uri)}:${editor.selection.start.line + 1}`;
    const shown = ({ explanation: { statements } }: ExplainResult) => ({ uri, place, statements });
    let early: ExplainResult | undefined;
    const onSql = (sql: ExplainResult) => {
      early = sql;
      void this.#documents.show(`${sql.text}\n${l10n.t("Planning …")}\n`, shown(sql));
    };
    const result = await this.#explain(editor, choice, analyze, onSql);
    if (result === undefined) {
      if (early !== undefined) await this.#documents.show(early.text, shown(early));
      return;
    }
    if (result.explanation.expression === null) {
      await window.showInformationMessage(l10n.t("Queryscope: {0}", result.explanation.error?.message ?? ""));
      return;
    }
    await this.#documents.show(result.text, shown(result));
  }

  async #explain(
    { document, selection }: TextEditor,
    choice: ConnectionChoice,
    analyze: boolean,
    onSql: ExplainObserver["onSql"],
  ): Promise<ExplainResult | undefined> {
    const common = {
      ...(await toolArguments(document.uri, this.#log)),
      range: { start: selection.start, end: selection.end },
      analyze,
    };
    if (choice.kind === "sqlOnly") return this.#ask({ ...common, sqlOnly: true }, onSql);
    if (choice.kind === "embedded") return this.#ask(analyze ? { ...common, generatedRows } : common, onSql);
    return askWithPassword(this.#profiles, choice.profile, {
      ask: (connection) => this.#ask({ ...common, connection }, onSql),
      errorOf: ({ explanation }) => explanation.error,
    });
  }

  async #ask(params: ExplainArguments, onSql: ExplainObserver["onSql"]): Promise<ExplainResult | undefined> {
    return withCancellation(l10n.t("Queryscope: explaining the queryset"), (token, onProgress) =>
      this.#server.explain(params, token, { onSql, onProgress }),
    );
  }
}

async function showDiagram(explanation: ShownExplanation | undefined, panel: PlanPanel): Promise<void> {
  if (explanation !== undefined && panel.show(explanation)) return;
  await window.showInformationMessage(
    l10n.t("Explain a queryset first; its plan is then shown as a diagram."),
  );
}

/** Of each table at most: they take half a minute. */
const generatedRows = 500_000;

/** Asked each time, and never remembered: the query runs for real. */
async function mayAnalyze(choice: ConnectionChoice): Promise<boolean> {
  if (choice.kind === "embedded") {
    const generate = l10n.t("Generate Rows");
    const message = l10n.t("Generate rows for the tables of the query, and run it on them?");
    const detail = l10n.t("In memory, without a database: up to {0} rows of each table.", generatedRows);
    return (await window.showWarningMessage(message, { modal: true, detail }, generate)) === generate;
  }
  if (choice.kind === "sqlOnly") {
    await window.showInformationMessage(
      l10n.t("Choose a database first: the command Queryscope: Choose Connection."),
    );
    return false;
  }
  const run = l10n.t("Run the Query");
  const question = l10n.t("Run the query on {0} to measure it?", placeOf(choice.profile));
  const detail = l10n.t("In a read-only transaction that is rolled back, for at most 5 seconds.");
  return (await window.showWarningMessage(question, { modal: true, detail }, run)) === run;
}
