/** Parts of a template that are rendered only under a condition. */
import type { Expression } from "../../syntax/ast.ts";
import type { Rendering } from "./rendering.ts";

/** A place without a name of its own. */
export function placeOf({ start, end }: { readonly start: number; readonly end: number }): Expression {
  return { kind: "InvalidExpression", start, end };
}

/** What happens in `body` happens only under a condition. */
export function underGuard(rendering: Rendering, test: Expression, body: () => void, unlikely = false): void {
  const { guards, loops } = rendering.interpreter.state;
  guards.push({ test, loops: loops.length, unlikely });
  body();
  guards.pop();
}
