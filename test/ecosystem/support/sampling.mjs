import { createHash } from "node:crypto";

/**
 * Draws items so that every stratum is represented before any is represented twice, and so on. The order within a
 * stratum, and that of the strata, is decided by the seed alone.
 * @template Item
 * @param {readonly Item[]} items
 * @param {{ seed: string, size: number, stratum: (item: Item) => string, identity: (item: Item) => string }} options
 * @returns {readonly Item[]}
 */
export function stratifiedSample(items, { seed, size, stratum, identity }) {
  const shuffled = items
    .map((item) => ({
      item,
      key: createHash("sha256")
        .update(`${seed}\0${identity(item)}`)
        .digest("hex"),
    }))
    .sort((first, second) => (first.key < second.key ? -1 : 1));
  /** @type {Map<string, number>} */
  const counts = new Map();
  return shuffled
    .map(({ item, key }) => {
      const turn = counts.get(stratum(item)) ?? 0;
      counts.set(stratum(item), turn + 1);
      return { item, key, turn };
    })
    .sort((first, second) => first.turn - second.turn || (first.key < second.key ? -1 : 1))
    .slice(0, size)
    .map(({ item }) => item);
}
