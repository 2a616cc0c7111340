/** What the client was last told about each document that it pulled, by the URI that it uses. */
export class ReportedDiagnostics {
  readonly #resultIds = new Map<string, string>();

  get all(): readonly { readonly uri: string; readonly resultId: string }[] {
    return [...this.#resultIds].map(([uri, resultId]) => ({ uri, resultId }));
  }

  set(uri: string, resultId: string): void {
    this.#resultIds.set(uri, resultId);
  }

  /** The document was closed: what the client shows of it, if anything, comes from workspace diagnostics. */
  delete(uri: string): void {
    this.#resultIds.delete(uri);
  }
}
