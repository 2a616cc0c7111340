/** Conditions and orders of a queryset method as Python code on rows that are there already. */
import type { Field, Model } from "../../django/model-graph.ts";
import { querysetOperation } from "../../queryset/operations.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Expression, Keyword } from "../../syntax/ast.ts";
import type { RuleContext } from "../rule-context.ts";
import type { CodeAround } from "./code-around.ts";
import { isTested, isUsedAsList } from "./consumer.ts";
import { type MethodCall, methodName, type QueryExpression } from "./query-expression.ts";
import { rowName } from "./row-attribute.ts";

/**
 * Code that finds among the prefetched rows what the query finds in the database, or undefined where Python would not
 * find the same: other types, collations, missing values.
 */
export function pythonFilter(
  context: RuleContext,
  code: CodeAround,
  query: QueryExpression,
  { model, order: orderOfRows }: Queryset,
): string | undefined {
  if (query.subscript) return undefined;
  const { text } = code.module.file;
  const last = query.steps.at(-1);
  const terminal = last && isTerminal(last) ? methodName(last) : undefined;
  if (terminal && last && last.arguments.length + last.keywords.length > 0) return undefined;
  const steps = terminal ? query.steps.slice(0, -1) : query.steps;
  const row = rowName(model, namesIn(text.slice(query.node.start, query.node.end)));
  const conditions: string[] = [];
  let order: string | undefined;
  for (const step of steps) {
    switch (methodName(step)) {
      case "all":
      case "iterator":
        break;
      case "filter":
      case "exclude": {
        const condition = conditionOf(context, code, model, row, step);
        if (condition === undefined) return undefined;
        conditions.push(condition);
        break;
      }
      case "order_by": {
        order = orderOf(model, row, step);
        if (order === undefined) return undefined;
        break;
      }
      default:
        return undefined;
    }
  }
  const rows = `${text.slice(query.root.start, query.root.end)}.all()`;
  const condition = conditions.join(" and ");
  const matching = condition ? `${row} for ${row} in ${rows} if ${condition}` : undefined;
  switch (terminal) {
    case "first":
      if (order !== undefined) return undefined;
      if (orderOfRows === "unordered") {
        if (!isKeySortable(model)) return undefined;
        return `min(${matching ? `(${matching})` : rows}, key=lambda ${row}: ${row}.pk, default=None)`;
      }
      return matching ? `next((${matching}), None)` : `next(iter(${rows}), None)`;
    case "count":
      return matching && `len([${matching}])`;
    case "exists":
      return condition ? `any(${condition} for ${row} in ${rows})` : undefined;
    default:
      if (matching && order === undefined && isTested(code, query.node)) {
        return `any(${condition} for ${row} in ${rows})`;
      }
      if (!isUsedAsList(code, query.node)) return undefined;
      if (order !== undefined) return `sorted(${matching ? `(${matching})` : rows}, ${order})`;
      return matching ? `[${matching}]` : rows;
  }
}

function isTerminal(step: MethodCall): boolean {
  const kind = querysetOperation(methodName(step))?.kind;
  return kind === "instance" || kind === "scalar";
}

function namesIn(text: string): ReadonlySet<string> {
  return new Set(text.match(/[A-Za-z_]\w*/g) ?? []);
}

function conditionOf(
  context: RuleContext,
  code: CodeAround,
  model: Model,
  row: string,
  step: MethodCall,
): string | undefined {
  if (step.arguments.length > 0 || step.keywords.length === 0) return undefined;
  const negated = methodName(step) === "exclude";
  const parts: Condition[] = [];
  for (const keyword of step.keywords) {
    const part = keywordCondition(context, code, model, row, keyword);
    if (!part) return undefined;
    parts.push(part);
  }
  const [only] = parts;
  if (!negated) return parts.map(({ holds }) => holds).join(" and ");
  return parts.length === 1 && only ? only.fails : `not (${parts.map(({ holds }) => holds).join(" and ")})`;
}

interface Condition {
  readonly holds: string;
  readonly fails: string;
}

function keywordCondition(
  context: RuleContext,
  code: CodeAround,
  model: Model,
  row: string,
  { name, value }: Keyword,
): Condition | undefined {
  if (!name) return undefined;
  const [column = "", lookup = "exact", ...deeper] = name.name.split("__");
  const field = model.fields.get(column);
  if (field?.kind !== "column" || deeper.length > 0) return undefined;
  const attribute = `${row}.${column}`;
  const written = code.module.file.text.slice(value.start, value.end);
  const compare = (operator: string, opposite: string): Condition => ({
    holds: `${attribute} ${operator} ${written}`,
    fails: `${attribute} ${opposite} ${written}`,
  });
  switch (lookup) {
    case "exact":
      if (isConstant(value, "None"))
        return { holds: `${attribute} is None`, fails: `${attribute} is not None` };
      if (field.baseClassName === "BooleanField") return truthCondition(field, attribute, value);
      return isComparable(context, code, field, value) ? compare("==", "!=") : undefined;
    case "in":
      if (value.kind !== "ListLiteral" && value.kind !== "TupleLiteral") return undefined;
      return value.elements.every((element) => isComparable(context, code, field, element))
        ? compare("in", "not in")
        : undefined;
    case "isnull": {
      const missing = isConstant(value, "True");
      if (!missing && !isConstant(value, "False")) return undefined;
      const [holds, fails] = missing ? ["is", "is not"] : ["is not", "is"];
      return { holds: `${attribute} ${holds} None`, fails: `${attribute} ${fails} None` };
    }
    case "gt":
    case "gte":
    case "lt":
    case "lte": {
      if (field.null || value.kind !== "NumberLiteral" || !integers.has(field.baseClassName))
        return undefined;
      const [operator, opposite] = comparisons[lookup];
      return compare(operator, opposite);
    }
    default:
      return undefined;
  }
}

const comparisons = { gt: [">", "<="], gte: [">=", "<"], lt: ["<", ">="], lte: ["<=", ">"] } as const;

/** A missing value is neither true nor false to the database, but both `exclude` and Python's `not` accept it. */
function truthCondition(field: Field, attribute: string, value: Expression): Condition | undefined {
  const wanted = isConstant(value, "True");
  if (!wanted && !isConstant(value, "False")) return undefined;
  if (wanted) return { holds: attribute, fails: `not ${attribute}` };
  return field.null
    ? { holds: `${attribute} is False`, fails: `${attribute} is not False` }
    : { holds: `not ${attribute}`, fails: attribute };
}

function isConstant(value: Expression, name: "True" | "False" | "None"): boolean {
  return value.kind === "ConstantLiteral" && value.value === name;
}

const texts: ReadonlySet<string> = new Set(["CharField", "TextField", "SlugField", "EmailField", "URLField"]);
const integers: ReadonlySet<string> = new Set([
  "IntegerField",
  "BigIntegerField",
  "SmallIntegerField",
  "PositiveIntegerField",
  "PositiveBigIntegerField",
  "PositiveSmallIntegerField",
]);

/** `==` means in Python what it means to the database: a text with a text, a number with a number. */
function isComparable(context: RuleContext, code: CodeAround, field: Field, value: Expression): boolean {
  if (value.kind === "StringLiteral") return !value.bytes && texts.has(field.baseClassName);
  if (value.kind === "NumberLiteral") return integers.has(field.baseClassName);
  if (value.kind !== "Attribute") return false;
  // `Task.Status.OPEN`: the members of Django's choices equal their values.
  if (!texts.has(field.baseClassName) && !integers.has(field.baseClassName)) return false;
  const holder = context.project.program.resolveExpression(code.module, value.value);
  return holder.kind === "class" && /^[A-Z][A-Z0-9_]*$/.test(value.attribute.name);
}

/** Types that Python sorts as every database does: no text, whose order is a matter of collation. */
const sortable: ReadonlySet<string> = new Set([
  ...integers,
  "AutoField",
  "BigAutoField",
  "DecimalField",
  "FloatField",
  "DateField",
  "DateTimeField",
  "BooleanField",
]);

/** `first()` sorts by the primary key what has no order, and a prefetch leaves it as it comes. */
function isKeySortable({ fields, primaryKey }: Model): boolean {
  const { baseClassName = "" } = fields.get(primaryKey) ?? {};
  return sortable.has(baseClassName) || baseClassName === "UUIDField";
}

function orderOf(model: Model, row: string, step: MethodCall): string | undefined {
  const [column] = step.arguments;
  if (step.arguments.length !== 1 || step.keywords.length > 0 || column?.kind !== "StringLiteral")
    return undefined;
  const reversed = column.value.startsWith("-");
  const name = reversed ? column.value.slice(1) : column.value;
  const field = model.fields.get(name === "pk" ? model.primaryKey : name);
  if (field?.kind !== "column" || field.null || !sortable.has(field.baseClassName)) return undefined;
  return `key=lambda ${row}: ${row}.${name}${reversed ? ", reverse=True" : ""}`;
}
