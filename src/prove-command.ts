import { type CancellationToken, type LogOutputChannel, l10n, Uri, window, workspace } from "vscode";
import { withCancellation } from "./command-tools.ts";
import type { ConnectionProfiles } from "./connection-profiles.ts";
import { askWithPassword, refuseUntrusted, type ToolArguments, toolArguments } from "./explain-tools.ts";
import type { ExplainedStatement } from "./explanation.ts";
import type { PlanDocuments } from "./plan-documents.ts";

/** The argument that the server gives to the command; see `server/src/lsp/prove-at.ts`. */
export interface ProvedFinding {
  readonly uri: string;
  readonly fingerprint: string;
}

/** The argument of the server's command `queryscope.server.prove`. */
export interface ProveArguments extends ToolArguments {
  readonly fingerprint: string;
}

/** What the server answers, as far as it is shown here. */
export interface ProveResult {
  readonly text: string;
  readonly proof: {
    readonly code: string;
    readonly range: { readonly start: { readonly line: number } } | null;
    readonly verdict: "proven" | "withdrawn" | "undecided";
    readonly reason: string;
    readonly trials: readonly {
      readonly sql: string;
      readonly before: ProvedPlan;
      readonly after: ProvedPlan;
    }[];
    readonly error: { readonly kind: string; readonly message: string } | null;
  };
}

interface ProvedPlan {
  readonly plan: ExplainedStatement["plan"];
}

export interface ProveServer {
  /** @returns undefined when it was cancelled */
  prove(
    params: ProveArguments,
    token: CancellationToken,
    onProgress: (message: string) => void,
  ): Promise<ProveResult | undefined>;
}

/** *Prove it*: has the server try the index of a finding, and shows both plans. */
export class ProveCommand {
  readonly #server: ProveServer;
  readonly #profiles: ConnectionProfiles;
  readonly #documents: PlanDocuments;
  readonly #log: LogOutputChannel;

  constructor(
    server: ProveServer,
    profiles: ConnectionProfiles,
    documents: PlanDocuments,
    log: LogOutputChannel,
  ) {
    this.#server = server;
    this.#profiles = profiles;
    this.#documents = documents;
    this.#log = log;
  }

  async run({ uri: written, fingerprint }: ProvedFinding): Promise<void> {
    if (!workspace.isTrusted) return refuseUntrusted();
    const uri = Uri.parse(written);
    const choice = await this.#profiles.current(uri);
    if (choice === undefined) return;
    const common = { ...(await toolArguments(uri, this.#log)), fingerprint };
    const result =
      choice.kind === "embedded" || choice.kind === "sqlOnly"
        ? await this.#ask(common)
        : await askWithPassword(this.#profiles, choice.profile, {
            ask: (connection) => this.#ask({ ...common, connection }),
            errorOf: ({ proof }) => proof.error,
          });
    if (result === undefined) return;
    const { text, proof } = result;
    const place = `${workspace.asRelativePath(uri)}:${proof.range?.start.line ?? 1}`;
    await this.#documents.show(text, { uri, place, statements: statementsOf(result) });
    if (proof.verdict === "withdrawn")
      await window.showInformationMessage(l10n.t("Queryscope takes {0} back: {1}", proof.code, proof.reason));
  }

  async #ask(params: ProveArguments): Promise<ProveResult | undefined> {
    return withCancellation(l10n.t("Queryscope: trying the index"), (token, onProgress) =>
      this.#server.prove(params, token, onProgress),
    );
  }
}

/** Both plans of each query, for the diagram. */
function statementsOf({ proof: { trials } }: ProveResult): readonly ExplainedStatement[] {
  return trials.flatMap(({ sql, before, after }) => [
    { role: l10n.t("before"), sql, plan: before.plan, hotspots: [] },
    { role: l10n.t("after"), sql, plan: after.plan, hotspots: [] },
  ]);
}
