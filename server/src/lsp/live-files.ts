import type { TextDocument } from "vscode-languageserver-textdocument";
import type { ParsedDocument, PythonParser } from "../syntax/python-parser.ts";
import type { SourceFile } from "../syntax/source-file.ts";

/** The trees of open documents as they are at this moment, for requests that cannot wait for the analysis. */
export class LiveFiles {
  readonly #parser: () => Promise<PythonParser>;
  readonly #documents = new Map<string, { readonly parsed: ParsedDocument; version: number }>();

  constructor(parser: () => Promise<PythonParser>) {
    this.#parser = parser;
  }

  /** @param path relative to the folder, as the analysis calls the file */
  async file(document: TextDocument, path: string): Promise<SourceFile> {
    const parser = await this.#parser();
    const { uri, version } = document;
    const known = this.#documents.get(uri);
    if (known === undefined || known.parsed.file.path !== path) {
      known?.parsed.close();
      const parsed = parser.openDocument(path, document.getText());
      this.#documents.set(uri, { parsed, version });
      return parsed.file;
    }
    if (known.version !== version) {
      known.parsed.update(document.getText());
      known.version = version;
    }
    return known.parsed.file;
  }

  close(uri: string): void {
    this.#documents.get(uri)?.parsed.close();
    this.#documents.delete(uri);
  }
}
