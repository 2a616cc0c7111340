import type { Expression } from "../syntax/ast.ts";

/** `Model` of `Model` and of `models.Model`; undefined for anything but names and attributes. */
export function lastName(expression: Expression): string | undefined {
  if (expression.kind === "Name") return expression.name;
  return expression.kind === "Attribute" ? expression.attribute.name : undefined;
}
