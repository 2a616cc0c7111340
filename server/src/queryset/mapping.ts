import { unknown } from "./join.ts";
import { noLoops } from "./loop-set.ts";
import type { Mapping, Value } from "./value.ts";

/** A dictionary with these entries; with no others, unless its size says so. */
export function mappingOf(
  entries: ReadonlyMap<string, Value>,
  others: Partial<Omit<Mapping, "kind" | "entries">> = {},
): Mapping {
  return {
    kind: "mapping",
    entries: new Map(entries),
    key: unknown,
    element: unknown,
    size: { kind: "constant", count: entries.size },
    varies: noLoops,
    ...others,
  };
}
