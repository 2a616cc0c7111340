/** What the constructors of serializers and fields assign to their objects, and nothing else does. */
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { PlainObject } from "../../queryset/value.ts";
import { assignedLater } from "../self-assignments.ts";

/** Constants that stay what they are for as long as the object lives: reading them decides conditions. */
export function keepOptionsForGood(interpreter: Interpreter, { symbol, attributes }: PlainObject): void {
  for (const [name, value] of attributes) {
    if (value.kind !== "literal" || value.changeable || value.lasting) continue;
    if (!assignedLater(interpreter, symbol).has(name)) attributes.set(name, { ...value, lasting: true });
  }
}
