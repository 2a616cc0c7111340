/** `Q` objects: what `&`, `|` and `~` make of them. */
import { variesOf } from "../../queryset/join.ts";
import { unionLoops } from "../../queryset/loop-set.ts";
import { conditionOf } from "../../queryset/row-facts.ts";
import type { Unknown, Value } from "../../queryset/value.ts";

export function isCondition(value: Value): value is Unknown {
  return value.kind === "unknown" && value.condition !== undefined;
}

/** Undefined where neither operand is known for a condition. */
export function combinedCondition(operator: string, left: Value, right: Value): Unknown | undefined {
  if ((operator !== "|" && operator !== "&") || !(isCondition(left) || isCondition(right))) return undefined;
  return {
    kind: "unknown",
    varies: unionLoops(variesOf(left), variesOf(right)),
    condition: { kind: operator === "|" ? "any" : "all", parts: [conditionOf(left), conditionOf(right)] },
  };
}

export function negatedCondition(value: Unknown): Unknown {
  return { kind: "unknown", varies: value.varies, condition: { kind: "not", part: conditionOf(value) } };
}
