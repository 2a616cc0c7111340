import type { Expression, FunctionDef } from "../../syntax/ast.ts";
import { walk } from "../../syntax/walk.ts";

/** What the function's `return` statements give. */
export function returnedBy(node: FunctionDef): readonly Expression[] {
  const values: Expression[] = [];
  walk(node, (each) => {
    if ("kind" in each && each.kind === "Return" && each.value) values.push(each.value);
    return undefined;
  });
  return values;
}
