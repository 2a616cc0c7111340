/** Which columns and relations a call of a queryset method names, and which names it adds to the queryset. */

import type { TextRange } from "../../base/text-range.ts";
import { synchronousName } from "../../queryset/operations.ts";
import { anyName, type Queryset } from "../../queryset/queryset.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { isInterpretedForItself } from "../frames.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { type ExpressionName, expressionClass, namesInExpression } from "./expression-names.ts";
import { localConditions, namesInLocalCondition } from "./local-conditions.ts";

/** What the arguments of a method are. */
interface MethodArguments {
  /** Strings name columns: all, or those in front. */
  readonly strings?: "all" | "first";
  /** Keywords are lookups, all but these. */
  readonly lookupsExcept?: ReadonlySet<string>;
  /** This keyword names a column. */
  readonly column?: string;
}

const noKeywords: ReadonlySet<string> = new Set();
const conditions: MethodArguments = { lookupsExcept: noKeywords };
const columns: MethodArguments = { strings: "all" };
const getOrCreate: MethodArguments = { lookupsExcept: new Set(["defaults", "create_defaults"]) };

const methods: ReadonlyMap<string, MethodArguments> = new Map([
  ["filter", conditions],
  ["exclude", conditions],
  ["get", conditions],
  ["get_or_create", getOrCreate],
  ["update_or_create", getOrCreate],
  ["order_by", columns],
  ["values", columns],
  ["values_list", columns],
  ["distinct", columns],
  ["earliest", columns],
  ["latest", columns],
  ["dates", { strings: "first" }],
  ["datetimes", { strings: "first" }],
  ["in_bulk", { column: "field_name" }],
  ["annotate", {}],
  ["alias", {}],
  ["aggregate", {}],
  ["update", {}],
]);

/** Notes the call, and the columns and relations that it names, each with its place in the code. */
export function recordCall(
  interpreter: Interpreter,
  queryset: Queryset,
  name: string,
  args: Arguments,
  node: Call,
): void {
  if (!isInterpretedForItself(interpreter)) return;
  const method = synchronousName(name);
  const place = interpreter.location(node);
  interpreter.record({
    kind: "querysetCall",
    queryset,
    method,
    call: node,
    given: args.positional,
    ...interpreter.context(place, []),
  });
  const given = methods.get(method);
  if (!given) return;
  const names = namesAddedBy(interpreter, method, args, node);
  // An annotation may use those before it in the same call.
  const known =
    names.length === 0
      ? queryset
      : { ...queryset, annotations: new Set([...queryset.annotations, ...names]) };
  const record = (
    use: string,
    lookup: string,
    place: TextRange,
    { value, optional = method === "exclude", within = [] }: Partial<ExpressionName> = {},
  ): void => {
    interpreter.record({
      kind: "lookup",
      queryset: known,
      method: use,
      lookup,
      call: node,
      within,
      condition: use === method && given.lookupsExcept ? { value, optional } : undefined,
      ...interpreter.context(interpreter.location(place), []),
    });
  };
  const recordNamesIn = (expression: Expression): void => {
    const used =
      expression.kind === "Name" && given.lookupsExcept
        ? namesInLocalCondition(interpreter, expression)
        : namesInExpression(interpreter, expression);
    for (const each of used) {
      // A `Q` is a condition of the method that it is given to.
      const use = each.expression === "Q" ? method : each.expression;
      record(use, each.name, each.place, { ...each, optional: each.optional || method === "exclude" });
    }
  };
  for (const [index, argument] of node.arguments.entries()) {
    const isColumn = given.strings === "all" || (given.strings === "first" && index === 0);
    if (isColumn && argument.kind === "StringLiteral") record(method, argument.value, argument);
    else recordNamesIn(argument);
  }
  for (const { name: keyword, value } of node.keywords) {
    if (!keyword && given.lookupsExcept) {
      // `filter(**{"owner__name": "x"})`
      const written = value.kind === "Name" ? localConditions(interpreter, value) : value;
      for (const { key } of written?.kind === "DictLiteral" ? written.entries : [])
        if (key?.kind === "StringLiteral") record(method, key.value, key);
    }
    if (!keyword) continue;
    if (given.lookupsExcept?.has(keyword.name) === false) {
      record(method, keyword.name, keyword, { value });
    }
    if (keyword.name === given.column && value.kind === "StringLiteral") record(method, value.value, value);
    recordNamesIn(value);
  }
}

/** Methods whose keywords and expressions get names of their own. */
const naming: ReadonlySet<string> = new Set(["annotate", "alias", "aggregate", "values", "values_list"]);

function namesAddedBy(
  interpreter: Interpreter,
  method: string,
  args: Arguments,
  node: Call,
): readonly string[] {
  if (!naming.has(method)) return [];
  const positional = node.arguments.flatMap((argument) => {
    if (argument.kind === "StringLiteral") return [];
    return defaultAlias(interpreter, argument) ?? anyName;
  });
  // `flat` and `named`
  if (method === "values_list") return positional;
  return [...args.keywords.keys(), ...(args.open ? [anyName] : []), ...positional];
}

/** `tasks__count` of `Count("tasks")`. */
function defaultAlias(interpreter: Interpreter, argument: Expression): string | undefined {
  if (argument.kind !== "Call") return undefined;
  const [source] = argument.arguments;
  const aggregate = expressionClass(interpreter, argument);
  if (aggregate === undefined || source?.kind !== "StringLiteral") return undefined;
  return `${source.value}__${aggregate.toLowerCase()}`;
}

/** The names that a call adds to the rows of the queryset or to its lookups. */
export function addedNames(
  interpreter: Interpreter,
  queryset: Queryset,
  name: string,
  args: Arguments,
  node: Call,
): ReadonlySet<string> {
  const method = synchronousName(name);
  const added = method === "extra" ? namesOfExtra(args) : namesAddedBy(interpreter, method, args, node);
  if (added.length === 0) return queryset.annotations;
  return new Set([...queryset.annotations, ...added]);
}

/** `extra(select={"is_recent": "…"})` */
function namesOfExtra(args: Arguments): readonly string[] {
  const select = args.keywords.get("select") ?? args.positional[0];
  if (args.open) return [anyName];
  if (!select) return [];
  return select.kind === "mapping" && select.size.kind === "constant"
    ? [...select.entries.keys()]
    : [anyName];
}
