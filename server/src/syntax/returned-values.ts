import type { Expression, FunctionDef } from "./ast.ts";
import { forEachBlockStatement } from "./statement-walk.ts";

/** What the `return` statements of a function give, in their order; not those of functions in it. */
export function returnedValues({ body }: FunctionDef): readonly Expression[] {
  const values: Expression[] = [];
  forEachBlockStatement(body, (statement) => {
    if (statement.kind === "Return" && statement.value) values.push(statement.value);
  });
  return values;
}
