/** Shared by all nodes that have nothing in a list. */
export const none: readonly never[] = [];

/** The same elements in an array without spare room: a list that grew by `push` keeps space for 16 more. */
export function compact<Element>(grown: readonly Element[]): readonly Element[] {
  return grown.length === 0 ? none : grown.slice();
}
