import { unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import type { Interpreter } from "../interpreter.ts";
import { noKeywords } from "./arguments.ts";

/** Calls a function that was given by name or as a lambda with one element. */
export function callWithElement(interpreter: Interpreter, callee: Value, element: Value, node: Call): Value {
  return interpreter.call(callee, { positional: [element], keywords: noKeywords, open: false }, node);
}

/**
 * Calls a function for each element: what `map`, `sorted(key=…)`, `min(key=…)` do. Gives the result of one call.
 * `attrgetter("project.name")` reads the attributes that it names.
 */
export function mapOver(interpreter: Interpreter, callee: Value, iterable: Value, node: Call): Value {
  let result: Value = unknown;
  interpreter.inLoop(iterable, node, node, (element) => {
    const attributes = attributesOfGetter(callee);
    if (attributes) {
      for (const path of attributes) result = readPath(interpreter, element, path, node);
    } else result = callWithElement(interpreter, callee, element, node);
  });
  return result;
}

function attributesOfGetter(callee: Value): readonly string[] | undefined {
  if (callee.kind !== "mapping") return undefined;
  const names = callee.entries.get(attributeGetter);
  if (names?.kind !== "collection" || !names.items) return undefined;
  return names.items.flatMap((item) =>
    item.kind === "literal" && typeof item.value === "string" ? [item.value] : [],
  );
}

/** Entry under which the value of `operator.attrgetter(…)` keeps its names. */
export const attributeGetter = "operator.attrgetter";

function readPath(interpreter: Interpreter, value: Value, path: string, node: Expression): Value {
  return path.split(".").reduce((current, name) => interpreter.attribute(current, name, node), value);
}
