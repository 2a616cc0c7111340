/** Loops that search: how many rounds there are depends on what is found, and the first may be enough. */
import { containsRange, type TextRange } from "../../base/text-range.ts";
import type { FactContext, Loop } from "../../interpret/facts.ts";
import type { Expression, For, Statement } from "../../syntax/ast.ts";
import { someBlockStatement } from "../../syntax/statement-walk.ts";
import { walkExpressions } from "../../syntax/walk.ts";

/**
 * `for name in names: if found := lookup(name): break`, `any(task.project.active for task in tasks)`: the innermost
 * loop ends with the first round whose read, or what was made of it, fits.
 */
export function leavesAtHit(context: FactContext): boolean {
  const loop = context.loops.at(-1);
  if (!loop) return false;
  if (loop.search) return true;
  const place = placeIn(loop, context);
  return place !== undefined && loop.statement.kind === "For" && isSearch(loop.statement, place);
}

/** Where the rounds of the loop read: there, or in the call that leads to the reading. */
function placeIn({ depth, location, statement }: Loop, context: FactContext): TextRange | undefined {
  const place = context.calls[depth]?.location ?? context.location;
  return place.path === location.path && containsRange(statement, place.range) ? place.range : undefined;
}

function isSearch(loop: For, place: TextRange): boolean {
  const names: string[] = [];
  someBlockStatement(loop.body, (inner) => {
    if (inner.kind === "Assign" && containsRange(inner.value, place))
      names.push(...inner.targets.flatMap(nameOf));
    return false;
  });
  const tells = (test: Expression): boolean => containsRange(test, place) || mentions(test, names);
  return someBlockStatement(loop.body, (inner) => {
    switch (inner.kind) {
      case "Return":
        return inner.value !== undefined && containsRange(inner.value, place);
      case "If":
        return tells(inner.test) && (leaves(inner.body) || leaves(inner.orElse));
      case "Try":
        return (
          inner.body.some((part) => containsRange(part, place)) &&
          (leaves(inner.body) || leaves(inner.orElse))
        );
      default:
        return false;
    }
  });
}

function nameOf(target: Expression): readonly string[] {
  return target.kind === "Name" ? [target.name] : [];
}

function mentions(expression: Expression, names: readonly string[]): boolean {
  let found = false;
  walkExpressions(expression, (part) => {
    if (part.kind === "Name" && names.includes(part.name)) found = true;
    return !found;
  });
  return found;
}

function leaves(body: readonly Statement[]): boolean {
  const last = body.at(-1)?.kind;
  return last === "Return" || last === "Break";
}
