/** A loop that gives all rows of a queryset the same values, as one `update()`. */
import type { Field, Model } from "../../django/model-graph.ts";
import type { Expression, For, Statement } from "../../syntax/ast.ts";
import {
  columnOf,
  conditionsAround,
  isRepeatable,
  type RowCondition,
  type RowReader,
} from "./row-conditions.ts";
import { isInvariant } from "./row-uses.ts";
import { isUnique } from "./written-fields.ts";

export interface RowUpdate {
  /** By the name in the source: `owner_id` stays `owner_id`. In the order of assignment. */
  readonly values: ReadonlyMap<string, UpdateValue>;
  readonly conditions: readonly RowCondition[];
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

/** What the loop does to each row, if that is all that it does. `save` is the statement that saves the row. */
export function rowUpdateOf(loop: For, row: string, model: Model, save: Statement): RowUpdate | undefined {
  const reader: RowReader = { loop, row, model };
  const values = new Map<string, UpdateValue>();
  const around = conditionsAround(reader);
  if (!around) return undefined;
  const { conditions, block } = around;
  if (block.at(-1) !== save) return undefined;
  for (const statement of block.slice(0, -1))
    if (!readAssignment(reader, statement, values)) return undefined;
  return values.size > 0 ? { values, conditions } : undefined;
}

function readAssignment(reader: RowReader, statement: Statement, values: Map<string, UpdateValue>): boolean {
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

function updateValueOf(
  reader: RowReader,
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
  reader: RowReader,
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
function isCounter({ model }: RowReader, field: Field): boolean {
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
