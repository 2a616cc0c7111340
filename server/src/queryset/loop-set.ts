/** The loops with whose iterations a value changes, by their identity. Small, sorted and never changed. */
export type LoopSet = readonly number[];

export const noLoops: LoopSet = [];

export function unionLoops(first: LoopSet, second: LoopSet): LoopSet {
  if (second.length === 0 || first === second) return first;
  if (first.length === 0) return second;
  if (isSubset(second, first)) return first;
  if (isSubset(first, second)) return second;
  const union: number[] = [];
  let next = 0;
  for (const loop of first) {
    for (let other = second[next]; other !== undefined && other <= loop; other = second[++next]) {
      if (other < loop) union.push(other);
    }
    union.push(loop);
  }
  return union.concat(second.slice(next));
}

function isSubset(part: LoopSet, whole: LoopSet): boolean {
  if (part.length > whole.length) return false;
  for (const loop of part) if (!whole.includes(loop)) return false;
  return true;
}
