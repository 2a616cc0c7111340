import type { Statement } from "../syntax/ast.ts";
import { walkExpressions } from "../syntax/walk.ts";

/** Whether the statements call a method of such a name, of whatever object: `self.retry()`, `thread.start()`. */
export function callsMethod(statements: readonly Statement[], isNamed: (name: string) => boolean): boolean {
  let found = false;
  for (const statement of statements) {
    walkExpressions(statement, (node) => {
      found ||=
        node.kind === "Call" && node.function.kind === "Attribute" && isNamed(node.function.attribute.name);
      return !found;
    });
  }
  return found;
}
