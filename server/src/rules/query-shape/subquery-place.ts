/** Where the value of a `Subquery()` is used. */
import { containsRange } from "../../base/text-range.ts";
import type { Expression, ModuleTree } from "../../syntax/ast.ts";
import { isExpression, type Node, pathTo } from "../../syntax/walk.ts";
import { functionAround, usesOf } from "../writes/syntax-queries.ts";

const methods: ReadonlySet<string> = new Set([
  ...["annotate", "alias", "aggregate", "update", "values", "values_list", "order_by"],
  ...["filter", "exclude", "get"],
]);
/** Expressions that take one value for each row. */
const scalar: ReadonlySet<string> = new Set([
  ...["Coalesce", "Cast", "Case", "When", "Q", "ExpressionWrapper", "F", "Value", "Func"],
  ...["Greatest", "Least", "NullIf", "Concat", "Lower", "Upper", "Length", "Round", "Abs", "TruncDate"],
  ...["Sum", "Max", "Min", "Avg"],
]);

/** It stands, or its name does, only where a query takes one value: not in `__in`, `Exists` or what nobody knows here. */
export function isSingleValue(tree: ModuleTree, node: Expression): boolean {
  const path = pathTo(tree, node);
  for (let index = path.length - 2; index >= 0; index--) {
    const [parent, child] = [path[index], path[index + 1]];
    const decided = parent && child ? decidedBy(tree, parent, child, node) : false;
    if (decided !== undefined) return decided;
  }
  return false;
}

/** Undefined where what is around the parent decides. */
function decidedBy(tree: ModuleTree, parent: Node, child: Node, node: Expression): boolean | undefined {
  if (!("kind" in parent)) return undefined;
  switch (parent.kind) {
    case "BinaryOperation":
    case "Conditional":
      return undefined;
    case "Call": {
      const keyword = parent.keywords.find(({ value }) => containsRange(value, node))?.name?.name;
      if (keyword?.endsWith("__in")) return false;
      const { function: callee } = parent;
      const name =
        callee.kind === "Attribute" ? callee.attribute.name : callee.kind === "Name" ? callee.name : "";
      if (callee.kind === "Attribute" && methods.has(name)) return true;
      return scalar.has(name) ? undefined : false;
    }
    case "Assign": {
      const [target, ...others] = parent.targets;
      const scope = functionAround(tree, parent);
      if (target?.kind !== "Name" || others.length > 0 || !scope || !isExpression(child)) return false;
      const uses = usesOf(scope, target.name).filter((use) => use !== target);
      return uses.length > 0 && uses.every((use) => use.start > parent.end && isSingleValue(tree, use));
    }
    default:
      return false;
  }
}
