/** Conditions that stand in a local name before a queryset gets them: `condition = Q(title__icontains=word)`. */
import type { DictLiteral, Expression, FunctionDef, Name, Statement } from "../../syntax/ast.ts";
import { someBlockStatement } from "../../syntax/statement-walk.ts";
import { pathTo } from "../../syntax/walk.ts";
import type { Interpreter } from "../interpreter.ts";
import { type ExpressionName, namesInExpression } from "./expression-names.ts";

/**
 * What the name's conditions name. Nothing where the name gets its first value in several places, which may be
 * conditions on different models, or from elsewhere.
 */
export function namesInLocalCondition(interpreter: Interpreter, name: Name): readonly ExpressionName[] {
  const values = valuesOf(interpreter, name);
  const [first, ...added] = values ?? [];
  if (!first) return [];
  const isAlternative = added.some(({ operator }) => operator !== "&");
  return [first, ...added]
    .flatMap(({ value }) => namesInExpression(interpreter, value))
    .filter(({ within }) => within[0]?.name === "Q")
    .map((each) => (isAlternative || added.length > 0 ? { ...each, optional: true } : each));
}

/** `conditions = {"title__icontains": word}`, given as `filter(**conditions)` */
export function localConditions(interpreter: Interpreter, name: Name): DictLiteral | undefined {
  const [first, ...added] = valuesOf(interpreter, name) ?? [];
  return first?.value.kind === "DictLiteral" && added.length === 0 ? first.value : undefined;
}

interface AssignedValue {
  readonly value: Expression;
  /** `|` of `condition |= Q(…)` */
  readonly operator: string | undefined;
}

/** The only value that is assigned to a variable of the function, and those that are combined with it. */
function valuesOf({ state: { frame } }: Interpreter, name: Name): readonly AssignedValue[] | undefined {
  const around = pathTo(frame.module.file.tree, name).findLast(
    (node): node is FunctionDef => "kind" in node && node.kind === "FunctionDef",
  );
  if (!around || around.parameters.some((parameter) => parameter.name === name.name)) return undefined;
  const values: AssignedValue[] = [];
  const isOther = someBlockStatement(around.body, (statement) => {
    const value = assignedBy(statement, name.name);
    if (value) values.push(value);
    return value === undefined && binds(statement, name.name);
  });
  const assigned = values.filter(({ operator }) => operator === undefined);
  return !isOther && assigned.length === 1 && values[0] === assigned[0] ? values : undefined;
}

function assignedBy(statement: Statement, name: string): AssignedValue | undefined {
  if (statement.kind === "AugAssign" && isName(statement.target, name))
    return { value: statement.value, operator: statement.operator };
  if (statement.kind !== "Assign" || statement.targets.length !== 1) return undefined;
  return statement.targets.some((target) => isName(target, name))
    ? { value: statement.value, operator: undefined }
    : undefined;
}

/** In another way than by `name = …`: what it holds then is not known. */
function binds(statement: Statement, name: string): boolean {
  switch (statement.kind) {
    case "Assign":
      return statement.targets.some((target) => target.kind !== "Attribute" && mentionsName(target, name));
    case "For":
      return mentionsName(statement.target, name);
    case "AnnAssign":
      return isName(statement.target, name);
    default:
      return false;
  }
}

function mentionsName(target: Expression, name: string): boolean {
  switch (target.kind) {
    case "Name":
      return target.name === name;
    case "TupleLiteral":
    case "ListLiteral":
      return target.elements.some((element) => mentionsName(element, name));
    // `conditions["done"] = True` adds a key that no literal shows.
    case "Subscript":
      return mentionsName(target.value, name);
    default:
      return false;
  }
}

function isName(node: Expression, name: string): boolean {
  return node.kind === "Name" && node.name === name;
}
