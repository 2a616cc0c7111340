import type { BlockingCall } from "../../interpret/facts.ts";
import type { NamedValue, NamesInScope } from "../../interpret/names-in-scope.ts";

/**
 * What the names of a function stand for on every way that leads there. A parameter of which the function itself knows
 * nothing is what all its callers give it.
 */
export function knownNames(calls: readonly BlockingCall[]): NamesInScope {
  const names = new Map<string, NamedValue>();
  for (const name of new Set(calls.flatMap((call) => [...call.names.keys()]))) {
    const values = calls.flatMap((call): readonly NamedValue[] => {
      const value = call.names.get(name) ?? { kind: "other" };
      return value.kind === "other" && call.calls.length === 0 && calls.length > 1 ? [] : [value];
    });
    const joined = values.reduce<NamedValue | undefined>(
      (before, value) => (before ? joinOf(before, value) : value),
      undefined,
    );
    if (joined) names.set(name, joined);
  }
  return names;
}

function joinOf(first: NamedValue, second: NamedValue): NamedValue {
  if (first.kind === "row" && second.kind === "row" && first.model === second.model) {
    return {
      kind: "row",
      model: first.model,
      stored: first.stored && second.stored,
      assigned: new Set([...first.assigned, ...second.assigned]),
    };
  }
  if (first.kind === "object" && second.kind === "object" && first.symbol === second.symbol) return first;
  return first.kind === "text" && second.kind === "text" ? first : { kind: "other" };
}
