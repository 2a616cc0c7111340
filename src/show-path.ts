import { commands, type Disposable, l10n, type QuickPickItem, Range, Uri, window, workspace } from "vscode";
import type { ClientCapabilities, FeatureState, StaticFeature } from "vscode-languageclient";

/** The argument that the server gives to the command; see `server/src/lsp/show-path.ts`. */
interface ShowPathArguments {
  readonly title: string;
  readonly steps: readonly { readonly message: string; readonly uri: string; readonly range: PlainRange }[];
}

interface PlainRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

interface StepItem extends QuickPickItem {
  readonly uri: Uri;
  readonly range: Range;
}

/** Tells the server that this client leads through paths, explains querysets and tries indexes. */
export const clientCommandsFeature: StaticFeature = {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    capabilities.experimental = {
      ...capabilities.experimental,
      commands: ["queryscope.showPath", "queryscope.explainAt", "queryscope.proveAt"],
    };
  },
  initialize(): void {},
  getState(): FeatureState {
    return { kind: "static" };
  },
  clear(): void {},
};

/** Explains the queryset at a place, which is shown for it. */
export function registerExplainAt(): Disposable {
  return commands.registerCommand(
    "queryscope.explainAt",
    async ({ uri, range }: { readonly uri: string; readonly range: PlainRange }) => {
      await window.showTextDocument(Uri.parse(uri), { selection: toRange(range) });
      await commands.executeCommand("queryscope.explain");
    },
  );
}

export function registerShowPath(): Disposable {
  return commands.registerCommand("queryscope.showPath", showPath);
}

/**
 * Lists the steps in their order; the editor shows the one that is chosen in the list. Enter stays there, Escape goes
 * back to where the user was.
 */
async function showPath({ title, steps }: ShowPathArguments): Promise<void> {
  const origin = window.activeTextEditor;
  const selection = origin?.selection;
  const picker = window.createQuickPick<StepItem>();
  picker.title = l10n.t("Path of {0}", title);
  picker.items = steps.map(({ message, uri, range }, index) => ({
    label: `${index + 1}. ${message}`,
    description: `${workspace.asRelativePath(Uri.parse(uri))}:${range.start.line + 1}`,
    uri: Uri.parse(uri),
    range: toRange(range),
  }));
  let revealed = Promise.resolve();
  const chosen = await new Promise<StepItem | undefined>((resolve) => {
    picker.onDidChangeActive(([step]) => {
      if (step !== undefined) revealed = revealed.finally(() => reveal(step, true));
    });
    picker.onDidAccept(() => resolve(picker.activeItems[0]));
    picker.onDidHide(() => resolve(undefined));
    picker.show();
  });
  picker.dispose();
  try {
    // A file that opens late would come before the one that the user is to see.
    await revealed;
  } finally {
    if (chosen !== undefined) await reveal(chosen, false);
    else if (origin !== undefined && selection !== undefined) {
      await window.showTextDocument(origin.document, origin.viewColumn);
      origin.revealRange(selection);
    }
  }
}

function toRange({ start, end }: PlainRange): Range {
  return new Range(start.line, start.character, end.line, end.character);
}

async function reveal({ uri, range }: StepItem, preserveFocus: boolean): Promise<void> {
  await window.showTextDocument(uri, { selection: range, preserveFocus, preview: true });
}
