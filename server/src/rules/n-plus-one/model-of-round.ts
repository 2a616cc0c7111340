/** Queries of another model in each round: `content_type.model_class()`. No query before the loop can replace them. */
import { containsRange } from "../../base/text-range.ts";
import type { QueryExecution } from "../../interpret/facts.ts";
import { boundNames } from "../../python/bound-names.ts";
import type { Expression } from "../../syntax/ast.ts";
import { targetNames } from "../../syntax/name-bindings.ts";
import { isStatement, walk, walkExpressions } from "../../syntax/walk.ts";

const managers: ReadonlySet<string> = new Set(["objects", "_default_manager", "_base_manager"]);

/** A table that the query asks, itself or in a subquery, is that of a class which the round chooses. */
export function asksModelOfRound({ node, location, loops }: QueryExecution): boolean {
  const classes: string[] = [];
  walkExpressions(node, (part) => {
    if (part.kind === "Attribute" && part.value.kind === "Name" && managers.has(part.attribute.name)) {
      classes.push(part.value.name);
    }
    return undefined;
  });
  if (classes.length === 0) return false;
  return loops.some(({ statement, location: header }) => {
    if (header.path !== location.path || !containsRange(statement, node)) return false;
    const chosen = namesChosenIn(statement);
    return classes.some((name) => chosen.has(name));
  });
}

/** Variables of the loop, and names that are set in it to what depends on one of them. */
function namesChosenIn(loop: QueryExecution["loops"][number]["statement"]): ReadonlySet<string> {
  const chosen = new Set<string>();
  if (loop.kind === "Comprehension") {
    for (const { target } of loop.clauses) for (const name of targetNames(target)) chosen.add(name);
    return chosen;
  }
  if (loop.kind !== "For") return chosen;
  for (const name of targetNames(loop.target)) chosen.add(name);
  const bound = boundNames([loop]);
  walk(loop, (node) => {
    if (isStatement(node) && node.kind === "Assign" && isChosenBy(node.value, bound)) {
      for (const target of node.targets) if (target.kind === "Name") chosen.add(target.name);
    }
    return true;
  });
  return chosen;
}

/** A condition chooses between classes that are written down. All rows of one queryset have the class of one model: `type(row)` and `row.__class__` choose nothing. */
function isChosenBy(value: Expression, bound: ReadonlySet<string>): boolean {
  if (value.kind === "Conditional") return isChosenBy(value.body, bound) || isChosenBy(value.orElse, bound);
  let found = false;
  walkExpressions(value, (part) => {
    if (part.kind === "Name" && bound.has(part.name)) found = true;
    const isOwnClass =
      (part.kind === "Attribute" && part.attribute.name === "__class__") ||
      (part.kind === "Call" && part.function.kind === "Name" && part.function.name === "type");
    return !found && !isOwnClass;
  });
  return found;
}
