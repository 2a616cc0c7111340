/** The names of a function while it is interpreted: what branches bind is undone and joined at their end. */
import { join } from "../../queryset/join.ts";
import type { Scope, Value } from "../../queryset/value.ts";

export function newScope(parent: Scope | undefined): Scope {
  return { parent, names: new Map(), changes: [], branches: 0, shared: new Set() };
}

export function lookup(scope: Scope, name: string): Value | undefined {
  for (let current: Scope | undefined = scope; current; current = current.parent) {
    const value = current.names.get(name);
    if (value) return value;
  }
  return undefined;
}

export function bind(scope: Scope, name: string, value: Value): void {
  if (scope.branches > 0) scope.changes.push({ name, previous: scope.names.get(name) });
  scope.names.set(name, value);
}

export function unbind(scope: Scope, name: string): void {
  if (scope.branches > 0) scope.changes.push({ name, previous: scope.names.get(name) });
  scope.names.delete(name);
}

/** What a branch bound; `undefined` for a name that it deleted. */
export type Bindings = ReadonlyMap<string, Value | undefined>;

export interface Branch<Result> {
  readonly result: Result;
  readonly bindings: Bindings;
}

/** Runs a branch. Afterwards every name is what it was before; the branch's bindings are in the answer. */
export function inBranch<Result>(scope: Scope, run: () => Result): Branch<Result> {
  const start = scope.changes.length;
  scope.branches += 1;
  const result = run();
  scope.branches -= 1;
  if (scope.changes.length === start) return { result, bindings: noBindings };
  const bindings = new Map<string, Value | undefined>();
  for (let index = scope.changes.length - 1; index >= start; index--) {
    const change = scope.changes[index];
    if (!change) continue;
    if (!bindings.has(change.name)) bindings.set(change.name, scope.names.get(change.name));
    if (change.previous === undefined) scope.names.delete(change.name);
    else scope.names.set(change.name, change.previous);
  }
  scope.changes.length = start;
  return { result, bindings };
}

/** Goes on as if the branch had run. */
export function applyBindings(scope: Scope, bindings: Bindings): void {
  for (const [name, value] of bindings) {
    if (value === undefined) unbind(scope, name);
    else bind(scope, name, value);
  }
}

/** Goes on where either branch may have run; one without bindings stands for going past the other. */
export function joinBindings(scope: Scope, first: Bindings, second: Bindings): void {
  if (first.size === 0 && second.size === 0) return;
  for (const name of new Set([...first.keys(), ...second.keys()])) {
    const before = scope.names.get(name);
    const one = first.has(name) ? first.get(name) : before;
    const other = second.has(name) ? second.get(name) : before;
    const joined = one && other ? join(one, other) : (one ?? other);
    if (joined) bind(scope, name, joined);
    else unbind(scope, name);
  }
}

export const noBindings: Bindings = new Map();
