/** What is noted about code that is not understood. */
import type { Value } from "../queryset/value.ts";
import type { Expression } from "../syntax/ast.ts";
import type { GapReason } from "./facts.ts";
import type { Interpreter } from "./interpreter.ts";

export function noteUnknown(
  interpreter: Interpreter,
  { kind }: Value,
  reason: GapReason,
  node: Expression,
): void {
  if (kind === "unknown") interpreter.record({ kind: "gap", reason, location: interpreter.location(node) });
}
