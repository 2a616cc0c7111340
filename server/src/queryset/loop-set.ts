/** The loops with whose iterations a value changes, by their identity. Small, sorted and never changed. */
export type LoopSet = readonly number[];

export const noLoops: LoopSet = [];

export function unionLoops(first: LoopSet, second: LoopSet): LoopSet {
  if (second.length === 0 || first === second) return first;
  if (first.length === 0) return second;
  const missing = second.filter((loop) => !first.includes(loop));
  return missing.length === 0 ? first : [...first, ...missing].sort((a, b) => a - b);
}
