import {
  AnnotatedTextEdit,
  type CreateFile,
  type TextDocumentEdit,
  TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import { groupBy } from "../base/group-by.ts";
import { lineBreakOf } from "../edits/text-edit.ts";
import type { CodeAction } from "../ide/code-action.ts";
import type { FileEdit } from "../rules/finding.ts";
import type { ClientFeatures } from "./client-features.ts";
import type { AnalysedFolder } from "./folder.ts";
import { startOfFile, toRange } from "./positions.ts";

/** Whether the client can do what the action needs: create the files that do not exist. */
export function canApply(action: CodeAction, { snapshot }: AnalysedFolder, client: ClientFeatures): boolean {
  const created = action.edits.filter(({ path }) => snapshot.text(path) === undefined);
  return created.every(({ range }) => client.createsFiles && range.end === 0);
}

/** The edit of an action that the client {@link canApply}, for the documents' versions that were analysed. */
export function toWorkspaceEdit(
  action: CodeAction,
  folder: AnalysedFolder,
  client: ClientFeatures,
): WorkspaceEdit {
  const { snapshot } = folder;
  const textEdits = [...groupBy(action.edits, ({ path }) => path)].map(([path, edits]) => ({
    path,
    edits: toTextEdits(path, edits, folder),
  }));
  if (!client.documentChanges) {
    return { changes: Object.fromEntries(textEdits.map(({ path, edits }) => [folder.uriOf(path), edits])) };
  }
  const annotation = action.confirm && client.changeAnnotations ? "review" : undefined;
  const creations = textEdits
    .filter(({ path }) => snapshot.text(path) === undefined)
    .map(
      ({ path }): CreateFile => ({
        kind: "create",
        uri: folder.uriOf(path),
        options: { ignoreIfExists: true },
      }),
    );
  const changes = textEdits.map(
    ({ path, edits }): TextDocumentEdit => ({
      textDocument: { uri: folder.uriOf(path), version: folder.buffers.get(path)?.version ?? null },
      edits:
        annotation === undefined
          ? edits
          : edits.map((edit) => AnnotatedTextEdit.replace(edit.range, edit.newText, annotation)),
    }),
  );
  return {
    documentChanges: [...creations, ...changes],
    ...(annotation !== undefined && {
      changeAnnotations: { [annotation]: { label: action.title, needsConfirmation: true } },
    }),
  };
}

/** With the file's own line breaks: not every client converts them. */
function toTextEdits(path: string, edits: readonly FileEdit[], folder: AnalysedFolder): TextEdit[] {
  const lines = folder.lines(path);
  const lineBreak = lineBreakOf(folder.snapshot.text(path) ?? "");
  return edits.map(({ range, newText }) =>
    TextEdit.replace(
      lines === undefined ? startOfFile : toRange(lines, range),
      newText.replace(/\r\n?|\n/g, lineBreak),
    ),
  );
}
