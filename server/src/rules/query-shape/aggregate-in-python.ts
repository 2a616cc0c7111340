import { containsRange, type TextRange } from "../../base/text-range.ts";
import { importName } from "../../edits/imports.ts";
import { quoteOf } from "../../edits/queryset-chain.ts";
import { pathTo } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { type AggregateFunction, type Aggregation, aggregationIn } from "./aggregation.ts";
import { callsOf } from "./row-tests.ts";
import { isWholeTable, rowsFinding, shownCode } from "./rows-finding.ts";
import { isPlainQueryset, replaceUse, withoutValues } from "./rows-fix.ts";
import { type FetchedRows, fetchedRows } from "./rows-in-python.ts";

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

function findingOf(context: RuleContext, rows: FetchedRows): Finding | undefined {
  const aggregation = aggregationIn(context, rows);
  if (!aggregation) return undefined;
  const { column, place } = aggregation;
  const { name } = rows.queryset.model;
  const expression = expressionOf(aggregation, '"', aggregation.function);
  return rowsFinding(context, aggregateInPython, rows, {
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
  const { before, column, hasStart, place, tests, whenEmpty } = aggregation;
  if (!isPlainQueryset(rows) || hasStart || countsMissingValues(aggregation)) return [];
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
      calls: [...callsOf(tests), `.aggregate(${keyword}=${expression})`],
      behind: `[${quote}${keyword}${quote}]`,
    },
    imported.edits,
  );
  if (!edits) return [];
  const warning = whenEmpty === undefined ? " (None without rows, where Python raises an error)" : "";
  return [{ title: `Use aggregate()${warning}`, safety: "unsafe", preferred: true, edits }];
}

/** A set has `None` as one more value, which the database does not count. */
function countsMissingValues({ column, function: name }: Aggregation): boolean {
  return name === "Count" && column.field?.null !== false;
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
