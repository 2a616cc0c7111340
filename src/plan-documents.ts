import {
  type Disposable,
  EventEmitter,
  type TextDocumentContentProvider,
  Uri,
  ViewColumn,
  window,
  workspace,
} from "vscode";

const scheme = "queryscope-plan";

/** Explanations as read-only documents. Their content goes when the document is closed. */
export class PlanDocuments implements TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  readonly #changed = new EventEmitter<Uri>();
  readonly onDidChange = this.#changed.event;

  register(): Disposable {
    const provider = workspace.registerTextDocumentContentProvider(scheme, this);
    const closing = workspace.onDidCloseTextDocument(({ uri }) => this.#texts.delete(uri.toString()));
    return { dispose: () => [provider, closing, this.#changed].forEach((each) => void each.dispose()) };
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.#texts.get(uri.toString()) ?? "";
  }

  /** Shows a text beside the editor; the same title replaces what it showed before. */
  async show(title: string, text: string): Promise<void> {
    const uri = Uri.from({ scheme, path: `/${title}.sql` });
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(document, {
      viewColumn: ViewColumn.Beside,
      preview: true,
      preserveFocus: true,
    });
  }
}
