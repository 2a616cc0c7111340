/** What a function makes of a failure of what it calls. */

import { containsRange, type TextRange } from "../../base/text-range.ts";
import type { BlockingCall } from "../../interpret/facts.ts";
import type { ExceptHandler, ModuleTree, Statement } from "../../syntax/ast.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround, statementsAround } from "../writes/syntax-queries.ts";

/**
 * A `try` around the place handles what the call raises, to do or to say something else where that fails. A handler that
 * only writes to the log, or raises the same again, decides nothing, unless what stands behind it is left out where nothing
 * fails: `try: ask(); return answer except Refused: pass`.
 */
export function decidesByFailure(tree: ModuleTree, range: TextRange): boolean {
  const around = functionAround(tree, range);
  return (
    around !== undefined &&
    statementsAround(around.body, range).some(
      (statement) =>
        statement.kind === "Try" &&
        statement.body.some((inner) => containsRange(inner, range)) &&
        statement.handlers.some(
          (handler) =>
            !raisesAgain(handler) &&
            (!handler.body.every(isOnlyLogged) || answersWhereNothingFails(statement)),
        ),
    )
  );
}

function answersWhereNothingFails({ body, orElse }: Extract<Statement, { kind: "Try" }>): boolean {
  const last = (orElse.length > 0 ? orElse : body).at(-1);
  return last?.kind === "Break" || (last?.kind === "Return" && last.value !== undefined);
}

/** The function around the call, or one of those on the way to it, does or says something else where it fails. */
export function decidesOnTheWay(
  { project: { program } }: RuleContext,
  { location, calls }: BlockingCall,
): boolean {
  return [location, ...calls.map((call) => call.location)].some(({ path, range }) => {
    const module = program.moduleOfFile(path);
    return module !== undefined && decidesByFailure(module.file.tree, range);
  });
}

/** `except ConnectionError as error: …; raise error` */
function raisesAgain({ body, name }: ExceptHandler): boolean {
  const last = body.at(-1);
  if (last?.kind !== "Raise") return false;
  const { exception } = last;
  return exception === undefined || (exception.kind === "Name" && exception.name === name?.name);
}

/** `pass`, `logger.exception(…)`, `capture_exception(error)` */
function isOnlyLogged(statement: Statement): boolean {
  if (statement.kind === "Pass") return true;
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
