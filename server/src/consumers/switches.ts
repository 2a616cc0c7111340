/**
 * Switches of view classes: `brief = False`, which requests of another kind may turn. What the class says is what a view
 * does when nothing else is asked of it, in all of its methods alike.
 */
import { AnswersOf } from "../base/answers-of.ts";
import { remembered } from "../base/remembered.ts";
import type { Interpreter } from "../interpret/interpreter.ts";
import type { ClassSymbol } from "../python/symbols.ts";
import type { PlainObject } from "../queryset/value.ts";
import type { Expression } from "../syntax/ast.ts";
import { assignedLater } from "./self-assignments.ts";

type Switches = ReadonlyMap<string, boolean>;

const known = new AnswersOf<Interpreter, Map<ClassSymbol, Switches>>();

/** Lets the class's switches decide conditions of the new view, until code that runs turns them. */
export function setSwitches(interpreter: Interpreter, { symbol, attributes }: PlainObject): void {
  for (const [name, value] of switchesOf(interpreter, symbol)) {
    if (!attributes.has(name)) attributes.set(name, { kind: "literal", value, lasting: true });
  }
}

function switchesOf(interpreter: Interpreter, symbol: ClassSymbol): Switches {
  const ofClasses = remembered(known, interpreter, () => new Map<ClassSymbol, Switches>());
  return remembered(ofClasses, symbol, () => findSwitches(interpreter, symbol));
}

function findSwitches(interpreter: Interpreter, symbol: ClassSymbol): Switches {
  const { program } = interpreter;
  const switches = new Map<string, boolean>();
  for (const [name, values] of assignedLater(interpreter, symbol)) {
    const isTurned = values.every((value) => value !== undefined && truthOf(value) !== undefined);
    const member = isTurned ? program.lookupMember(symbol, name) : undefined;
    if (member?.kind !== "found" || member.symbol.kind !== "variable") continue;
    const [value, ...others] = member.symbol.values;
    const truth = value && others.length === 0 ? truthOf(value) : undefined;
    if (truth !== undefined) switches.set(name, truth);
  }
  return switches;
}

function truthOf(value: Expression): boolean | undefined {
  if (value.kind !== "ConstantLiteral" || (value.value !== "True" && value.value !== "False"))
    return undefined;
  return value.value === "True";
}
