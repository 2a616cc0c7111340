/** The expression of a query, taken apart. */
import type { Attribute, Call, Expression, Subscript } from "../../syntax/ast.ts";

export type MethodCall = Call & { readonly function: Attribute };

/** `project.tasks.filter(done=True).order_by("due")[:3]` */
export interface QueryExpression {
  readonly node: Expression;
  /** A manager: `project.tasks`, `Task.objects`. */
  readonly root: Attribute;
  /** The calls on it, in order. */
  readonly steps: readonly MethodCall[];
  /** `[…]` behind the last call. */
  readonly subscript: Subscript | undefined;
}

/** `len(project.tasks.all())` → `project.tasks.all()`; anything else as it is. */
export function querysetExpression(node: Expression): Expression {
  if (node.kind !== "Call" || node.function.kind !== "Name") return node;
  const [argument] = node.arguments;
  return argument && asksOfRows.has(node.function.name) ? argument : node;
}

const asksOfRows: ReadonlySet<string> = new Set(["len", "bool", "any"]);

/** Undefined where the expression is anything but calls on an attribute. */
export function parseQuery(node: Expression): QueryExpression | undefined {
  const subscript = node.kind === "Subscript" ? node : undefined;
  const steps: MethodCall[] = [];
  let current = subscript ? subscript.value : node;
  while (isMethodCall(current)) {
    steps.unshift(current);
    current = current.function.value;
  }
  return current.kind === "Attribute" ? { node, root: current, steps, subscript } : undefined;
}

function isMethodCall(node: Expression): node is MethodCall {
  return node.kind === "Call" && node.function.kind === "Attribute";
}

export function methodName(call: MethodCall): string {
  return call.function.attribute.name;
}
