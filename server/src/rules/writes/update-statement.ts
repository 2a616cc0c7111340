/** A loop that gives all rows of a queryset the same values, as one `update()`. */
import type { Field, Model } from "../../django/model-graph.ts";
import type { Expression, For, If, Statement } from "../../syntax/ast.ts";
import { isInvariant } from "./row-uses.ts";
import { fieldsNamed, isUnique } from "./written-fields.ts";

export interface RowUpdate {
  /** By the name in the source: `owner_id` stays `owner_id`. In the order of assignment. */
  readonly values: ReadonlyMap<string, UpdateValue>;
  readonly conditions: readonly UpdateCondition[];
}

export type UpdateValue =
  | { readonly kind: "invariant"; readonly expression: Expression }
  /** Another column of the same row, or a number more or less than it. */
  | {
      readonly kind: "column";
      readonly field: Field;
      readonly operator?: "+" | "-";
      readonly operand?: Expression;
    };

export interface UpdateCondition {
  readonly method: "filter" | "exclude";
  readonly lookup: string;
  readonly value: Expression | "True" | "False";
}

interface Reader {
  readonly loop: For;
  readonly row: string;
  readonly model: Model;
}

/** What the loop does to each row, if that is all that it does. `save` is the statement that saves the row. */
export function rowUpdateOf(loop: For, row: string, model: Model, save: Statement): RowUpdate | undefined {
  const reader: Reader = { loop, row, model };
  const values = new Map<string, UpdateValue>();
  const conditions: UpdateCondition[] = [];
  let block = loop.body;
  for (;;) {
    const [only] = block;
    if (only?.kind !== "If" || block.length > 1 || only.orElse.length > 0) break;
    const read = conditionsOf(reader, only);
    if (!read) return undefined;
    conditions.push(...read);
    block = only.body;
  }
  if (block.at(-1) !== save) return undefined;
  for (const statement of block.slice(0, -1))
    if (!readAssignment(reader, statement, values)) return undefined;
  return values.size > 0 ? { values, conditions } : undefined;
}

function readAssignment(reader: Reader, statement: Statement, values: Map<string, UpdateValue>): boolean {
  if (statement.kind === "AugAssign") {
    const name = columnOf(reader, statement.target);
    const operator = operatorOf(statement.operator);
    if (!name || !operator || values.has(name.attribute)) return false;
    if (!isCounter(reader, name.field) || !isWholeNumber(statement.value)) return false;
    values.set(name.attribute, { kind: "column", field: name.field, operator, operand: statement.value });
    return true;
  }
  const [target, ...others] = statement.kind === "Assign" ? statement.targets : [];
  if (statement.kind !== "Assign" || !target || others.length > 0) return false;
  const assigned = columnOf(reader, target);
  const value = assigned && updateValueOf(reader, statement.value, values);
  if (!assigned || !value) return false;
  values.set(assigned.attribute, value);
  return true;
}

/** The field of `row.name`. */
function columnOf(
  { row, model }: Reader,
  node: Expression,
): { readonly field: Field; readonly attribute: string } | undefined {
  if (node.kind !== "Attribute" || node.value.kind !== "Name" || node.value.name !== row) return undefined;
  const [field, ...others] = fieldsNamed(model, node.attribute.name);
  // Columns of a multi-table parent are in another table.
  const isOwn = model.parents.length === 0 || field?.model === model.label;
  return field && others.length === 0 && isOwn ? { field, attribute: node.attribute.name } : undefined;
}

function updateValueOf(
  reader: Reader,
  node: Expression,
  before: ReadonlyMap<string, UpdateValue>,
): UpdateValue | undefined {
  if (isInvariant(reader.loop, node) && isRepeatable(node)) return { kind: "invariant", expression: node };
  const direct = columnRead(reader, node, before);
  if (direct) return { kind: "column", field: direct };
  const operator = node.kind === "BinaryOperation" ? operatorOf(node.operator) : undefined;
  const field = node.kind === "BinaryOperation" ? columnRead(reader, node.left, before) : undefined;
  if (node.kind !== "BinaryOperation" || !operator || !field) return undefined;
  if (!isCounter(reader, field) || !isWholeNumber(node.right)) return undefined;
  return { kind: "column", field, operator, operand: node.right };
}

/** A column as the row was loaded: what was assigned before, the table does not hold yet. */
function columnRead(
  reader: Reader,
  node: Expression,
  before: ReadonlyMap<string, UpdateValue>,
): Field | undefined {
  const column = columnOf(reader, node);
  if (column?.field.kind !== "column" || before.has(column.attribute)) return undefined;
  return column.field;
}

function operatorOf(operator: string): "+" | "-" | undefined {
  return operator === "+" || operator === "-" ? operator : undefined;
}

/** Python and the database count alike in these; an empty value is an error in Python and stays empty in SQL. */
function isCounter({ model }: Reader, field: Field): boolean {
  const { baseClassName, null: nullable } = field;
  // While one statement counts all rows, two of them may have the same value for a moment.
  if (isUnique(model, field)) return false;
  return (
    !nullable &&
    /^(Positive|PositiveSmall|PositiveBig|Small|Big)?IntegerField$|^DecimalField$/.test(baseClassName)
  );
}

function isWholeNumber(node: Expression): boolean {
  return node.kind === "NumberLiteral" && Number.isSafeInteger(node.value);
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
function isRepeatable(node: Expression): boolean {
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

function conditionsOf(reader: Reader, { test }: If): readonly UpdateCondition[] | undefined {
  const parts = test.kind === "BooleanOperation" && test.operator === "and" ? test.values : [test];
  const conditions = parts.map((part) => conditionOf(reader, part));
  return conditions.every((condition) => condition !== undefined) ? conditions : undefined;
}

function conditionOf(reader: Reader, test: Expression): UpdateCondition | undefined {
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

function truthOf(reader: Reader, node: Expression, value: "True" | "False"): UpdateCondition | undefined {
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
