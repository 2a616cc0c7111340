import { join } from "../queryset/join.ts";
import type { Scope, Value } from "../queryset/value.ts";

export function newScope(parent: Scope | undefined): Scope {
  return { parent, names: new Map() };
}

export function lookup(scope: Scope, name: string): Value | undefined {
  for (let current: Scope | undefined = scope; current; current = current.parent) {
    const value = current.names.get(name);
    if (value) return value;
  }
  return undefined;
}

/** The names after a branch that may or may not have run. */
export function joinNames(
  first: ReadonlyMap<string, Value>,
  second: ReadonlyMap<string, Value>,
): Map<string, Value> {
  const joined = new Map(first);
  for (const [name, value] of second) {
    const other = first.get(name);
    joined.set(name, other === undefined || other === value ? value : join(other, value));
  }
  return joined;
}
