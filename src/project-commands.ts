import { commands, type Disposable, l10n, Uri, window, workspace } from "vscode";
import type { OverviewFinding } from "./project-overview.ts";
import type { ProjectNode } from "./project-tree.ts";
import type { ProjectView } from "./project-view.ts";

type FindingName = Pick<OverviewFinding, "uri" | "fingerprint">;

/** The server, as far as these commands need it. */
export interface AcceptingServer {
  suppress(finding: FindingName, scope: "line" | "file"): Promise<void>;
  /** @param findings undefined for all */
  changeBaseline(
    change: "add" | "remove",
    findings: readonly FindingName[] | undefined,
  ): Promise<readonly { readonly uri: string; readonly text: string }[]>;
}

/** What can be done in the view *Project*. */
export function registerProjectCommands(view: ProjectView, server: AcceptingServer): readonly Disposable[] {
  const changeBaseline = async (
    change: "add" | "remove",
    nodes: readonly ProjectNode[] | undefined,
  ): Promise<void> => {
    const findings = nodes?.flatMap((node) => node.findings).map(nameOf);
    for (const { uri, text } of await server.changeBaseline(change, findings)) {
      // The server watches the file, and analyses again.
      await workspace.fs.writeFile(Uri.parse(uri), new TextEncoder().encode(text));
    }
  };
  return [
    commands.registerCommand("queryscope.refreshProject", () => view.refresh()),
    commands.registerCommand("queryscope.filterProject", () => filter(view)),
    commands.registerCommand("queryscope.clearFilter", () => view.setFilter("")),
    commands.registerCommand("queryscope.suppressOnLine", async (node: ProjectNode) => {
      for (const finding of node.findings) await server.suppress(nameOf(finding), "line");
    }),
    commands.registerCommand("queryscope.suppressInFile", async (node: ProjectNode) => {
      for (const finding of node.findings) await server.suppress(nameOf(finding), "file");
    }),
    commands.registerCommand("queryscope.addToBaseline", (node: ProjectNode, selected?: ProjectNode[]) =>
      changeBaseline("add", selected ?? [node]),
    ),
    commands.registerCommand("queryscope.addAllToBaseline", async () => {
      const add = l10n.t("Add All");
      const question = l10n.t("Add all findings of the workspace to the baseline?");
      const detail = l10n.t("They are counted and not reported until they are removed from it.");
      const answer = await window.showWarningMessage(question, { modal: true, detail }, add);
      if (answer === add) await changeBaseline("add", undefined);
    }),
    commands.registerCommand("queryscope.removeFromBaseline", (node: ProjectNode, selected?: ProjectNode[]) =>
      changeBaseline("remove", selected ?? [node]),
    ),
  ];
}

function nameOf({ uri, fingerprint }: OverviewFinding): FindingName {
  return { uri, fingerprint };
}

async function filter(view: ProjectView): Promise<void> {
  const entered = await window.showInputBox({
    title: l10n.t("Filter the Project"),
    prompt: l10n.t("Part of a message, rule, file, function or class"),
    value: view.filter,
  });
  if (entered !== undefined) await view.setFilter(entered);
}
