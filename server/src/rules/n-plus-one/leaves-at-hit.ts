import { containsRange } from "../../base/text-range.ts";
import type { QueryExecution } from "../../interpret/facts.ts";
import { someBlockStatement } from "../../python/statement-walk.ts";
import type { Expression, Statement } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";

/** `for name in names: if found := lookup(name): break`: how many rounds there are depends on what is found. */
export function leavesAtHit({ loops, node, statement }: QueryExecution): boolean {
  const loop = loops.at(-1)?.statement;
  if (loop?.kind !== "For" || !containsRange(loop, node)) return false;
  const names = statement?.kind === "Assign" ? statement.targets.flatMap(nameOf) : [];
  const tells = (test: Expression): boolean => containsRange(test, node) || mentions(test, names);
  return someBlockStatement(loop.body, (inner) => {
    switch (inner.kind) {
      case "Return":
        return inner.value !== undefined && containsRange(inner.value, node);
      case "If":
        return tells(inner.test) && (leaves(inner.body) || leaves(inner.orElse));
      case "Try":
        return (
          inner.body.some((part) => containsRange(part, node)) && (leaves(inner.body) || leaves(inner.orElse))
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
