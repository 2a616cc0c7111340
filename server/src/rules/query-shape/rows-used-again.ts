/** Whether code uses the rows of a queryset for more than one question: then fetching them once is right. */
import { containsRange } from "../../base/text-range.ts";
import { querysetOperation } from "../../queryset/operations.ts";
import type { Expression, FunctionDef, Name, Statement } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { forEachChild, isStatement, type Node } from "../../syntax/walk.ts";

/**
 * Nothing else can use the rows that `value`, the last of `path`'s own children, fetches: it is a new queryset, or a
 * name of one that the function only refines, counts and asks like this.
 * @param made the expressions that are known to make a new queryset, beside the calls of Django's own methods
 */
export function isAskedOnce(
  path: readonly Node[],
  value: Expression,
  made: readonly Expression[] = [],
): boolean {
  const isNew = (node: Expression): boolean => made.includes(node) || isNewQueryset(node);
  if (isNew(value)) return true;
  if (value.kind !== "Name") return false;
  const scopeIndex = path.findLastIndex((node) => isStatement(node) && node.kind === "FunctionDef");
  const scope = path[scopeIndex] as FunctionDef | undefined;
  // In a round, a name may stand for a queryset that another round has asked.
  if (!scope || path.slice(scopeIndex).some((node) => repeats(node, value))) return false;
  const bindings = bindingsOf(scope, value.name);
  const statements: Node[] = [];
  for (const binding of bindings) {
    if (binding.kind !== "assignment" || !isNew(binding.value)) return false;
    const { statement } = binding;
    if (statement.kind === "Assign" && statement.targets.length > 1) return false;
    statements.push(statement);
  }
  if (bindings.length === 0) return false;
  return usesOf(scope, value.name).every(
    ({ node, parent, grandparent }) =>
      (node.start === value.start && node.end === value.end) ||
      statements.includes(parent) ||
      startsNewQuery(node, parent, grandparent),
  );
}

/** A call of a queryset method that gives another queryset: `tasks.filter(…)`. */
function isNewQueryset(value: Expression): boolean {
  if (value.kind !== "Call" || value.function.kind !== "Attribute") return false;
  switch (querysetOperation(value.function.attribute.name)?.kind) {
    case "refine":
    case "select":
    case "prefetch":
    case "columns":
    case "annotate":
    case "rows":
    case "combine":
      return value.function.attribute.name !== "get_queryset";
    default:
      return false;
  }
}

/** The value is evaluated in each round; what a loop runs over is not, nor what each round binds anew. */
function repeats(node: Node, value: Name): boolean {
  if (!("kind" in node)) return false;
  switch (node.kind) {
    case "For":
      return !containsRange(node.iterable, value);
    case "Comprehension": {
      const [first] = node.clauses;
      return !first || !containsRange(first.iterable, value);
    }
    case "While":
      return !(
        containsRange(node.test, value) && node.body.some((statement) => binds(statement, value.name))
      );
    case "Lambda":
      return true;
    default:
      return false;
  }
}

function binds(statement: Statement, name: string): boolean {
  return (
    statement.kind === "Assign" &&
    statement.targets.some((each) => each.kind === "Name" && each.name === name)
  );
}

/** The name is the receiver of a method that leaves its rows alone: `tasks.filter(…)`, `tasks.count()`. */
function startsNewQuery(node: Node, parent: Node, call: Node | undefined): boolean {
  if (!("kind" in parent) || parent.kind !== "Attribute" || parent.value !== node) return false;
  if (!call || !("kind" in call) || call.kind !== "Call" || call.function !== parent) return false;
  return querysetOperation(parent.attribute.name) !== undefined;
}

interface Use {
  readonly node: Node;
  readonly parent: Node;
  readonly grandparent: Node | undefined;
}

function usesOf(scope: FunctionDef, name: string): readonly Use[] {
  const uses: Use[] = [];
  const visit = (node: Node, parent: Node | undefined): void => {
    forEachChild(node, (child) => {
      if ("kind" in child && child.kind === "Name" && child.name === name) {
        uses.push({ node: child, parent: node, grandparent: parent });
      }
      visit(child, node);
    });
  };
  visit(scope, undefined);
  return uses;
}
