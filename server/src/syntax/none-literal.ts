import type { Expression } from "./ast.ts";

/** `None`, as it is written. */
export function isNoneLiteral(node: Expression | undefined): boolean {
  return node?.kind === "ConstantLiteral" && node.value === "None";
}
