/** What the functions of the setting `context_processors` add to every context. */
import { callAt, nameAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { instanceOf } from "../../interpret/make-values.ts";
import { unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";

/** Looks names up that nobody passed. The project's own processors run once they are asked for. */
export function contextProcessorNames(interpreter: Interpreter): (name: string) => Value | undefined {
  let added: ReadonlyMap<string, Value> | undefined;
  return (name) => {
    if (name === "user") {
      const { userModel } = interpreter.models;
      if (!userModel) return undefined;
      return instanceOf(userModel, { queryset: interpreter.nowhere(userModel), path: [], single: true });
    }
    added ??= runProcessors(interpreter);
    return added.get(name);
  };
}

function runProcessors(interpreter: Interpreter): ReadonlyMap<string, Value> {
  const added = new Map<string, Value>();
  for (const name of interpreter.templates.contextProcessors) {
    const symbol = interpreter.program.resolveDottedName(name);
    if (symbol.kind !== "function") continue;
    const place = callAt(nameAt({ start: 0, end: 0 }, symbol.name), symbol.name);
    const args = { positional: [unknown], keywords: new Map(), open: false };
    const result = interpreter.callFunction(
      interpreter.functionValue(symbol, undefined),
      args,
      place,
      "call",
    );
    if (result.kind !== "mapping") continue;
    for (const [key, value] of result.entries) added.set(key, value);
  }
  return added;
}
