/** Objects of the project's own classes. */
import type { PlainObject } from "../../queryset/value.ts";
import { moduleFrame } from "../frames.ts";
import type { Frame, Interpreter } from "../interpreter.ts";
import { bindAnnotatedParameters } from "./parameters.ts";

/** Runs `__init__` with arguments of which nothing but their annotations is known. */
export function runConstructor(interpreter: Interpreter, object: PlainObject): void {
  const { symbol } = object;
  const member = interpreter.program.lookupMember(symbol, "__init__");
  if (member.kind !== "found" || member.symbol.kind !== "function") return;
  const initializer = member.symbol;
  const frame: Frame = {
    ...moduleFrame(initializer.module, initializer.qualifiedName),
    owner: initializer.owner,
    receiver: object,
  };
  interpreter.outsideOfRoot(frame, () => {
    bindAnnotatedParameters(interpreter, frame.scope, interpreter.functionValue(initializer, object));
    interpreter.execute(initializer.node.body);
    return object;
  });
}
