/** Writes to the database, and which models' rows they and the queries beside them touch. */
import type { Model } from "../../django/model-graph.ts";
import type { Instance } from "../../queryset/instance.ts";
import { type LoopSet, unionLoops } from "../../queryset/loop-set.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Value } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";
import { anyModel, type Write } from "../facts.ts";
import { isInterpretedForItself } from "../frames.ts";
import type { Interpreter } from "../interpreter.ts";
import { recordCoroutineQuery } from "../language/event-loop.ts";
import { markStored } from "../rows/assignments.ts";
import { forgetWhetherInTable } from "../rows/stored-rows.ts";
import { sendModelSignals } from "./signals.ts";

export function recordWrite(
  interpreter: Interpreter,
  operation: Write["operation"],
  model: Model,
  receiver: Value,
  node: Call,
  details: {
    readonly isNew: boolean;
    readonly varies: LoopSet;
    readonly assigned?: ReadonlyMap<string, LoopSet>;
    readonly given?: readonly Value[];
  },
): void {
  interpreter.effects += 1;
  interpreter.queryCounts?.addWrite(interpreter, model, node);
  interpreter.writes += 1;
  const { loops, calls, frame } = interpreter.state;
  // A caller's loop counts where the write changes with it: a call in which nothing changes is interpreted only once.
  const repeated = loops.filter(({ depth, id }) => depth === calls.length || details.varies.includes(id));
  if (repeated.length === 0) {
    const location = interpreter.location(node);
    const write = isInterpretedForItself(interpreter)
      ? {
          operation,
          model,
          node,
          statement: frame.statement,
          receiver,
          assigned: new Map(details.assigned ?? []),
          isNew: details.isNew,
          ...interpreter.context(location, []),
        }
      : undefined;
    interpreter.record({ kind: "singleWrite", location: calls[0]?.location ?? location, write });
    recordCoroutineQuery(interpreter, model, node);
    return;
  }
  interpreter.record({
    kind: "write",
    operation,
    model,
    node,
    statement: frame.statement,
    given: details.given ?? [],
    receiver,
    varies: details.varies,
    assigned: new Map(details.assigned ?? []),
    isNew: details.isNew,
    innermostLoop: repeated.at(-1),
    ...interpreter.context(
      interpreter.location(node),
      repeated.map(({ id }) => id),
    ),
  });
}

/** `instance.save()`, whether or not the project overrides it; `super().save()` in an override is part of that. */
export function recordSave(interpreter: Interpreter, instance: Instance, node: Call): void {
  if (isCallOfSuper(node)) {
    if (instance.state.inTable === false) forgetWhetherInTable(instance);
    return;
  }
  recordWrite(interpreter, "save", instance.model, instance, node, {
    isNew: !instance.state.stored,
    varies: instance.varies,
    assigned: instance.assigned,
  });
  sendModelSignals(interpreter, "save", instance.model, node);
  markStored(interpreter, instance);
}

function isCallOfSuper({ function: callee }: Call): boolean {
  if (callee.kind !== "Attribute" || callee.value.kind !== "Call") return false;
  const { function: called } = callee.value;
  return called.kind === "Name" && called.name === "super";
}

/** What the function at hand makes anew is another object in each round of its loops. */
export function withOpenLoops(interpreter: Interpreter, varies: LoopSet): LoopSet {
  const { loops, calls } = interpreter.state;
  if (loops.length === 0) return varies;
  const open = loops.filter(({ depth }) => depth === calls.length);
  return unionLoops(
    varies,
    open.map(({ id }) => id),
  );
}

/** The query asks for rows of the queryset's model and of those that its conditions lead to. */
export function touchQueryset(interpreter: Interpreter, queryset: Queryset): void {
  const { touched } = interpreter;
  touched.add(queryset.model.label);
  // Expressions in annotations can join whatever they like.
  if (queryset.annotations.size > 0 || queryset.unknownOperations || queryset.rows === "raw")
    touched.add(anyModel);
  for (const { lookup } of queryset.filters) {
    if (lookup === undefined) {
      touched.add(anyModel);
      continue;
    }
    let current: Model | undefined = queryset.model;
    for (const segment of lookup.split("__")) {
      const target: string | undefined = current?.lookupRelations.get(segment)?.target;
      if (target === undefined) break;
      touched.add(target);
      current = interpreter.models.model(target);
    }
  }
}

export function touchModel(interpreter: Interpreter, label: string): void {
  interpreter.touched.add(label);
}
