import { callAt } from "../interpret/declarations.ts";
import type { Interpreter } from "../interpret/interpreter.ts";
import { noArguments } from "../interpret/language/arguments.ts";
import type { Value } from "../queryset/value.ts";
import type { Expression } from "../syntax/ast.ts";

/** Asks a row for its `get_absolute_url()`, as frameworks do that link to it. */
export function absoluteUrl(interpreter: Interpreter, row: Value, node: Expression): Value {
  const method = interpreter.attribute(row, "get_absolute_url", node);
  return interpreter.call(method, noArguments, callAt(node, "get_absolute_url"));
}
