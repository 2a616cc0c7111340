import { expect, it, vi } from "vitest";
import type { QuickPickItem } from "vscode";
import { registerShowPath } from "../../src/show-path.ts";

const editor = vi.hoisted(() => ({
  /** What the command is registered as. */
  showPath: async (_given: object): Promise<void> => {},
  /** The pick that is open. */
  hide: () => {},
  accept: () => {},
  activate: (_index: number) => {},
  /** Files in the order in which they came. */
  shown: [] as string[],
  /** Lets the files come that take their time. */
  open: new Map<string, () => void>(),
}));

vi.mock("vscode", async () => ({
  ...(await import("./support/localization.ts")),
  Uri: { parse: (uri: string) => uri },
  Range: class {},
  workspace: { asRelativePath: (uri: string) => uri },
  commands: {
    registerCommand: (_: string, run: (given: object) => Promise<void>) => {
      editor.showPath = run;
    },
  },
  window: {
    activeTextEditor: { document: "project.html", selection: {}, revealRange: () => {} },
    showTextDocument: async (file: string): Promise<void> => {
      if (file !== "project.html") await new Promise<void>((resolve) => editor.open.set(file, resolve));
      editor.shown.push(file);
    },
    createQuickPick: () => {
      const pick = {
        items: [] as QuickPickItem[],
        activeItems: [] as QuickPickItem[],
        onDidChangeActive: (listener: (items: QuickPickItem[]) => void) => {
          editor.activate = (index) => {
            pick.activeItems = pick.items.slice(index, index + 1);
            listener(pick.activeItems);
          };
        },
        onDidAccept: (listener: () => void) => {
          editor.accept = listener;
        },
        onDidHide: (listener: () => void) => {
          editor.hide = listener;
        },
        show: () => editor.activate(0),
        dispose: () => {},
      };
      return pick;
    },
  },
}));

const place = { line: 3, character: 0 };
const step = (uri: string) => ({ message: uri, uri, range: { start: place, end: place } });
const path = { title: "QS108", steps: [step("views.py"), step("models.py")] };

/** A file that takes its time to open is there now. */
async function opened(file: string): Promise<void> {
  await vi.waitUntil(() => editor.open.has(file));
  editor.open.get(file)?.();
  editor.open.delete(file);
}

function show(): Promise<void> {
  editor.shown.length = 0;
  registerShowPath();
  return editor.showPath(path);
}

it("goes back on Escape, although the file of a step opens late", async () => {
  const shown = show();
  editor.hide();
  await opened("views.py");
  await shown;
  expect(editor.shown).toEqual(["views.py", "project.html"]);
});

it("stays at the step that is chosen, although the file of one before it opens late", async () => {
  const shown = show();
  editor.activate(1);
  editor.accept();
  await opened("views.py");
  await opened("models.py");
  await opened("models.py");
  await shown;
  expect(editor.shown).toEqual(["views.py", "models.py", "models.py"]);
});
