/** Functions that answer a question rather than give rows. */
import { querysetOperation } from "../../queryset/operations.ts";
import type { FunctionValue } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { returnedValues } from "../../syntax/returned-values.ts";

/** `return tasks.exists()`, `return a == b`, on some way through it. */
export function givesAnswer({ node }: FunctionValue): boolean {
  return node.kind === "FunctionDef" && returnedValues(node).some(isAnswer);
}

function isAnswer(node: Expression): boolean {
  switch (node.kind) {
    case "Comparison":
      return true;
    case "UnaryOperation":
      return node.operator === "not";
    case "Await":
      return isAnswer(node.value);
    case "Call": {
      const { function: callee } = node;
      if (callee.kind === "Name") return answering.has(callee.name);
      return callee.kind === "Attribute" && querysetOperation(callee.attribute.name)?.kind === "scalar";
    }
    default:
      return false;
  }
}

const answering: ReadonlySet<string> = new Set(["all", "any", "bool", "isinstance", "len"]);
