/** Keeps one string per identifier, however often and in however many files it occurs. */
export class NameTable {
  private readonly names = new Map<string, string>();

  intern(text: string, start: number, end: number): string {
    const slice = text.slice(start, end);
    const known = this.names.get(slice);
    if (known !== undefined) return known;
    const written = detached(slice);
    // Python compares identifiers in this form: `ﬁle` is `file`.
    const name = written.normalize("NFKC");
    this.names.set(written, name);
    return name;
  }
}

/** A slice of a long text keeps the whole text alive in V8; a string built from parts does not. */
function detached(slice: string): string {
  return slice.length < shortestSharedSlice ? slice : slice.split("").join("");
}

const shortestSharedSlice = 13;
