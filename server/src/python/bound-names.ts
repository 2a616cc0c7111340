/** Which names a block of statements binds. */
import { remembered } from "../base/remembered.ts";
import type { Expression, Statement } from "../syntax/ast.ts";
import { targetNames } from "../syntax/name-bindings.ts";
import { someBlockStatement } from "../syntax/statement-walk.ts";
import { walkExpressions } from "../syntax/walk.ts";

const known = new WeakMap<readonly Statement[], ReadonlySet<string>>();

/** Names that the block binds: targets of assignments, loops, `with`, `except` and imports. */
export function boundNames(block: readonly Statement[]): ReadonlySet<string> {
  return remembered(known, block, () => findBoundNames(block));
}

function findBoundNames(block: readonly Statement[]): ReadonlySet<string> {
  const names = new Set<string>();
  const bindTarget = (target: Expression | undefined): void => {
    if (target) for (const name of targetNames(target)) names.add(name);
  };
  someBlockStatement(block, (statement) => {
    switch (statement.kind) {
      case "Assign":
        statement.targets.forEach(bindTarget);
        break;
      case "AugAssign":
      case "AnnAssign":
      case "For":
        bindTarget(statement.target);
        break;
      case "With":
        for (const item of statement.items) bindTarget(item.target);
        break;
      case "Try":
        for (const { name } of statement.handlers) if (name) names.add(name.name);
        break;
      case "Match":
        for (const { bindings } of statement.cases) for (const { name } of bindings) names.add(name);
        break;
      case "FunctionDef":
      case "ClassDef":
        names.add(statement.name.name);
        break;
      case "Import":
      case "ImportFrom":
        for (const { name, alias } of statement.names) names.add(alias ?? name.split(".")[0] ?? name);
        break;
      default:
        break;
    }
    return false;
  });
  for (const statement of block) {
    walkExpressions(statement, (node) => {
      if (node.kind === "NamedExpression") names.add(node.target.name);
      return true;
    });
  }
  return names;
}
