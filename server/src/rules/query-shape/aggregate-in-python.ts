import { containsRange, type TextRange } from "../../base/text-range.ts";
import { importName } from "../../edits/imports.ts";
import { quoteOf } from "../../edits/queryset-chain.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { isExpression, type Node, pathTo } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { type Accumulation, accumulationIn } from "./accumulation.ts";
import { type Column, columnOfRow, onlyColumn } from "./row-columns.ts";
import { isWholeTable, rowsFinding, shownCode } from "./rows-finding.ts";
import { isPlainQueryset, replaceUse, withoutValues } from "./rows-fix.ts";
import { comprehensionOver, type FetchedRows, fetchedRows, loopOver } from "./rows-in-python.ts";

export const aggregateInPython: FactRule = {
  kind: "facts",
  code: "QS207",
  name: "aggregate-in-python",
  summary: "All rows are loaded only to add up or compare one of their columns",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run: (context) => fetchedRows(context).flatMap((rows) => findingOf(context, rows) ?? []),
};

interface Aggregation {
  readonly function: AggregateFunction;
  readonly column: Column;
  /** `sum(…)`, or the loop. */
  readonly place: TextRange;
  /** What it is without rows, as code; undefined where Python raises an error. */
  readonly whenEmpty: string | undefined;
  /** `total += `, where a loop adds up. */
  readonly before: string;
  /** Django has no argument for what the code starts with. */
  readonly hasStart: boolean;
}

type AggregateFunction = "Sum" | "Min" | "Max" | "Avg" | "Count";

function findingOf(context: RuleContext, rows: FetchedRows): Finding | undefined {
  // Of distinct rows Django computes another sum, or none.
  const aggregation = rows.queryset.distinct ? undefined : aggregationIn(context, rows);
  if (!aggregation) return undefined;
  const { column, place } = aggregation;
  const { name } = rows.queryset.model;
  const expression = expressionOf(aggregation, '"', aggregation.function);
  return rowsFinding(aggregateInPython, rows, {
    level: isWholeTable(rows) ? "warning" : "info",
    place,
    message: `"${shownCode(rows, place)}" loads every ${name} that matches, only to ${purposes[aggregation.function]} "${column.lookup}"`,
    help: `aggregate(${expression}) lets the database compute it.`,
    fixes: fixesOf(rows, aggregation),
  });
}

const purposes: Readonly<Record<AggregateFunction, string>> = {
  Sum: "add up",
  Min: "find the least",
  Max: "find the greatest",
  Avg: "take the mean of",
  Count: "count the different values of",
};

function aggregationIn(context: RuleContext, rows: FetchedRows): Aggregation | undefined {
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
  return { column: values.column, place: call, before: "", ...found };
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
    return column && { node: rows.whole, around: rows.around, column, isSet: false };
  }
  const { around, conditions, node, row } = comprehension;
  if (conditions.length > 0 || node.form === "dict") return undefined;
  const column = columnOfRow(context, rows.queryset, row.name, node.element);
  return column && { node, around, column, isSet: node.form === "set" };
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
  { before, node, value }: Accumulation,
): Aggregation | undefined {
  const column = columnOfRow(context, rows.queryset, row, value);
  if (!column || !isComputable("Sum", column, rows)) return undefined;
  return { function: "Sum", column, place: node, whenEmpty: "0", before, hasStart: false };
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
        !field.null &&
        (isKey ||
          numbers.test(field.className) ||
          moments.test(field.className) ||
          /^(?:Char|UUID|Slug|Email)Field$/.test(field.className))
      );
  }
}

/** `Sum("position", default=0)` */
function expressionOf(
  { column, whenEmpty, ...aggregation }: Aggregation,
  quote: string,
  name: string,
): string {
  const isDistinct = aggregation.function === "Count";
  const isDefault = whenEmpty === undefined || whenEmpty === "None" || isDistinct;
  const option = isDistinct ? ", distinct=True" : isDefault ? "" : `, default=${whenEmpty}`;
  return `${name}(${quote}${column.lookup}${quote}${option})`;
}

function fixesOf(rows: FetchedRows, aggregation: Aggregation): readonly Fix[] {
  const { before, column, hasStart, place, whenEmpty } = aggregation;
  if (!isPlainQueryset(rows) || hasStart) return [];
  if (whenEmpty === undefined && isErrorHandled(rows, place)) return [];
  const { file } = rows.module;
  const imported = importName(file, "django.db.models", aggregation.function);
  if (!imported) return [];
  const quote = quoteOf(file.text, rows.node);
  const key = keys[aggregation.function];
  const expression = expressionOf(aggregation, quote, imported.expression);
  const keyword = isNameFree(rows, key) ? key : `${key}_${column.lookup}`;
  const edits = replaceUse(
    withoutValues(rows),
    place,
    {
      before,
      calls: [`.aggregate(${keyword}=${expression})`],
      behind: `[${quote}${keyword}${quote}]`,
    },
    imported.edits,
  );
  if (!edits) return [];
  const warning = whenEmpty === undefined ? " (None without rows, where Python raises an error)" : "";
  return [{ title: `Use aggregate()${warning}`, safety: "unsafe", preferred: true, edits }];
}

/** The code counts on the error that Python raises without rows; `statistics.StatisticsError` is a `ValueError`. */
function isErrorHandled({ module: { file } }: FetchedRows, place: TextRange): boolean {
  return pathTo(file.tree, place).some(
    (node) =>
      "kind" in node &&
      node.kind === "Try" &&
      node.body.some((statement) => containsRange(statement, place)) &&
      node.handlers.some(
        ({ type }) =>
          !type ||
          /\b(?:ValueError|StatisticsError|Exception|BaseException)\b/.test(
            file.text.slice(type.start, type.end),
          ),
      ),
  );
}

const keys: Readonly<Record<AggregateFunction, string>> = {
  Sum: "total",
  Min: "least",
  Max: "greatest",
  Avg: "mean",
  Count: "number",
};

/** An aggregate cannot be called like a field, where its own expression names that. */
function isNameFree({ queryset: { annotations, model } }: FetchedRows, name: string): boolean {
  return !model.fields.has(name) && !model.relations.has(name) && !annotations.has(name);
}
