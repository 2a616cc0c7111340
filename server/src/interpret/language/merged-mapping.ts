import { joinAll, variesOf } from "../../queryset/join.ts";
import { unionLoops } from "../../queryset/loop-set.ts";
import type { Value } from "../../queryset/value.ts";

/** `defaults | {"tasks": tasks}`: the right operand's entries win. What is not known about may hold anything else. */
export function mergedMapping(left: Value, right: Value): Value {
  const mappings = [left, right].filter((value) => value.kind === "mapping");
  const sizes = mappings.map(({ size }) => (size.kind === "constant" ? size.count : undefined));
  const count =
    sizes.includes(undefined) || mappings.length < 2 ? undefined : (sizes[0] ?? 0) + (sizes[1] ?? 0);
  return {
    kind: "mapping",
    entries: new Map(mappings.flatMap(({ entries }) => [...entries])),
    key: joinAll(mappings.map(({ key }) => key)),
    element: joinAll(mappings.map(({ element }) => element)),
    size: count === undefined ? { kind: "unknown" } : { kind: "constant", count },
    varies: unionLoops(variesOf(left), variesOf(right)),
    open: mappings.some(({ open }) => open) || undefined,
  };
}
