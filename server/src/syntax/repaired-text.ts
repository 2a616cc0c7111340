import type { TextRange } from "../base/text-range.ts";

/** A change to the text before it is parsed. */
export interface Patch extends TextRange {
  readonly text: string;
  /** False where the text is Python that the grammar does not know. */
  readonly isError: boolean;
}

/** The text that the parser gets, and where each of its characters comes from. */
export interface RepairedText {
  readonly text: string;
  /** From offsets of `text` to offsets of the original; undefined where they are the same. */
  readonly origin: Uint32Array | undefined;
  /** Where the original is not Python, in order. */
  readonly errors: readonly TextRange[];
}

/** @param patches in order, without overlaps. */
export function patchedText(
  original: string,
  patches: readonly Patch[],
): Pick<RepairedText, "text" | "origin"> {
  if (patches.length === 0) return { text: original, origin: undefined };
  const pieces: string[] = [];
  let end = 0;
  for (const patch of patches) {
    pieces.push(original.slice(end, patch.start), patch.text);
    end = patch.end;
  }
  pieces.push(original.slice(end));
  const text = pieces.join("");
  return { text, origin: text.length === original.length ? undefined : originOf(original, text, patches) };
}

function originOf(original: string, text: string, patches: readonly Patch[]): Uint32Array {
  const origin = new Uint32Array(text.length + 1);
  let at = 0;
  let from = 0;
  const copyUntil = (end: number): void => {
    while (from < end) origin[at++] = from++;
  };
  for (const patch of patches) {
    copyUntil(patch.start);
    // A replacement of the same length keeps its characters' places; an insertion has none.
    for (let index = 0; index < patch.text.length; index++) {
      origin[at++] = Math.min(patch.start + index, patch.end);
    }
    from = patch.end;
  }
  copyUntil(original.length);
  origin[at] = original.length;
  return origin;
}
