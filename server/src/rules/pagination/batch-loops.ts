/** Loops that take the rows of a queryset part by part, each part by its place in the order. */
import { containsRange } from "../../base/text-range.ts";
import type { RowList, RowSlice } from "../../interpret/facts.ts";
import type { Expression, For, FunctionDef, Statement, While } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { someBlockStatement } from "../../syntax/statement-walk.ts";
import { isStatement } from "../../syntax/walk.ts";
import { codeAround } from "../n-plus-one/code-around.ts";
import type { RuleContext } from "../rule-context.ts";
import { namesIn } from "../writes/syntax-queries.ts";

export type BatchLoop = For | While;

/** `rows[start : start + size]` where each round of the loop moves the start. */
export function loopOfSlice(context: RuleContext, { location, node }: RowSlice): BatchLoop | undefined {
  const lower = node.index.kind === "Slice" ? node.index.lower : undefined;
  const code = lower && codeAround(context, location);
  if (!lower || !code) return undefined;
  const names = namesIn(lower);
  return code.path
    .slice(code.path.indexOf(code.scope))
    .findLast(
      (around): around is BatchLoop =>
        isStatement(around) &&
        ((around.kind === "For" && names.has(nameOf(around.target) ?? "") && isRange(around.iterable)) ||
          (around.kind === "While" && [...names].some((name) => grows(around.body, name)))),
    );
}

/** `range(0, rows.count(), size)` */
function isRange(node: Expression): boolean {
  return node.kind === "Call" && node.function.kind === "Name" && node.function.name === "range";
}

/** `start += size` */
function grows(body: readonly Statement[], name: string): boolean {
  return someBlockStatement(body, (statement) => {
    if (statement.kind === "AugAssign")
      return statement.operator === "+" && nameOf(statement.target) === name;
    return (
      statement.kind === "Assign" &&
      statement.targets.some((target) => nameOf(target) === name) &&
      statement.value.kind === "BinaryOperation" &&
      statement.value.operator === "+" &&
      namesIn(statement.value).has(name)
    );
  });
}

/** `for number in pages.page_range:`, or `for page in pages:` itself, over the paginator that is made there. */
export function loopOfPaginator(context: RuleContext, { location, node }: RowList): BatchLoop | undefined {
  const code = codeAround(context, location);
  if (!code) return undefined;
  const name = nameOfPaginator(code.scope, node);
  let loop: BatchLoop | undefined;
  someBlockStatement(code.scope.body, (statement) => {
    if (statement.kind !== "For") return false;
    const { iterable } = statement;
    const over =
      iterable.kind === "Attribute" && iterable.attribute.name === "page_range" ? iterable.value : iterable;
    if (over === node || (name !== undefined && nameOf(over) === name)) loop = statement;
    return loop !== undefined;
  });
  return loop;
}

function nameOfPaginator(scope: FunctionDef, node: Expression): string | undefined {
  let name: string | undefined;
  someBlockStatement(scope.body, (statement) => {
    if (statement.kind !== "Assign" || !containsRange(statement.value, node)) return false;
    const [target] = statement.targets;
    if (statement.value.start === node.start && target) name = nameOf(target);
    return true;
  });
  return name !== undefined && bindingsOf(scope, name).length === 1 ? name : undefined;
}

function nameOf(node: Expression): string | undefined {
  return node.kind === "Name" ? node.name : undefined;
}
