/** Shared by all nodes that have nothing in a list. */
export const none: readonly never[] = [];

/**
 * The same elements in an array without spare room, for lists that are kept: one that grew by `push`, that `filter` or
 * `flatMap` made, or `[...list, element]`, keeps space for 16 more. `concat`, `map` and `slice` leave none.
 */
export function compact<Element>(grown: readonly Element[]): readonly Element[] {
  return grown.length === 0 ? none : grown.slice();
}
