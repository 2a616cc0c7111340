/** Actions of an admin class: functions and methods that get the rows that the user ticked. */
import type { Model } from "../../django/model-graph.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { unknown } from "../../queryset/join.ts";
import type { OriginSite } from "../../queryset/origin.ts";
import type { FunctionValue, PlainObject, Value } from "../../queryset/value.ts";
import type { Expression, FunctionDef } from "../../syntax/ast.ts";
import { isExpression, isStatement, walk } from "../../syntax/walk.ts";
import { changeListQuerysets } from "./change-list-queryset.ts";
import { classPlace, itemsOf, optionOf } from "./options.ts";

export function runActions(
  interpreter: Interpreter,
  admin: PlainObject,
  model: Model,
  shared: boolean,
): void {
  const actions = itemsOf(optionOf(interpreter, admin, "actions")).flatMap((action) => {
    const callee =
      action.kind === "literal" && typeof action.value === "string"
        ? interpreter.attribute(admin, action.value, classPlace(admin.symbol))
        : action;
    return callee.kind === "function" && callee.node.kind === "FunctionDef" ? [callee] : [];
  });
  if (actions.length === 0) return;
  for (const queryset of changeListQuerysets(interpreter, admin, model, shared)) {
    for (const action of actions) {
      const site = siteOfRows(action);
      const rows = { ...queryset, origin: { sites: site ? [site] : [] }, result: { evaluated: false } };
      const positional: Value[] = action.receiver ? [unknown, rows] : [admin, unknown, rows];
      const args = { positional, keywords: new Map<string, Value>(), open: false };
      interpreter.callFunction(action, args, classPlace(admin.symbol), "method");
    }
  }
}

/** Where the function begins to read the rows: the name of its last parameter as what a loop runs over. */
function siteOfRows({ node, module, symbol }: FunctionValue): OriginSite | undefined {
  if (node.kind !== "FunctionDef" || !symbol) return undefined;
  const name = node.parameters.at(-1)?.name;
  const start = name === undefined ? undefined : firstIterated(node, name);
  return (
    start && {
      kind: "chain",
      node: start,
      location: { path: module.file.path, range: { start: start.start, end: start.end } },
      symbol: `${module.name}.${symbol.qualifiedName}`,
      functionId: symbol.id,
    }
  );
}

function firstIterated(definition: FunctionDef, name: string): Expression | undefined {
  let found: Expression | undefined;
  walk(definition, (node) => {
    const iterables =
      isStatement(node) && node.kind === "For"
        ? [node.iterable]
        : isExpression(node) && node.kind === "Comprehension"
          ? node.clauses.map(({ iterable }) => iterable)
          : [];
    for (const iterable of iterables) found ??= rootNamed(iterable, name);
    return found === undefined;
  });
  return found;
}

/** `queryset` in `queryset.filter(…).order_by(…)` */
function rootNamed(expression: Expression, name: string): Expression | undefined {
  let node = expression;
  for (;;) {
    if (node.kind === "Call") node = node.function;
    else if (node.kind === "Attribute" || node.kind === "Subscript") node = node.value;
    else return node.kind === "Name" && node.name === name ? node : undefined;
  }
}
