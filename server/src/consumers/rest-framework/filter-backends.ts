/** Filter backends: those of the project's own run, those of libraries restrict and order rows. */

import { callAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { noArguments } from "../../interpret/language/arguments.ts";
import { alternativesOf, unknown } from "../../queryset/join.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";

export function filterRows(
  interpreter: Interpreter,
  view: PlainObject,
  rows: Value,
  node: Expression,
): Value {
  const backends = interpreter.attribute(view, "filter_backends", node);
  if (backends.kind !== "collection" || !backends.items) return rows;
  let filtered = rows;
  for (const backend of backends.items) {
    if (backend.kind !== "class" || !backend.symbol) continue;
    const object = interpreter.newObject(backend.symbol);
    const method = interpreter.attribute(object, "filter_queryset", node);
    if (method.kind !== "function") continue;
    const args = { ...noArguments, positional: [unknown, filtered, view] };
    const result = interpreter.call(method, args, callAt(node, "filter_queryset"));
    if (alternativesOf(result).some(({ kind }) => kind === "queryset")) filtered = result;
  }
  return filtered;
}
