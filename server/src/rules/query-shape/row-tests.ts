/** Conditions that Python code puts on rows, as arguments of `filter()` and `exclude()`. */

import type { Field } from "../../django/model-graph.ts";
import { flagOf, presenceAt } from "../../queryset/row-facts.ts";
import type { Expression } from "../../syntax/ast.ts";
import { isNoneLiteral } from "../../syntax/none-literal.ts";
import type { RuleContext } from "../rule-context.ts";
import { isRepeatable } from "../writes/row-conditions.ts";
import { namesIn } from "../writes/syntax-queries.ts";
import { type Column, columnOfRow, relationOfRow } from "./row-columns.ts";
import type { FetchedRows } from "./rows-in-python.ts";

export interface RowTest {
  readonly method: "filter" | "exclude";
  /** `done=True` */
  readonly argument: string;
  /** One row at most has the value. */
  readonly ofOneRow?: boolean;
}

/** All rows but one meet them: that one costs no more than the condition. */
export function areMetByNearlyAll(tests: readonly RowTest[]): boolean {
  return tests.every(({ method, ofOneRow }) => method === "exclude" && ofOneRow);
}

/** Undefined where one of the conditions can't be said to the database. */
export function rowTests(
  context: RuleContext,
  rows: FetchedRows,
  row: string,
  conditions: readonly Expression[],
): readonly RowTest[] | undefined {
  const parts = conditions.flatMap((condition) =>
    condition.kind === "BooleanOperation" && condition.operator === "and" ? condition.values : [condition],
  );
  const tests = parts.map((part) => rowTest(context, rows, row, part));
  return tests.length > 0 && tests.every((test) => test !== undefined) ? tests : undefined;
}

/** The opposite of one test. */
export function opposite({ method, ...test }: RowTest): RowTest {
  return { ...test, method: method === "filter" ? "exclude" : "filter" };
}

/** `.filter(done=True, position__gt=3)`, in the order of the tests. */
export function callsOf(tests: readonly RowTest[]): readonly string[] {
  const calls: string[] = [];
  let filters: string[] = [];
  const flush = (): void => {
    if (filters.length > 0) calls.push(`.filter(${filters.join(", ")})`);
    filters = [];
  };
  for (const { argument, method } of tests) {
    if (method === "filter") filters.push(argument);
    else {
      flush();
      calls.push(`.exclude(${argument})`);
    }
  }
  flush();
  return calls;
}

function rowTest(
  context: RuleContext,
  rows: FetchedRows,
  row: string,
  test: Expression,
): RowTest | undefined {
  const columnOf = (node: Expression): Column | undefined =>
    columnOfRow(context, rows.queryset, row, node) ?? relationOfRow(context, rows.queryset, row, node);
  if (test.kind === "UnaryOperation" && test.operator === "not")
    return truthTest(rows, columnOf(test.operand), false);
  if (test.kind !== "Comparison") return truthTest(rows, columnOf(test), true);
  const [operator = "", ...others] = test.operators;
  const [value] = test.comparators;
  const column = columnOf(test.left);
  if (!column?.field || !value || others.length > 0) return undefined;
  if (isNoneLiteral(value) && isAnsweredByQueryset(rows, column.field)) return undefined;
  const { text } = rows.module.file;
  return comparisonTest(column, operator, value, text.slice(value.start, value.end), row);
}

/** The queryset lets through only rows of which the column, or the key, is the one or the other: `filter(assignee__isnull=False)`. */
function isAnsweredByQueryset({ uses }: FetchedRows, { kind, name }: Field): boolean {
  return uses.every(({ queryset }) =>
    kind === "column" ? flagOf(queryset, name) !== undefined : presenceAt(queryset, [name]) !== undefined,
  );
}

/** `if task.done`, and `if task.assignee`, which asks whether there is one. */
function truthTest(rows: FetchedRows, column: Column | undefined, isTrue: boolean): RowTest | undefined {
  if (!column?.field || isAnsweredByQueryset(rows, column.field)) return undefined;
  const { field, lookup } = column;
  if (field.kind !== "column") {
    return isGiven(field)
      ? { method: "filter", argument: `${lookup}__isnull=${isTrue ? "False" : "True"}` }
      : undefined;
  }
  return field.className === "BooleanField" && !field.null
    ? { method: "filter", argument: `${lookup}=${isTrue ? "True" : "False"}` }
    : undefined;
}

/** Keys that somebody else gives may be empty texts; those of the database are not. */
function isGiven({ null: isNullable, toField }: Field): boolean {
  return isNullable && toField === undefined;
}

const numbers =
  /^(?:(?:Positive)?(?:Small|Big)?Integer|PositiveSmallInteger|PositiveBigInteger|(?:Small|Big)?Auto)Field$/;
const ordered = /^(?:.*Integer|Decimal|Float|Date|DateTime|Time|Duration|.*Auto)Field$/;
const texts = /^(?:Char|Slug|Email|URL|UUID)Field$/;

const lookups: Readonly<Record<string, string>> = { "<": "lt", "<=": "lte", ">": "gt", ">=": "gte" };

function comparisonTest(
  { field, lookup }: Column,
  operator: string,
  value: Expression,
  code: string,
  row: string,
): RowTest | undefined {
  if (!field || code.includes("\n") || namesIn(value).has(row)) return undefined;
  if (isNoneLiteral(value)) {
    if (operator !== "is" && operator !== "is not") return undefined;
    const isMissing = operator === "is" ? "True" : "False";
    return { method: "filter", argument: `${lookup}__isnull=${isMissing}` };
  }
  const isKey = field.kind !== "column";
  const isAlike = isKey || numbers.test(field.className) || texts.test(field.className);
  switch (operator) {
    case "==":
    case "!=":
      if (!isRepeatable(value) || !(isAlike || ordered.test(field.className))) return undefined;
      return {
        method: operator === "==" ? "filter" : "exclude",
        argument: `${lookup}=${code}`,
        ofOneRow: field.primaryKey || field.unique,
      };
    case "in":
    case "not in": {
      const isList =
        value.kind === "ListLiteral" || value.kind === "TupleLiteral" || value.kind === "SetLiteral";
      if (!isAlike || !isList || !value.elements.every(isRepeatable)) return undefined;
      return { method: operator === "in" ? "filter" : "exclude", argument: `${lookup}__in=${code}` };
    }
    default: {
      const name = lookups[operator];
      // Python refuses to compare what is missing.
      if (!name || field.null || !ordered.test(field.className) || !isRepeatable(value)) return undefined;
      return { method: "filter", argument: `${lookup}__${name}=${code}` };
    }
  }
}
