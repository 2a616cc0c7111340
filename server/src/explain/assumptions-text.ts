import type { AssumedColumn, AssumedTable } from "./embedded/assumed-tables.ts";
import { distinctValues } from "./embedded/column-statistics.ts";
import type { PlanNode, QueryPlan } from "./query-plan.ts";

/** What was assumed of the tables of a plan and of the columns that it compares, sorts or groups by. */
export function assumptionsText(assumed: readonly AssumedTable[], { root, analyzed }: QueryPlan): string {
  const conditions = conditionsOf(root).join("\n");
  const lines = assumed.flatMap(({ table, label, rows: { rows, reason }, columns }) => [
    `  ${label}: ${counted(Math.round(rows), "row")}${sourceText(reason)}`,
    ...[...columns]
      .filter(([column]) => mentions(conditions, column))
      .map(
        ([column, statistics]) =>
          `    ${table}.${column}: ${valuesText(statistics, rows)}${sourceText(statistics.source)}`,
      ),
  ]);
  return [headingFor(assumed, analyzed), ...lines, ...(usesIndexCondition(root) ? [versionNote] : [])].join(
    "\n",
  );
}

function headingFor(assumed: readonly AssumedTable[], analyzed: boolean): string {
  const settings = "the settings table-rows and column-statistics correct it:";
  if (analyzed) return `Generated, because no database was asked; ${settings}`;
  const copied = assumed.filter(({ rows: { reason } }) => reason === "database").length;
  if (copied === 0) return `Assumed, because no database was asked; ${settings}`;
  return copied === assumed.length
    ? "Copied from the statistics of the database; its values are not shown:"
    : "Copied from the statistics of the database, else assumed, where it has none:";
}

function sourceText(source: AssumedTable["rows"]["reason"] | AssumedColumn["source"]): string {
  return source === "setting" || source === "database" ? ` (${source})` : "";
}

const versionNote =
  "PostgreSQL 17 and older plan alike, but need a condition on the first column of an index to use it.";

function usesIndexCondition({ properties, children }: PlanNode): boolean {
  return properties["Index Cond"] !== undefined || children.some(usesIndexCondition);
}

/** Properties of nodes that name columns which decide about the plan. */
const deciding = [
  "Index Cond",
  "Recheck Cond",
  "Hash Cond",
  "Merge Cond",
  "Join Filter",
  "Filter",
  "Sort Key",
  "Presorted Key",
  "Group Key",
];

function conditionsOf({ properties, children }: PlanNode): readonly string[] {
  const own = deciding.flatMap((name) => {
    const value = properties[name];
    return Array.isArray(value) ? value.map(String) : typeof value === "string" ? [value] : [];
  });
  return [...own, ...children.flatMap(conditionsOf)];
}

function mentions(conditions: string, column: string): boolean {
  const escaped = column.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\w'])${escaped}(?![\\w'])`).test(conditions);
}

const shownValues = 4;

/** `2 values, 'new' in 67 %, 'done' in 33 % of the rows` */
function valuesText(statistics: AssumedColumn, rows: number): string {
  const { common, nullFraction, source } = statistics;
  const distinct = distinctValues(statistics, rows);
  const [first] = common;
  const shares =
    // Values of a database stay in memory.
    source === "database" && first !== undefined
      ? [`the most frequent in ${percent(first.frequency)}`]
      : common.slice(0, shownValues).map(({ value, frequency }) => `'${value}' in ${percent(frequency)}`);
  if (nullFraction > 0) shares.push(`NULL in ${percent(nullFraction)}`);
  const values = distinct >= rows ? "all different" : counted(distinct, "value");
  return [values, ...shares].join(", ") + (shares.length > 0 ? " of the rows" : "");
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}
