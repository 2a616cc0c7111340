/** Conditions on the row of a loop, as arguments of `filter()` and `exclude()`. */
import type { Field, Model } from "../../django/model-graph.ts";
import type { Expression, For, If, Statement } from "../../syntax/ast.ts";
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
 * The loop's body without the `if` statements around all of it, and what these ask of the row. Undefined where that can't
 * be said to the database.
 */
export function conditionsAround(
  reader: RowReader,
): { readonly conditions: readonly RowCondition[]; readonly block: readonly Statement[] } | undefined {
  const conditions: RowCondition[] = [];
  let block = reader.loop.body;
  for (;;) {
    const [only] = block;
    if (only?.kind !== "If" || block.length > 1 || only.orElse.length > 0) return { conditions, block };
    const read = conditionsOf(reader, only);
    if (!read) return undefined;
    conditions.push(...read);
    block = only.body;
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

function conditionsOf(reader: RowReader, { test }: If): readonly RowCondition[] | undefined {
  const parts = test.kind === "BooleanOperation" && test.operator === "and" ? test.values : [test];
  const conditions = parts.map((part) => conditionOf(reader, part));
  return conditions.every((condition) => condition !== undefined) ? conditions : undefined;
}

function conditionOf(reader: RowReader, test: Expression): RowCondition | undefined {
  if (test.kind === "UnaryOperation" && test.operator === "not")
    return truthOf(reader, test.operand, "False");
  if (test.kind !== "Comparison") return truthOf(reader, test, "True");
  const [operator, ...others] = test.operators;
  const [value] = test.comparators;
  const column = columnOf(reader, test.left);
  if (!column || !value || others.length > 0 || !isInvariant(reader.loop, value)) return undefined;
  const { name } = column.field;
  const isNone = value.kind === "ConstantLiteral" && value.value === "None";
  if (isNone && (operator === "is" || operator === "is not")) {
    return { method: "filter", lookup: `${name}__isnull`, value: operator === "is" ? "True" : "False" };
  }
  if ((operator !== "==" && operator !== "!=") || !isRepeatable(value) || !comparesAlike(column.field))
    return undefined;
  return { method: operator === "==" ? "filter" : "exclude", lookup: column.attribute, value };
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
    choices !== undefined
  );
}
