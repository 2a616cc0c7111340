/** What the names of a settings module hold while it runs, and how objects in them are changed. */
import {
  joinValues,
  type KnownValue,
  type MappingValue,
  mappingOf,
  type Place,
  type SequenceValue,
  type StaticValue,
  sequenceOf,
} from "./static-value.ts";

/** What a module's names hold. */
export interface Environment {
  readonly names: Map<string, StaticValue>;
  /** Where each name was assigned last. */
  readonly places: Map<string, Place>;
  /** What is assigned to names that are taken to hold something else (`ExecutionHost.assumptions`). */
  readonly declared: Map<string, StaticValue>;
  /** Names that only some of the branches set. */
  readonly uncertain: Set<string>;
  /** False when names may be set by code that was not understood: a star import from outside, `globals().update()`. */
  complete: boolean;
}

export function emptyEnvironment(names?: ReadonlyMap<string, StaticValue>): Environment {
  return {
    names: new Map(names),
    places: new Map(),
    declared: new Map(),
    uncertain: new Set(),
    complete: true,
  };
}

/** A state to which a branch can return. */
export interface EnvironmentState {
  readonly names: ReadonlyMap<string, StaticValue>;
  readonly uncertain: ReadonlySet<string>;
}

export function stateOf({ names, uncertain }: Environment): EnvironmentState {
  return { names: new Map(names), uncertain: new Set(uncertain) };
}

export function restore(environment: Environment, state: EnvironmentState): void {
  environment.names.clear();
  for (const [name, value] of state.names) environment.names.set(name, value);
  environment.uncertain.clear();
  for (const name of state.uncertain) environment.uncertain.add(name);
}

/** Afterwards every name holds what any of the branches left in it, the first branch's value first. */
export function joinStates(environment: Environment, states: readonly EnvironmentState[]): void {
  const [first, ...others] = states;
  if (!first) return;
  restore(environment, first);
  for (const { names, uncertain } of others) {
    for (const name of environment.names.keys()) if (!names.has(name)) environment.uncertain.add(name);
    for (const [name, value] of names) {
      const other = environment.names.get(name);
      if (!other) environment.uncertain.add(name);
      environment.names.set(name, other ? joinValues(other, value) : value);
    }
    for (const name of uncertain) environment.uncertain.add(name);
  }
}

/** A list or dictionary: an object that several names may refer to. */
export type Container = SequenceValue | MappingValue;

export function containerOf(value: StaticValue): Container | undefined {
  return sequenceOf(value) ?? mappingOf(value);
}

/**
 * A list or dictionary has changed: every name and entry that refers to it refers to its new state. Values are
 * immutable and shared where Python shares the object, so that identity is Python's.
 */
export function replaceContainer(environment: Environment, before: Container, after: Container): void {
  for (const [name, value] of environment.names) {
    const replaced = withReplaced(value, before, after, 0);
    if (replaced !== value) environment.names.set(name, replaced);
  }
}

/** Objects that hold themselves end here. */
const maximumNesting = 12;

function withReplaced(value: StaticValue, before: Container, after: Container, nesting: number): StaticValue {
  if (value.kind !== "known" || nesting > maximumNesting) return value;
  const held: KnownValue = value.value;
  if (held === before) return { ...value, value: after };
  if (typeof held !== "object" || held === null) return value;
  if (held.type === "sequence") {
    const elements = held.elements.map((each) => withReplaced(each, before, after, nesting + 1));
    const isSame = elements.every((each, index) => each === held.elements[index]);
    return isSame ? value : { ...value, value: { ...held, elements } };
  }
  if (held.type !== "mapping") return value;
  let entries: Map<string, StaticValue> | undefined;
  for (const [key, entry] of held.entries) {
    const replaced = withReplaced(entry, before, after, nesting + 1);
    if (replaced === entry) continue;
    entries ??= new Map(held.entries);
    entries.set(key, replaced);
  }
  return entries ? { ...value, value: { ...held, entries } } : value;
}
