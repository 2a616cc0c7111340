/** Conditions on the row of a loop, as arguments of `filter()` and `exclude()`. */

import type { Field, Model } from "../../django/model-graph.ts";
import type { Expression, For, Statement } from "../../syntax/ast.ts";
import { isNoneLiteral } from "../../syntax/none-literal.ts";
import { isInvariant } from "./row-uses.ts";
import { fieldsNamed } from "./written-fields.ts";

export interface RowCondition {
  readonly method: "filter" | "exclude";
  readonly lookup: string;
  readonly value: Expression | "True" | "False";
}

export interface RowReader {
  readonly loop: For;
  readonly row: string;
  readonly model: Model;
}

/**
 * The loop's body without the `if` statements around all of it, or in front of it to skip the round, and what these ask of
 * the row. Undefined where that can't be said to the database.
 */
export function conditionsAround(
  reader: RowReader,
): { readonly conditions: readonly RowCondition[]; readonly block: readonly Statement[] } | undefined {
  const conditions: RowCondition[] = [];
  let block = reader.loop.body;
  for (;;) {
    const [first, ...rest] = block;
    if (first?.kind !== "If" || first.orElse.length > 0) return { conditions, block };
    const skips = first.body.length === 1 && first.body[0]?.kind === "Continue";
    if (!skips && rest.length > 0) return { conditions, block };
    const read = conditionsOf(reader, first.test, !skips);
    if (!read) return undefined;
    conditions.push(...read);
    block = skips ? rest : first.body;
  }
}

/** `.filter(done=True)`, for each of them. */
export function conditionsCode(
  conditions: readonly RowCondition[],
  source: (node: Expression) => string,
): string {
  return conditions
    .map(
      ({ method, lookup, value }) =>
        `.${method}(${lookup}=${typeof value === "string" ? value : source(value)})`,
    )
    .join("");
}

/** The field of `row.name`. */
export function columnOf(
  { row, model }: RowReader,
  node: Expression,
): { readonly field: Field; readonly attribute: string } | undefined {
  if (node.kind !== "Attribute" || node.value.kind !== "Name" || node.value.name !== row) return undefined;
  const [field, ...others] = fieldsNamed(model, node.attribute.name);
  // Columns of a multi-table parent are in another table.
  const isOwn = model.parents.length === 0 || field?.model === model.label;
  return field && others.length === 0 && isOwn ? { field, attribute: node.attribute.name } : undefined;
}

/** Functions that give the same in every round, but for the time that passes. */
const repeatable: ReadonlySet<string> = new Set([
  "Decimal",
  "bool",
  "date",
  "datetime",
  "float",
  "int",
  "localdate",
  "localtime",
  "now",
  "str",
  "timedelta",
  "today",
  "utcnow",
]);

/** Evaluating it once does what evaluating it in every round does. */
export function isRepeatable(node: Expression): boolean {
  switch (node.kind) {
    case "Name":
    case "StringLiteral":
    case "NumberLiteral":
    case "ConstantLiteral":
      return true;
    case "Attribute":
      return isRepeatable(node.value);
    case "Subscript":
      return isRepeatable(node.value) && isRepeatable(node.index);
    case "UnaryOperation":
      return isRepeatable(node.operand);
    case "BinaryOperation":
      return isRepeatable(node.left) && isRepeatable(node.right);
    case "Call": {
      const callee = node.function;
      const name =
        callee.kind === "Name" ? callee.name : callee.kind === "Attribute" ? callee.attribute.name : "";
      return (
        repeatable.has(name) &&
        node.arguments.every(isRepeatable) &&
        node.keywords.every(({ value }) => isRepeatable(value))
      );
    }
    default:
      return false;
  }
}

/** @param holds whether the test is true, or false, for the rows that the round writes */
function conditionsOf(
  reader: RowReader,
  test: Expression,
  holds: boolean,
): readonly RowCondition[] | undefined {
  const joins = holds ? "and" : "or";
  const parts = test.kind === "BooleanOperation" && test.operator === joins ? test.values : [test];
  const conditions = parts.map((part) => conditionOf(reader, part, holds));
  return conditions.every((condition) => condition !== undefined) ? conditions : undefined;
}

function conditionOf(reader: RowReader, test: Expression, holds: boolean): RowCondition | undefined {
  if (test.kind === "UnaryOperation" && test.operator === "not")
    return conditionOf(reader, test.operand, !holds);
  if (test.kind !== "Comparison") return truthOf(reader, test, holds ? "True" : "False");
  const [operator, ...others] = test.operators;
  const [right] = test.comparators;
  if (!operator || !right || others.length > 0) return undefined;
  const comparison = comparisonOf(reader, test.left, operator, right);
  return comparison && isInvariant(reader.loop, comparison.value)
    ? conditionFor(comparison, holds)
    : undefined;
}

interface ColumnComparison {
  readonly field: Field;
  readonly attribute: string;
  readonly operator: string;
  readonly value: Expression;
}

const mirrored: Readonly<Record<string, string>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** The column on the left: `day > task.due` is `task.due < day`. */
function comparisonOf(
  reader: RowReader,
  left: Expression,
  operator: string,
  right: Expression,
): ColumnComparison | undefined {
  const column = columnOf(reader, left);
  if (column) return { ...column, operator, value: right };
  const other = columnOf(reader, right);
  const turned = mirrored[operator];
  return other && turned ? { ...other, operator: turned, value: left } : undefined;
}

function conditionFor(
  { attribute, field, operator, value }: ColumnComparison,
  holds: boolean,
): RowCondition | undefined {
  const isNone = isNoneLiteral(value);
  if (isNone && (operator === "is" || operator === "is not")) {
    const isNull = (operator === "is") === holds;
    return { method: "filter", lookup: `${field.name}__isnull`, value: isNull ? "True" : "False" };
  }
  const lookup = isNone ? undefined : lookups[operator];
  if (!lookup?.fits(field) || !(lookup.ofList ? isListOfValues(value) : isRepeatable(value)))
    return undefined;
  // Where one of the two is NULL, Python can't tell which is less.
  const isOrder = lookup.opposite !== undefined;
  const suffix = isOrder && !holds ? lookup.opposite : lookup.suffix;
  const method = isOrder || lookup.equal === holds ? "filter" : "exclude";
  return { method, lookup: `${attribute}${suffix}`, value };
}

interface Lookup {
  readonly suffix: string;
  /** Of an order: the lookup of all other rows. */
  readonly opposite?: string;
  /** The operator asks whether it is so, not whether it isn't. */
  readonly equal: boolean;
  readonly ofList: boolean;
  fits(field: Field): boolean;
}

const lookups: Readonly<Record<string, Lookup>> = {
  "==": { suffix: "", equal: true, ofList: false, fits: comparesAlike },
  "!=": { suffix: "", equal: false, ofList: false, fits: comparesAlike },
  in: { suffix: "__in", equal: true, ofList: true, fits: comparesAlike },
  "not in": { suffix: "__in", equal: false, ofList: true, fits: comparesAlike },
  "<": { suffix: "__lt", opposite: "__gte", equal: true, ofList: false, fits: ordersAlike },
  "<=": { suffix: "__lte", opposite: "__gt", equal: true, ofList: false, fits: ordersAlike },
  ">": { suffix: "__gt", opposite: "__lte", equal: true, ofList: false, fits: ordersAlike },
  ">=": { suffix: "__gte", opposite: "__lt", equal: true, ofList: false, fits: ordersAlike },
};

/** `("open", "blocked")`: a name could stand for a text, in which `in` looks for a part. */
function isListOfValues(node: Expression): boolean {
  return (
    (node.kind === "TupleLiteral" || node.kind === "ListLiteral" || node.kind === "SetLiteral") &&
    node.elements.length > 0 &&
    node.elements.every((element) => isRepeatable(element) && !isNoneLiteral(element))
  );
}

function truthOf(reader: RowReader, node: Expression, value: "True" | "False"): RowCondition | undefined {
  const column = columnOf(reader, node);
  if (column?.field.baseClassName !== "BooleanField" || column.field.null) return undefined;
  return { method: "filter", lookup: column.field.name, value };
}

/** Values that are equal in Python exactly where the database calls them equal. */
function comparesAlike({ kind, baseClassName, choices }: Field): boolean {
  if (kind !== "column") return true;
  return (
    /^((Positive|PositiveSmall|PositiveBig|Small|Big)?Integer|Boolean)Field$/.test(baseClassName) ||
    typeof choices === "number"
  );
}

/** Values of which Python says that one is less exactly where the database does. */
function ordersAlike({ kind, baseClassName }: Field): boolean {
  return (
    kind === "column" &&
    /^((Positive|PositiveSmall|PositiveBig|Small|Big)?Integer|Date|DateTime|Decimal|Duration|Float)Field$/.test(
      baseClassName,
    )
  );
}
