import { callAt } from "../interpret/declarations.ts";
import type { Interpreter } from "../interpret/interpreter.ts";
import { noArguments } from "../interpret/language/arguments.ts";
import type { Value } from "../queryset/value.ts";
import type { Expression } from "../syntax/ast.ts";

/** Follows `owner__team__name` (older releases: `owner.team.name`) from a row, and calls what can be called. */
export function resolveAccessor(interpreter: Interpreter, row: Value, path: string, node: Expression): Value {
  let value = row;
  for (const name of path.split(/__|\./).filter(Boolean)) {
    const attribute = interpreter.attribute(value, name, node);
    value = isCalled(attribute) ? interpreter.call(attribute, noArguments, callAt(node, name)) : attribute;
  }
  return value;
}

/** The project's methods, and those of managers: `tasks__count`. */
function isCalled(value: Value): boolean {
  return (
    value.kind === "function" ||
    (value.kind === "method" && (value.receiver.kind === "manager" || value.receiver.kind === "queryset"))
  );
}
