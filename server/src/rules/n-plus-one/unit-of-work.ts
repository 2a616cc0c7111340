/**
 * Rounds of a loop that call a procedure with effects of its own: it locks, reads, decides and writes one object. What
 * it looks up is part of that work, and fetching it before the loop would take the procedure apart.
 */
import type { CallFrame, Fact, Loop, QueryExecution } from "../../interpret/facts.ts";
import { placeKey } from "../finding-parts.ts";

/** For each loop, the calls in its rounds that lead to a write or a lock. */
export type UnitsOfWork = ReadonlyMap<Loop["statement"], ReadonlySet<string>>;

/** A write in the rounds themselves. */
const inRounds = "";

export function unitsOfWork(facts: readonly Fact[]): UnitsOfWork {
  const units = new Map<Loop["statement"], Set<string>>();
  const addPlace = (loop: Loop, place: string): void => {
    const known = units.get(loop.statement);
    if (known) known.add(place);
    else units.set(loop.statement, new Set([place]));
  };
  const add = (loop: Loop, calls: readonly CallFrame[]): void => {
    const call = firstCall(loop, calls);
    addPlace(loop, call ? placeKey(call.location) : inRounds);
  };
  for (const fact of facts) {
    if (fact.kind === "write" && fact.operation !== "remove") {
      // What an overridden `save()` looks up.
      for (const loop of fact.loops) addPlace(loop, placeKey(fact.location));
      for (const loop of fact.loops) add(loop, fact.calls);
      if (fact.innermostLoop) add(fact.innermostLoop, fact.calls);
    } else if (fact.kind === "query" && fact.queryset.locksRows) {
      for (const loop of fact.loops) add(loop, fact.calls);
    }
  }
  return units;
}

export function isInUnitOfWork({ loops, calls }: QueryExecution, units: UnitsOfWork): boolean {
  return loops.some((loop) => {
    const call = firstCall(loop, calls);
    return call !== undefined && units.get(loop.statement)?.has(placeKey(call.location)) === true;
  });
}

/** The rounds of the loop write: an import, a migration of data. */
export function isBesideWrites({ loops }: QueryExecution, units: UnitsOfWork): boolean {
  return loops.some((loop) => units.get(loop.statement)?.has(inRounds) === true);
}

/** For each loop, labels of the models whose stored rows its rounds change or delete. */
export function writtenModels(facts: readonly Fact[]): ReadonlyMap<Loop["statement"], ReadonlySet<string>> {
  const written = new Map<Loop["statement"], Set<string>>();
  for (const fact of facts) {
    // Rows that a relation loses are the same as before.
    if (fact.kind !== "write" || fact.isNew || fact.operation === "remove") continue;
    for (const { statement } of fact.loops) {
      written.set(statement, (written.get(statement) ?? new Set()).add(fact.model.label));
    }
  }
  return written;
}

export function isChangedInRounds(
  { loops, queryset }: QueryExecution,
  written: ReturnType<typeof writtenModels>,
): boolean {
  return loops.some(({ statement }) => written.get(statement)?.has(queryset.model.label) === true);
}

function firstCall({ depth }: Loop, calls: readonly CallFrame[]): CallFrame | undefined {
  return calls.slice(depth).find(({ via }) => via !== "callback");
}
