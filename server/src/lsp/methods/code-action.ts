import {
  type CancellationToken,
  type CodeActionContext,
  type CodeActionParams,
  CodeActionRequest,
  CodeActionTriggerKind,
  type Command,
  type Diagnostic,
  type CodeAction as LspCodeAction,
} from "vscode-languageserver";
import { rangesTouch, type TextRange } from "../../base/text-range.ts";
import type { ActionCommand, CodeAction, CodeActionKind } from "../../ide/code-action.ts";
import { findingActionsAt, type RunnableCommands } from "../../ide/finding-actions.ts";
import { fixAllIn } from "../../ide/fix-all.ts";
import { quickFixesAt } from "../../ide/quick-fixes.ts";
import { refactoringsAt } from "../../ide/refactorings.ts";
import { suppressionsAt } from "../../ide/suppressions.ts";
import type { AnalysedFolder } from "../folder.ts";
import { toTextRange } from "../positions.ts";
import { proveAt } from "../prove-at.ts";
import { answering, contentModified } from "../requests.ts";
import { openRulePageCommand } from "../rule-page.ts";
import type { ServerContext } from "../server-context.ts";
import { showPath } from "../show-path.ts";
import { canApply, toWorkspaceEdit } from "../to-workspace-edit.ts";

/** `textDocument/codeAction` */
export function handleCodeAction(context: ServerContext): void {
  const { type, method } = CodeActionRequest;
  context.connection.onRequest(
    type,
    answering(context, method, async (params, token): Promise<LspCodeAction[]> => {
      const offer = await codeActionsFor(context, params, token);
      return offer?.actions.map((action, index) => toCodeAction(context, params, offer, action, index)) ?? [];
    }),
  );
}

export interface CodeActionOffer {
  readonly folder: AnalysedFolder;
  readonly path: string;
  readonly range: TextRange;
  readonly actions: readonly CodeAction[];
}

/** Kept by the client with an action until it is chosen: enough to compute the same action again. */
export interface CodeActionData {
  readonly params: CodeActionParams;
  /** Of the document; null where it is not open. */
  readonly version: number | null;
  /** Among the actions that are offered for `params`. */
  readonly index: number;
  /** Without the place: another analysis may have another action there. */
  readonly title: string;
}

/**
 * What can be done in a range of a document. Answered from the server's own findings for the document's present
 * version: the diagnostics that the client sends along may be older, and some clients count their columns in bytes.
 * @returns undefined for a document that is not analysed
 */
export async function codeActionsFor(
  { client, documents, folders }: ServerContext,
  params: CodeActionParams,
  token: CancellationToken,
): Promise<CodeActionOffer | undefined> {
  const { uri } = params.textDocument;
  const place = folders.locate(uri);
  if (place === undefined) return undefined;
  const version = documents.get(uri)?.version;
  const folder = await place.folder.current(token);
  // The range was meant for the version that the client had when it asked.
  if (documents.get(uri)?.version !== version) throw contentModified();
  const lines = folder.lines(place.path);
  if (lines === undefined) return undefined;
  const range = toTextRange(lines, params.range);
  const commands = { openRulePage: client.opensPages, showPath: client.showsPath, prove: client.proves };
  const actions = actionsIn(folder, place.path, range, params.context, commands).filter((action) =>
    canApply(action, folder, client),
  );
  return { folder, path: place.path, range, actions };
}

function actionsIn(
  { snapshot }: AnalysedFolder,
  path: string,
  range: TextRange,
  context: CodeActionContext,
  commands: RunnableCommands,
): readonly CodeAction[] {
  const wanted = (kind: CodeActionKind): boolean =>
    context.only === undefined || context.only.some((only) => kind === only || kind.startsWith(`${only}.`));
  // Actions on the whole file are asked for by name or by hand; they have no part in the light bulb.
  const automatic = context.only === undefined && context.triggerKind === CodeActionTriggerKind.Automatic;
  const fixAll = wanted("source.fixAll.queryscope") && !automatic ? fixAllIn(snapshot, path) : undefined;
  return [
    ...(wanted("quickfix")
      ? [
          ...quickFixesAt(snapshot, path, range),
          ...findingActionsAt(snapshot, path, range, commands),
          // Repairs come before what hides them.
          ...suppressionsAt(snapshot, path, range),
        ]
      : []),
    ...refactoringsAt(snapshot, path, range).filter(({ kind }) => wanted(kind)),
    ...(fixAll === undefined ? [] : [fixAll]),
  ];
}

function toCodeAction(
  context: ServerContext,
  params: CodeActionParams,
  offer: CodeActionOffer,
  action: CodeAction,
  index: number,
): LspCodeAction {
  const { client, documents } = context;
  const { folder } = offer;
  const diagnostics = settledDiagnostics(context, offer, action);
  const data = (): CodeActionData => ({
    params: { ...params, context: { ...params.context, diagnostics: [] } },
    version: documents.get(params.textDocument.uri)?.version ?? null,
    index,
    title: action.title,
  });
  return {
    title: titleOf(action, folder),
    kind: action.kind,
    ...(action.preferred && { isPreferred: true }),
    ...(diagnostics.length > 0 && { diagnostics }),
    ...(action.command !== undefined
      ? { command: toCommand(action.title, action.command, folder) }
      : client.resolvesCodeActionEdit
        ? { data: data() }
        : { edit: toWorkspaceEdit(action, folder, client) }),
  };
}

function toCommand(title: string, command: ActionCommand, folder: AnalysedFolder): Command {
  switch (command.kind) {
    case "openRulePage":
      return { title, command: openRulePageCommand, arguments: [command.rule] };
    case "prove":
      return proveAt(title, folder.uriOf(command.path), command.fingerprint);
    case "showPath":
      return showPath(title, command.title, command.steps, folder);
  }
}

/** `Add select_related("owner") (projects/views.py:19)` */
function titleOf({ title, elsewhere }: CodeAction, folder: AnalysedFolder): string {
  if (elsewhere === undefined) return title;
  const line = folder.lines(elsewhere.path)?.positionAt(elsewhere.range.start).line;
  return line === undefined ? `${title} (${elsewhere.path})` : `${title} (${elsewhere.path}:${line + 1})`;
}

/** The diagnostics in the asked range that go away with the action, as the client knows them. */
function settledDiagnostics(
  { reports }: ServerContext,
  { folder, path, range }: CodeActionOffer,
  action: CodeAction,
): Diagnostic[] {
  const { items, sources } = reports.of(folder, path);
  return items.filter((_, index) => {
    const source = sources[index];
    return (
      source !== undefined &&
      rangesTouch(source.range, range) &&
      source.findings.some((finding) => action.findings.includes(finding))
    );
  });
}
