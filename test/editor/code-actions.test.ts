import { expect, it, vi } from "vitest";
import type { CancellationToken, CodeAction, CodeActionContext, Range, TextDocument } from "vscode";
import { CancellationError } from "vscode";
import { codeActionMiddleware } from "../../src/code-actions.ts";

vi.mock("vscode", async () => ({
  ...(await import("./support/localization.ts")),
  CancellationError: class extends Error {},
  CodeAction: Action,
  CodeActionKind: { Source: { contains: (kind: string) => kind.startsWith("source") } },
  WorkspaceEdit: class {
    readonly size = 0;
  },
  window: { showInformationMessage: shown },
}));

const shown = vi.hoisted(() => vi.fn());
const Action = vi.hoisted(
  () =>
    class {
      readonly title: string;
      constructor(title: string, given: object) {
        this.title = title;
        Object.assign(this, given);
      }
    },
);

const action = (title: string, given: object) => new Action(title, given) as CodeAction;
const { provideCodeActions, resolveCodeAction } = codeActionMiddleware;
const kept = { isCancellationRequested: false } as CancellationToken;

it("gives an edit of nothing to actions with a command, which VS Code then runs without asking", async () => {
  const command = { title: "Show the path", command: "queryscope.showPath", arguments: [{}] };
  const answer = [action("Show the path", { command }), action("Add select_related()", {}), command];
  const [document, range, context] = [{} as TextDocument, {} as Range, {} as CodeActionContext];
  const given = await provideCodeActions?.(document, range, context, kept, async () => answer);
  expect(given).toEqual([
    expect.objectContaining({ title: "Show the path", edit: { size: 0 } }),
    expect.not.objectContaining({ edit: expect.anything() }),
    command,
  ]);
});

it("says that nothing was done where the code has changed since the action was offered", async () => {
  const outdated = async (): Promise<never> => {
    throw new CancellationError();
  };
  const resolve = (given: object, token = kept) =>
    resolveCodeAction?.(action("Add select_related()", given), token, outdated);
  await expect(resolve({ kind: "source.fixAll" })).rejects.toThrow(CancellationError);
  await expect(resolve({ kind: "quickfix" }, { ...kept, isCancellationRequested: true })).rejects.toThrow(
    CancellationError,
  );
  expect(shown).not.toHaveBeenCalled();
  await expect(resolve({ kind: "quickfix" })).rejects.toThrow(CancellationError);
  expect(shown).toHaveBeenCalledExactlyOnceWith(
    '"Add select_related()" was meant for code that has changed since. Nothing was done.',
  );
});
