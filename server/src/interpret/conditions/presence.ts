/** Rows that are certainly there, and those of which nothing says that they are not None. */

import type { Relation } from "../../django/model-graph.ts";
import { hasOwnTruth } from "../../python/own-truth.ts";
import { copyOfCollection, copyOfRow } from "../../queryset/copies.ts";
import type { Instance } from "../../queryset/instance.ts";
import type { Collection, Value } from "../../queryset/value.ts";
import type { Interpreter } from "../interpreter.ts";

export function presentRow(instance: Instance): Instance {
  if (instance.present) return instance;
  const row = copyOfRow(instance);
  row.present = true;
  return row;
}

/** The value where None may stand in its place. */
export function maybeAbsent(value: Value): Value {
  switch (value.kind) {
    case "instance":
      return value.present ? absentRow(value) : value;
    case "collection":
      return value.present ? absentCollection(value) : value;
    case "unknown":
      return value.given ? { ...value, given: undefined } : value;
    case "union":
      return value.alternatives.some((item) => maybeAbsent(item) !== item)
        ? { kind: "union", alternatives: value.alternatives.map(maybeAbsent) }
        : value;
    default:
      return value;
  }
}

function absentRow(instance: Instance): Instance {
  const row = copyOfRow(instance);
  row.present = undefined;
  return row;
}

function absentCollection(collection: Collection): Collection {
  const copy = copyOfCollection(collection);
  copy.present = undefined;
  return copy;
}

/** Django raises where there is no row, rather than give None. */
export function raisesWithoutRow({ kind, nullable }: Relation): boolean {
  switch (kind) {
    case "foreignKey":
    case "oneToOne":
      return !nullable;
    case "reverseOneToOne":
      return true;
    default:
      return false;
  }
}

/** Rows are true, unless their class has an opinion. */
export function isTrueRow(interpreter: Interpreter, { model, present }: Instance): boolean {
  const { symbol } = model;
  if (!present) return false;
  return symbol === undefined || !hasOwnTruth(interpreter.program, symbol);
}
