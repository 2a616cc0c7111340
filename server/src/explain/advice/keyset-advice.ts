import { type QueryPlan, totalCost } from "../query-plan.ts";
import type { CompiledStatement, SchemaTable } from "../queryset-compiler.ts";
import { parseSql, type SqlToken, scanSql } from "../sql-parser.ts";
import { asList, asObject, contentOf, stringOf } from "../sql-tree.ts";
import { columnUsage, type SortedColumn } from "./column-usage.ts";
import { type IndexCandidate, plainKey } from "./index-candidate.ts";
import { declarationOf, type IndexDeclaration } from "./index-declaration.ts";

/** Instead of reading and throwing away what comes before a page: to begin behind the last row of the page before. */
export interface KeysetAdvice {
  /** `projects.Task` */
  readonly label: string;
  /** Rows that the query skips. */
  readonly offset: number;
  /** What follows the queryset's own conditions, with `last` for the last row of the page before. */
  readonly python: string;
  readonly costBefore: number;
  readonly costAfter: number;
  readonly plan: QueryPlan;
  /** An index that the other query needs to begin where it should; undefined where there is one. */
  readonly index: IndexDeclaration | undefined;
}

export interface KeysetContext {
  table(name: string): SchemaTable | undefined;
  /** A value that so large a share of a column's values is smaller than; undefined where values are not known. */
  valueAt(table: string, column: string, share: number): string | undefined;
  /** Rows that a table is assumed to have. */
  rows(table: string): number;
  /** The plan of a statement with more indexes; undefined where there is none. */
  plan(statement: CompiledStatement, candidates: readonly IndexCandidate[]): Promise<QueryPlan | undefined>;
}

/** Fewer rows are skipped in no time. */
const deepOffset = 1_000;
/** The other query has to cost less than this share. */
const worthwhile = 0.7;

/** @param plan of the statement as it is */
export async function keysetAdvice(
  statement: CompiledStatement,
  plan: QueryPlan,
  context: KeysetContext,
): Promise<KeysetAdvice | undefined> {
  const page = await pageOf(statement);
  const table = page && context.table(page.table);
  if (page === undefined || table === undefined || page.offset < deepOffset) return undefined;
  const sort = withUniqueEnd(page.sort, table);
  if (sort === undefined) return undefined;
  // Behind the end, nothing is left to be read.
  const share = Math.min(0.9, page.offset / Math.max(1, context.rows(table.table)));
  const values = sort.map(({ column, descending }) =>
    context.valueAt(table.table, column, descending ? 1 - share : share),
  );
  const condition = conditionSql(page.qualifier, sort, values);
  const sql = condition && (await rewritten(statement.sql, condition, orderSql(page.qualifier, sort)));
  if (sql === undefined) return undefined;
  const other: CompiledStatement = { ...statement, sql };
  const candidate: IndexCandidate = {
    table: table.table,
    keys: [
      ...page.equal.map(plainKey),
      ...sort.map(({ column, descending }) => ({ ...plainKey(column), descending })),
    ],
    condition: undefined,
    method: "btree",
  };
  const asItIs = await context.plan(other, []);
  const indexed = await context.plan(other, [candidate]);
  const needsIndex = cost(indexed) < worthwhile * cost(asItIs);
  const best = needsIndex ? indexed : asItIs;
  const costBefore = totalCost(plan);
  if (best === undefined || cost(best) >= worthwhile * costBefore) return undefined;
  return {
    label: table.label,
    offset: page.offset,
    python: pythonOf(sort, table),
    costBefore,
    costAfter: cost(best),
    plan: best,
    index: needsIndex ? declarationOf(candidate, table) : undefined,
  };
}

function cost(plan: QueryPlan | undefined): number {
  return plan === undefined ? Number.POSITIVE_INFINITY : totalCost(plan);
}

interface Page {
  readonly table: string;
  /** How the statement calls the table. */
  readonly qualifier: string;
  readonly offset: number;
  readonly sort: readonly SortedColumn[];
  /** Columns that the statement compares with a value. */
  readonly equal: readonly string[];
}

/** Undefined for what is not sorted by columns of one table alone, and for groups and unions. */
async function pageOf({ sql, params }: CompiledStatement): Promise<Page | undefined> {
  const parsed = await parseSql(sql);
  const select = parsed.kind === "parsed" ? contentOf(parsed.statements[0], "SelectStmt") : undefined;
  if (select === undefined || select.op !== "SETOP_NONE") return undefined;
  if (select.groupClause !== undefined || select.distinctClause !== undefined) return undefined;
  const offset = numberOf(select.limitOffset, params);
  const items = asList(select.sortClause);
  const qualifiers = new Set(items.map((item) => qualifierOf(contentOf(item, "SortBy")?.node)));
  const [qualifier] = qualifiers;
  if (offset === undefined || qualifiers.size !== 1 || qualifier === undefined) return undefined;
  const usage = (await columnUsage(sql)).find(({ order }) => order.length > 0);
  if (usage === undefined || usage.order.length !== items.length) return undefined;
  return { table: usage.table, qualifier, offset, sort: usage.order, equal: usage.equal };
}

function qualifierOf(node: unknown): string | undefined {
  return stringOf(asList(contentOf(node, "ColumnRef")?.fields)[0]);
}

function numberOf(node: unknown, params: CompiledStatement["params"]): number | undefined {
  const constant = asObject(contentOf(node, "A_Const")?.ival)?.ival;
  const parameter = contentOf(node, "ParamRef")?.number;
  const value = typeof parameter === "number" ? params[parameter - 1]?.value : constant;
  return typeof value === "number" ? value : undefined;
}

/** One or two columns of which the last tells all rows apart, none of them ever NULL. */
function withUniqueEnd(
  sort: readonly SortedColumn[],
  { columns }: SchemaTable,
): readonly SortedColumn[] | undefined {
  const known = new Map(columns.map((column) => [column.column, column]));
  const facts = sort.map(({ column }) => known.get(column));
  if (facts.some((column) => column === undefined || column.null)) return undefined;
  const end = facts.findIndex((column) => column?.primaryKey === true || column?.unique === true);
  if (end >= 0) return end <= 1 ? sort.slice(0, end + 1) : undefined;
  const key = columns.find(({ primaryKey }) => primaryKey);
  const [only, ...more] = sort;
  if (only === undefined || more.length > 0 || key === undefined) return undefined;
  return [only, { column: key.column, descending: only.descending }];
}

/**
 * `("t"."a" > 1 OR "t"."b" > 2) AND "t"."a" >= 1`: the bound of the first column alone lets an index begin at the right
 * place.
 */
function conditionSql(
  qualifier: string,
  sort: readonly SortedColumn[],
  values: readonly (string | undefined)[],
): string | undefined {
  const terms = sort.map(({ column, descending }, index) => {
    const value = values[index];
    if (value === undefined) return undefined;
    return {
      column: columnSql(qualifier, column),
      operator: descending ? "<" : ">",
      value: `'${value.replaceAll("'", "''")}'`,
    };
  });
  const [first, second] = terms;
  if (first === undefined || terms.includes(undefined)) return undefined;
  const strict = `${first.column} ${first.operator} ${first.value}`;
  if (second === undefined) return strict;
  return `(${strict} OR ${second.column} ${second.operator} ${second.value}) AND ${first.column} ${first.operator}= ${first.value}`;
}

function orderSql(qualifier: string, sort: readonly SortedColumn[]): string {
  return sort
    .map(({ column, descending }) => `${columnSql(qualifier, column)} ${descending ? "DESC" : "ASC"}`)
    .join(", ");
}

function columnSql(qualifier: string, column: string): string {
  return `"${qualifier}"."${column}"`;
}

/** The statement with one more condition and another order, and without its OFFSET. */
async function rewritten(sql: string, condition: string, order: string): Promise<string | undefined> {
  const tokens = await scanSql(sql);
  if (tokens === undefined) return undefined;
  const clauses = new Map<string, number>();
  let depth = 0;
  tokens.forEach(({ text }, index) => {
    if (text === "(") depth++;
    else if (text === ")") depth--;
    else if (depth === 0) clauses.set(text.toUpperCase(), index);
  });
  const [where, orderBy, limit, offset] = ["WHERE", "ORDER", "LIMIT", "OFFSET"].map((name) =>
    clauses.get(name),
  );
  if (orderBy === undefined || limit === undefined || offset === undefined || offset < limit)
    return undefined;
  const text = (from: number, to: number) => textOf(tokens.slice(from, to));
  const head =
    where === undefined
      ? `${text(0, orderBy)} WHERE`
      : `${text(0, where)} WHERE (${text(where + 1, orderBy)}) AND`;
  return `${head} ${condition} ORDER BY ${order} ${text(limit, offset)}`;
}

function textOf(tokens: readonly SqlToken[]): string {
  return tokens.map(({ before, text }) => before + text).join("");
}

/** `.filter(Q(created_at__lt=last.created_at) | Q(pk__lt=last.pk), created_at__lte=last.created_at).order_by(…)` */
function pythonOf(sort: readonly SortedColumn[], { columns }: SchemaTable): string {
  const names = sort.map(({ column, descending }) => {
    const known = columns.find((candidate) => candidate.column === column);
    const field = known?.primaryKey === true ? "pk" : (known?.name ?? column);
    return { field, test: descending ? "lt" : "gt", sign: descending ? "-" : "" };
  });
  const [first, second] = names;
  const order = names.map(({ field, sign }) => `"${sign}${field}"`).join(", ");
  const strictly = (name: (typeof names)[number]) => `${name.field}__${name.test}=last.${name.field}`;
  if (first === undefined) return `.order_by(${order})`;
  const filter =
    second === undefined
      ? strictly(first)
      : `Q(${strictly(first)}) | Q(${strictly(second)}), ${first.field}__${first.test}e=last.${first.field}`;
  return `.filter(${filter}).order_by(${order})`;
}
