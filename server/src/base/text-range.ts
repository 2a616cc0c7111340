/** A half-open range of text, `start` inclusive and `end` exclusive, in UTF-16 code units from the start of the file. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A range in a file. `path` is relative to the workspace root and uses `/`. */
export interface Location {
  readonly path: string;
  readonly range: TextRange;
}

export function containsRange(outer: TextRange, inner: TextRange): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

export function rangesOverlap(first: TextRange, second: TextRange): boolean {
  return first.start < second.end && second.start < first.end;
}

/** Also true where one ends at the start of the other: a cursor at the end of a word is on it. */
export function rangesTouch(first: TextRange, second: TextRange): boolean {
  return first.start <= second.end && second.start <= first.end;
}
