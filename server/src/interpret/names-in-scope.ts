/** What the names of a function stand for at some point of it, as far as an edit of the code there may rest on it. */
import type { Model } from "../django/model-graph.ts";
import type { ClassSymbol } from "../python/symbols.ts";
import type { Scope, Value } from "../queryset/value.ts";

export type NamedValue =
  | {
      readonly kind: "row";
      readonly model: Model;
      /** The table has a row for it. */
      readonly stored: boolean;
      /** Names assigned since it was loaded or saved; `*` where others may have been. */
      readonly assigned: ReadonlySet<string>;
    }
  /** An object of a class of the project: a form, a view. */
  | { readonly kind: "object"; readonly symbol: ClassSymbol }
  | { readonly kind: "text" }
  | { readonly kind: "other" };

/** By name; attributes of `self` as `self.order`. */
export type NamesInScope = ReadonlyMap<string, NamedValue>;

export function namesInScope(scope: Scope): NamesInScope {
  const names = new Map<string, NamedValue>();
  for (let current: Scope | undefined = scope; current; current = current.parent) {
    for (const [name, value] of current.names) {
      if (names.has(name)) continue;
      names.set(name, describe(value));
      if (name !== "self" || value.kind !== "object") continue;
      for (const [attribute, held] of value.attributes) names.set(`self.${attribute}`, describe(held));
    }
  }
  return names;
}

function describe(value: Value): NamedValue {
  switch (value.kind) {
    case "instance":
      return {
        kind: "row",
        model: value.model,
        stored: value.state.stored,
        assigned: new Set(value.assigned.keys()),
      };
    case "object":
      return { kind: "object", symbol: value.symbol };
    case "literal":
      return { kind: typeof value.value === "string" ? "text" : "other" };
    default:
      return { kind: "other" };
  }
}
