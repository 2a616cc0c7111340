/** Work with rows that are made for it and taken back afterwards: a preview, which no task could do. */
import type { Location } from "../../base/text-range.ts";
import type { FunctionSymbol } from "../../python/symbols.ts";
import { someBlockStatement } from "../../syntax/statement-walk.ts";
import { pathTo, walkExpressions } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import type { RequestPlace } from "./blocking-places.ts";

/** On every way from a request, a `with` block around it rolls back what it has written. */
export function isOfSampleRows(context: RuleContext, { requests }: RequestPlace): boolean {
  return requests.every(({ location, calls }) =>
    [location, ...calls.map((call) => call.location)].some((place) => isRolledBack(context, place)),
  );
}

function isRolledBack({ project: { program } }: RuleContext, { path, range }: Location): boolean {
  const module = program.moduleOfFile(path);
  if (!module) return false;
  return pathTo(module.file.tree, range).some((node) => {
    if (!("kind" in node) || node.kind !== "With") return false;
    return node.items.some(({ context: manager }) => {
      const symbol = program.resolveExpression(module, manager.kind === "Call" ? manager.function : manager);
      return symbol.kind === "function" && rollsBack(symbol);
    });
  });
}

/** A context manager that raises behind its `yield` in `atomic()`, or calls `set_rollback()`. */
function rollsBack({ node, module }: FunctionSymbol): boolean {
  const { text } = module.file;
  let found = false;
  walkExpressions(node, (each) => {
    found ||= each.kind === "Attribute" && /^(?:set_rollback|savepoint_rollback)$/.test(each.attribute.name);
    return undefined;
  });
  return (
    found ||
    someBlockStatement(node.body, (statement) => {
      if (statement.kind !== "With") return false;
      const isAtomic = statement.items.some(({ context: { start, end } }) =>
        /\batomic\b/.test(text.slice(start, end)),
      );
      const index = statement.body.findIndex(
        (inner) => inner.kind === "ExpressionStatement" && inner.value.kind === "Yield",
      );
      return isAtomic && index >= 0 && statement.body.slice(index).some(({ kind }) => kind === "Raise");
    })
  );
}
