/** What is assigned to the attributes of model instances between their loading and their saving. */
import { pathKey } from "../../queryset/coverage.ts";
import { anyField, type Instance } from "../../queryset/instance.ts";
import { unknown, variesOf } from "../../queryset/join.ts";
import { noLoops } from "../../queryset/loop-set.ts";
import { prefetchCache } from "../../queryset/row-prefetches.ts";
import type { Mapping, Value } from "../../queryset/value.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import type { Guard } from "../state.ts";
import { forgetWhetherInTable, isKeyName } from "./stored-rows.ts";

export function assignAttribute(
  interpreter: Interpreter,
  instance: Instance,
  name: string,
  value: Value,
): void {
  markAssigned(instance, name, value);
  if (name === prefetchCache) {
    // What it holds from here on are rows of which nothing is known.
    markUnknownAssignments(instance);
    return;
  }
  instance.attributes.set(name, value);
  if (isKeyName(interpreter.models, instance.model, name)) {
    // Django's way to copy a row: `task.pk = None; task.save()`.
    if (value.kind === "literal" && value.value === null) instance.state.stored = false;
    forgetWhetherInTable(instance);
  }
  if (isConditional(interpreter)) return;
  if (instance.element) instance.element.attributes.set(name, value);
  markRelationAssigned(interpreter, instance, name);
}

/** `for thread in threads: thread.category = …`, where the threads were reached through the rows of a queryset. */
function markRelationAssigned(interpreter: Interpreter, instance: Instance, name: string): void {
  const { model, source, varies } = instance;
  if (!source || source.path.length === 0 || !model.relations.has(name) || !interpreter.isRepeated(varies))
    return;
  const { assignedRelations } = interpreter;
  const paths = assignedRelations.get(source.queryset.result) ?? new Set<string>();
  assignedRelations.set(source.queryset.result, paths.add(pathKey([...source.path, name])));
}

function markAssigned(instance: Instance, name: string, value: Value): void {
  for (let current: Instance | undefined = instance; current; current = current.element) {
    current.assigned.set(name, variesOf(value));
  }
}

/** Code that is not known may have assigned to any field of the instance. */
export function markUnknownAssignments(value: Value): void {
  switch (value.kind) {
    case "instance":
      for (let current: Instance | undefined = value; current; current = current.element) {
        current.assigned.set(anyField, noLoops);
      }
      return;
    case "mapping":
      forgetWhatIsMissing(value);
      if (value.element.kind === "instance") markUnknownAssignments(value.element);
      return;
    case "collection":
      if (value.element.kind === "instance") markUnknownAssignments(value.element);
      return;
    case "union":
      for (const alternative of value.alternatives) markUnknownAssignments(alternative);
      return;
    default:
      return;
  }
}

/** Entries may have come into the dictionary under any name. */
export function forgetWhatIsMissing(mapping: Mapping): void {
  if (mapping.lasting) mapping.lasting = false;
  mapping.open = true;
  if (mapping.cacheOf) markUnknownAssignments(mapping.cacheOf.row);
}

/** The code fills what a row keeps of its relations: `task._prefetched_objects_cache["tags"] = …` */
export function markCached({ cacheOf }: Mapping, name: string): void {
  if (cacheOf) markAssigned(cacheOf.row, name, unknown);
}

/** The arguments reach code that is not known. */
export function markHandedOver(args: Arguments): void {
  for (const value of args.positional) markUnknownAssignments(value);
  for (const value of args.keywords.values()) markUnknownAssignments(value);
}

/** The table has a row for the instance from here on. */
export function markStored(interpreter: Interpreter, instance: Instance): void {
  instance.state.stored = true;
  if (instance.state.inTable === false) forgetWhetherInTable(instance);
  if (instance.element && !isConditional(interpreter)) instance.element.state.stored = true;
}

/** The statement runs only in some rounds of the innermost loop, by a guard that counts. */
export function isConditional(
  interpreter: Interpreter,
  counts: (guard: Guard) => boolean = () => true,
): boolean {
  const { guards, loops } = interpreter.state;
  return guards.some((guard) => guard.loops >= loops.length && counts(guard));
}
