/** `Client.fetch(url)`: a method that is called on its class, with something else in place of the object. */
import { remembered } from "../../base/remembered.ts";
import type { FunctionValue, Value } from "../../queryset/value.ts";
import type { FunctionDef } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { hasDecorator } from "./symbol-values.ts";

/** A text or a number stands for the object, and has none of the attributes that the method reads: it raises an error. */
export function hasWrongReceiver(
  interpreter: Interpreter,
  { boundArguments, node, receiver, symbol }: FunctionValue,
  { positional: [first] }: Arguments,
): boolean {
  const owner = symbol?.owner;
  if (!owner || receiver || boundArguments.length > 0 || node.kind !== "FunctionDef") return false;
  if (!first || !isPlainData(first) || hasDecorator(interpreter, symbol, "staticmethod")) return false;
  const bases = interpreter.program.mro(owner);
  return bases.every(({ kind }) => kind === "class") && readsReceiver(node);
}

const textsAndNumbers = /^(?:Char|Text|Email|Slug|URL|UUID|Integer|Decimal|Float|Boolean)Field$/;

function isPlainData(value: Value): boolean {
  if (value.kind === "literal") return value.value !== null;
  return value.kind === "unknown" && textsAndNumbers.test(value.column?.field?.baseClassName ?? "");
}

const known = new WeakMap<FunctionDef, boolean>();

function readsReceiver(method: FunctionDef): boolean {
  return remembered(known, method, () => {
    const receiver = method.parameters[0]?.name;
    let reads = false;
    walkExpressions(method, (node) => {
      reads ||= node.kind === "Attribute" && node.value.kind === "Name" && node.value.name === receiver;
      return undefined;
    });
    return reads;
  });
}
