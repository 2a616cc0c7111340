/** The method with which a table's class refines its rows right before they are rendered. */
import { nameAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { PlainObject } from "../../queryset/value.ts";

/** The library calls it by itself. */
const hook = "before_render";

export function prepareForRendering(interpreter: Interpreter, table: PlainObject): void {
  const member = interpreter.program.lookupMember(table.symbol, hook);
  if (member.kind !== "found" || member.symbol.kind !== "function") return;
  interpreter.callFunction(
    interpreter.functionValue(member.symbol, table),
    { positional: [], keywords: new Map(), open: true },
    nameAt(table.symbol.node.name, table.symbol.name),
    "framework",
  );
}
