/** Something opened and not yet closed. A `replacement` is an expression in an f-string, from its brace. */
export interface Opened {
  readonly kind: "bracket" | "typeParameters" | "string" | "replacement" | "formatSpecifier";
  /** What closes it, where it has to be closed for the user. */
  readonly closer: string;
  readonly start: number;
  /** Of the string that it is or lies in: whether its prefix has an `r`. */
  readonly isRaw: boolean;
}

/** What is open at a place in a file, outermost first. */
export class OpenConstructs {
  private readonly entries: Opened[] = [];

  get depth(): number {
    return this.entries.length;
  }

  get innermost(): Opened | undefined {
    // Reading before the start of an array is slow in V8.
    return this.entries.length === 0 ? undefined : this.entries[this.entries.length - 1];
  }

  push(entry: Opened): void {
    this.entries.push(entry);
  }

  /** The depth at which the innermost entry of that sort lies, and the entry. */
  find(isSought: (entry: Opened) => boolean): { readonly depth: number; readonly entry: Opened } | undefined {
    for (let depth = this.entries.length - 1; depth >= 0; depth--) {
      const entry = this.entries[depth];
      if (entry !== undefined && isSought(entry)) return { depth, entry };
    }
    return undefined;
  }

  /** What closes everything from a depth on, innermost first. */
  closersFrom(depth: number): string {
    return this.entries
      .slice(depth)
      .reverse()
      .map(({ closer }) => closer)
      .join("");
  }

  closeFrom(depth: number): void {
    while (this.entries.length > depth) this.entries.pop();
  }
}
