import {
  type CancellationToken,
  type Disposable,
  DocumentLink,
  type DocumentLinkProvider,
  EventEmitter,
  l10n,
  languages,
  Range,
  type TextDocument,
  type TextDocumentContentProvider,
  Uri,
  ViewColumn,
  window,
  workspace,
} from "vscode";
import type { ShownExplanation } from "./explanation.ts";

export const planScheme = "queryscope-plan";

interface Shown {
  readonly text: string;
  readonly explanation: ShownExplanation;
}

/** Explanations as read-only documents, whose places and rules are links. Their content goes when the document is closed. */
export class PlanDocuments implements TextDocumentContentProvider, DocumentLinkProvider {
  readonly #shown = new Map<string, Shown>();
  readonly #changed = new EventEmitter<Uri>();
  readonly onDidChange = this.#changed.event;

  register(): Disposable {
    const provider = workspace.registerTextDocumentContentProvider(planScheme, this);
    const links = languages.registerDocumentLinkProvider({ scheme: planScheme }, this);
    const closing = workspace.onDidCloseTextDocument(({ uri }) => this.#shown.delete(uri.toString()));
    return {
      dispose: () => [provider, links, closing, this.#changed].forEach((each) => void each.dispose()),
    };
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.#shown.get(uri.toString())?.text ?? "";
  }

  /** What a document shows; undefined for others than these. */
  explanation(uri: Uri | undefined): ShownExplanation | undefined {
    return this.#shown.get(uri?.toString() ?? "")?.explanation;
  }

  provideDocumentLinks(document: TextDocument, _token: CancellationToken): DocumentLink[] {
    const shown = this.#shown.get(document.uri.toString());
    if (shown === undefined) return [];
    const { uri } = shown.explanation;
    return [...Array(document.lineCount).keys()].flatMap((line) => {
      const { text } = document.lineAt(line);
      const link = (match: RegExpMatchArray, target: Uri, tooltip: string): DocumentLink => {
        const start = match.index ?? 0;
        const found = new DocumentLink(new Range(line, start, line, start + match[0].length), target);
        found.tooltip = tooltip;
        return found;
      };
      // The lines of the steps that cost most: what stands there is the server's.
      if (!/^ {2}\d+ % /.test(text)) return [];
      const place = text.match(/[^ :]+:(\d+):(\d+)$/);
      const rule = text.match(/QS\d+ ([a-z0-9-]+)(?=\): )/);
      const command = `queryscope.server.openRulePage?${encodeURIComponent(JSON.stringify([rule?.[1]]))}`;
      return [
        ...(place === null
          ? []
          : [link(place, uri.with({ fragment: `L${place[1]},${place[2]}` }), l10n.t("Go to line"))]),
        ...(rule === null
          ? []
          : [link(rule, Uri.parse(`command:${command}`), l10n.t("Open the page of the rule"))]),
      ];
    });
  }

  /** Shows a text beside the editor; one about the same place replaces what was shown before. */
  async show(text: string, explanation: ShownExplanation): Promise<void> {
    const uri = Uri.from({
      scheme: planScheme,
      path: `/${explanation.place.replaceAll("/", "_")}.queryscope-plan`,
    });
    this.#shown.set(uri.toString(), { text, explanation });
    this.#changed.fire(uri);
    if (window.visibleTextEditors.some(({ document }) => document.uri.toString() === uri.toString())) return;
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(document, {
      viewColumn: ViewColumn.Beside,
      preview: true,
      preserveFocus: true,
    });
  }
}
