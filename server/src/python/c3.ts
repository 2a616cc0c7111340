import { compact } from "../base/compact.ts";

/**
 * The C3 linearization, made total: where the constraints contradict each other (Python raises `TypeError`), the
 * leftmost candidate is taken and the order goes on.
 */
export function linearize<T>(
  start: T,
  bases: readonly T[],
  orderOf: (base: T) => readonly T[],
  keyOf: (item: T) => unknown,
): readonly T[] {
  if (bases.length === 0) return [start];
  const [onlyBase, ...others] = bases;
  if (onlyBase !== undefined && others.length === 0) return [start].concat(orderOf(onlyBase));

  const sequences = [...bases.map(orderOf), bases].map((items) =>
    items.map((item) => ({ item, key: keyOf(item) })),
  );
  const positions = sequences.map(() => 0);
  /** In how many sequences a key stands behind the head. */
  const behind = new Map<unknown, number>();
  for (const sequence of sequences) {
    for (const { key } of sequence.slice(1)) behind.set(key, (behind.get(key) ?? 0) + 1);
  }

  const order: T[] = [start];
  const taken = new Set<unknown>([keyOf(start)]);
  for (;;) {
    const heads = sequences.flatMap((sequence, index) => sequence[positions[index] ?? 0] ?? []);
    const next = heads.find(({ key }) => (behind.get(key) ?? 0) === 0) ?? heads[0];
    if (next === undefined) return compact(order);
    if (!taken.has(next.key)) {
      taken.add(next.key);
      order.push(next.item);
    }
    sequences.forEach((sequence, index) => {
      const position = positions[index] ?? 0;
      if (sequence[position]?.key !== next.key) return;
      positions[index] = position + 1;
      const promoted = sequence[position + 1];
      if (promoted) behind.set(promoted.key, (behind.get(promoted.key) ?? 1) - 1);
    });
  }
}
