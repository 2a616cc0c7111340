/** Where Python adds up, compares or counts the values of one column, as an aggregate of the database. */
import type { TextRange } from "../../base/text-range.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { isExpression, type Node } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { type Accumulation, accumulationIn } from "./accumulation.ts";
import { type Column, columnOfRow, onlyColumn } from "./row-columns.ts";
import { type RowTest, rowTests } from "./row-tests.ts";
import { comprehensionOver, type FetchedRows, isCallOf, loopOver } from "./rows-in-python.ts";

export interface Aggregation {
  readonly function: AggregateFunction;
  readonly column: Column;
  /** `sum(…)`, or the loop. */
  readonly place: TextRange;
  /** What it is without rows, as code; undefined where Python raises an error. */
  readonly whenEmpty: string | undefined;
  /** `total += `, where a loop adds up. */
  readonly before: string;
  /** Only rows that meet these count. */
  readonly tests: readonly RowTest[];
  /** Django has no argument for what the code starts with. */
  readonly hasStart: boolean;
}

export type AggregateFunction = "Sum" | "Min" | "Max" | "Avg" | "Count";

export function aggregationIn(context: RuleContext, rows: FetchedRows): Aggregation | undefined {
  // Of distinct rows Django computes another sum, or none.
  if (rows.queryset.distinct) return undefined;
  const loop = loopOver(rows);
  if (loop) {
    const accumulation = accumulationIn(loop.node);
    return accumulation && ofAccumulation(context, rows, loop.row.name, accumulation);
  }
  const values = valuesIn(context, rows);
  const call = values?.around.at(-1);
  if (!values || !call || !isExpression(call) || call.kind !== "Call") return undefined;
  if (call.arguments[0] !== values.node) return undefined;
  const found = functionOf(context, rows, call, values.isSet);
  if (!found || !isComputable(found.function, values.column, rows)) return undefined;
  return { column: values.column, place: call, before: "", tests: [], ...found };
}

interface ColumnValues {
  /** What gives the values: a comprehension, or a queryset of this column. */
  readonly node: Expression;
  readonly around: readonly Node[];
  readonly column: Column;
  readonly isSet: boolean;
}

/** The values of one column of all rows, as many as there are rows, or each value once. */
function valuesIn(context: RuleContext, rows: FetchedRows): ColumnValues | undefined {
  const comprehension = comprehensionOver(rows);
  if (!comprehension) {
    const column = onlyColumn(rows.queryset);
    return column && inSet({ node: rows.whole, around: rows.around, column, isSet: false });
  }
  const { around, conditions, node, row } = comprehension;
  if (conditions.length > 0 || node.form === "dict") return undefined;
  const column = columnOfRow(context, rows.queryset, row.name, node.element);
  return column && inSet({ node, around, column, isSet: node.form === "set" });
}

/** `set(task.status for task in tasks)` */
function inSet(values: ColumnValues): ColumnValues {
  const call = values.around.at(-1);
  return isCallOf(call, ["set", "frozenset"]) && call.arguments[0] === values.node
    ? { ...values, node: call, around: values.around.slice(0, -1), isSet: true }
    : values;
}

type Found = Pick<Aggregation, "function" | "whenEmpty" | "hasStart">;

function functionOf(
  { project }: RuleContext,
  { module }: FetchedRows,
  call: Call,
  isSet: boolean,
): Found | undefined {
  const callee = project.program.resolveExpression(module, call.function);
  const name = callee.kind === "external" ? callee.name : "";
  if (isSet) {
    return name === "builtins.len" ? { function: "Count", whenEmpty: "0", hasStart: false } : undefined;
  }
  const [start] = call.arguments.slice(1);
  switch (name) {
    case "builtins.sum": {
      const given = start ?? call.keywords.find((keyword) => keyword.name?.name === "start")?.value;
      const hasStart = given !== undefined && !(given.kind === "NumberLiteral" && given.value === 0);
      return { function: "Sum", whenEmpty: "0", hasStart };
    }
    case "builtins.min":
    case "builtins.max": {
      // Of several arguments it compares these; a key may compare anything.
      if (start || call.keywords.some((keyword) => keyword.name?.name !== "default")) return undefined;
      const value = call.keywords[0]?.value;
      const whenEmpty = value && module.file.text.slice(value.start, value.end);
      const isLiteral = value?.kind === "NumberLiteral" || value?.kind === "ConstantLiteral";
      const hasStart = value !== undefined && !isLiteral;
      return { function: name === "builtins.min" ? "Min" : "Max", whenEmpty, hasStart };
    }
    case "statistics.mean":
    case "statistics.fmean":
      return start ? undefined : { function: "Avg", whenEmpty: undefined, hasStart: false };
    default:
      return undefined;
  }
}

function ofAccumulation(
  context: RuleContext,
  rows: FetchedRows,
  row: string,
  { before, condition, node, value }: Accumulation,
): Aggregation | undefined {
  const column = columnOfRow(context, rows.queryset, row, value);
  const tests = condition ? rowTests(context, rows, row, [condition]) : [];
  if (!column || !tests || !isComputable("Sum", column, rows)) return undefined;
  return { function: "Sum", column, place: node, whenEmpty: "0", before, tests, hasStart: false };
}

const numbers =
  /^(?:(?:(?:Positive)?(?:Small|Big)?Integer|PositiveSmallInteger|PositiveBigInteger|Decimal|Float)Field|(?:Small|Big)?AutoField)$/;
const moments = /^(?:Date|DateTime|Duration|Time)Field$/;

/** The database computes the same: it sorts texts in another order, and does not count what is missing. */
function isComputable(
  name: AggregateFunction,
  { field, lookup }: Column,
  { queryset }: FetchedRows,
): boolean {
  // What `annotate()` adds is a number where code adds it up.
  if (!field) return name === "Sum" && queryset.annotations.has(lookup);
  const isKey = field.kind !== "column";
  switch (name) {
    case "Sum":
    case "Avg":
      return numbers.test(field.className);
    case "Min":
    case "Max":
      return numbers.test(field.className) || moments.test(field.className);
    case "Count":
      return (
        isKey ||
        numbers.test(field.className) ||
        moments.test(field.className) ||
        /^(?:Char|UUID|Slug|Email)Field$/.test(field.className)
      );
  }
}
