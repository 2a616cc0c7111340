/** What a function makes of a failure of what it calls. */
import { containsRange, type TextRange } from "../../base/text-range.ts";
import type { ModuleTree, Statement } from "../../syntax/ast.ts";
import { functionAround, statementsAround } from "../writes/syntax-queries.ts";

/**
 * A `try` around the place handles what the call raises, to do or to say something else where that fails. A handler that
 * only writes to the log, or raises something again, decides nothing.
 */
export function decidesByFailure(tree: ModuleTree, range: TextRange): boolean {
  const around = functionAround(tree, range);
  return (
    around !== undefined &&
    statementsAround(around.body, range).some(
      (statement) =>
        statement.kind === "Try" &&
        statement.body.some((inner) => containsRange(inner, range)) &&
        statement.handlers.some(({ body }) => !body.every(isOnlyLogged) && body.at(-1)?.kind !== "Raise"),
    )
  );
}

/** `pass`, `raise`, `logger.exception(…)`, `capture_exception(error)` */
function isOnlyLogged(statement: Statement): boolean {
  if (statement.kind === "Pass" || statement.kind === "Raise") return true;
  if (statement.kind !== "ExpressionStatement" || statement.value.kind !== "Call") return false;
  const { function: callee } = statement.value;
  const name =
    callee.kind === "Attribute" ? callee.attribute.name : callee.kind === "Name" ? callee.name : "";
  const holder = callee.kind === "Attribute" && callee.value.kind === "Name" ? callee.value.name : "";
  return (
    /^capture_\w+$/.test(name) ||
    (/^(?:debug|info|warn|warning|error|exception|critical|log)$/.test(name) && /log/i.test(holder))
  );
}
