/** What a statement does with the columns of its tables: what an index could serve. */
import { parseSql } from "../sql-parser.ts";
import { asList, asObject, contentOf, nearestOf, stringOf } from "../sql-tree.ts";

/** One mention of a table; a table that is joined with itself has two. */
export interface TableUsage {
  readonly table: string;
  /** Columns that are compared with a value, or a few. */
  readonly equal: readonly string[];
  /** Columns with a lower or upper bound. */
  readonly range: readonly string[];
  /** Columns that are compared with a column of another table. */
  readonly joined: readonly string[];
  readonly flags: readonly { readonly column: string; readonly value: boolean }[];
  /** Columns that must be NULL. */
  readonly nulls: readonly string[];
  /** Columns whose function has to have a value: `upper(email) = …`. */
  readonly functions: readonly FunctionUsage[];
  readonly patterns: readonly PatternUsage[];
  /** As far as the order is one of this table's own columns; empty where another comes first. */
  readonly order: readonly SortedColumn[];
}

export interface SortedColumn {
  readonly column: string;
  readonly descending: boolean;
}

export interface FunctionUsage {
  readonly function: string;
  readonly column: string;
}

export interface PatternUsage {
  readonly column: string;
  /** Applied before the comparison: `upper`. */
  readonly function: string | undefined;
  /** The number of the parameter that is the pattern; undefined for other patterns. */
  readonly parameter: number | undefined;
}

interface Mention {
  readonly table: string;
  readonly equal: Set<string>;
  readonly range: Set<string>;
  readonly joined: Set<string>;
  readonly flags: Map<string, boolean>;
  readonly nulls: Set<string>;
  readonly functions: FunctionUsage[];
  readonly patterns: PatternUsage[];
  order: SortedColumn[];
}

type Scope = ReadonlyMap<string, Mention>;
type Content = Readonly<Record<string, unknown>>;
interface Column {
  readonly mention: Mention;
  readonly column: string;
}

/** Empty for what is not SQL. */
export async function columnUsage(sql: string): Promise<readonly TableUsage[]> {
  const parsed = await parseSql(sql);
  if (parsed.kind === "failed") return [];
  const mentions: Mention[] = [];
  for (const statement of parsed.statements) {
    const select = contentOf(statement, "SelectStmt");
    const change = contentOf(statement, "UpdateStmt") ?? contentOf(statement, "DeleteStmt");
    if (select !== undefined) readSelect(select, new Map(), mentions);
    else if (change !== undefined) readChange(change, mentions);
  }
  return mentions.map(({ flags, ...mention }) => ({
    ...mention,
    equal: [...mention.equal],
    range: [...mention.range],
    joined: [...mention.joined],
    nulls: [...mention.nulls],
    flags: [...flags].map(([column, value]) => ({ column, value })),
  }));
}

function readSelect(select: Content, outer: Scope, mentions: Mention[]): void {
  for (const side of [select.larg, select.rarg]) {
    const content = asObject(side);
    if (content !== undefined) readSelect(content, outer, mentions);
  }
  const scope = new Map(outer);
  for (const item of asList(select.fromClause)) declare(item, scope, mentions);
  for (const join of joinsIn(select.fromClause)) readCondition(join.quals, scope);
  readCondition(select.whereClause, scope);
  readOrder(asList(select.sortClause), scope);
  readNested(select, scope, mentions);
}

function readChange(change: Content, mentions: Mention[]): void {
  const scope = new Map<string, Mention>();
  declareTable(asObject(change.relation), scope, mentions);
  for (const item of [...asList(change.fromClause), ...asList(change.usingClause)])
    declare(item, scope, mentions);
  readCondition(change.whereClause, scope);
  readNested(change, scope, mentions);
}

/** Subqueries wherever they stand; they see the names around them. */
function readNested(statement: Content, scope: Scope, mentions: Mention[]): void {
  const { larg: _left, rarg: _right, ...own } = statement;
  for (const nested of nearestOf(own, "SelectStmt")) readSelect(nested, scope, mentions);
}

function declare(item: unknown, scope: Map<string, Mention>, mentions: Mention[]): void {
  const join = contentOf(item, "JoinExpr");
  if (join === undefined) {
    declareTable(contentOf(item, "RangeVar"), scope, mentions);
    return;
  }
  declare(join.larg, scope, mentions);
  declare(join.rarg, scope, mentions);
}

function declareTable(range: Content | undefined, scope: Map<string, Mention>, mentions: Mention[]): void {
  if (typeof range?.relname !== "string") return;
  const alias = asObject(range.alias)?.aliasname;
  const mention: Mention = {
    table: range.relname,
    equal: new Set(),
    range: new Set(),
    joined: new Set(),
    flags: new Map(),
    nulls: new Set(),
    functions: [],
    patterns: [],
    order: [],
  };
  scope.set(typeof alias === "string" ? alias : range.relname, mention);
  mentions.push(mention);
}

function joinsIn(from: unknown): readonly Content[] {
  return nearestOf(from, "JoinExpr").flatMap((join) => [join, ...joinsIn([join.larg, join.rarg])]);
}

/** Alternatives (OR) are read like conditions that hold together: a plan shows whether an index serves them. */
function readCondition(condition: unknown, scope: Scope, negated = false): void {
  const bool = contentOf(condition, "BoolExpr");
  if (bool !== undefined) {
    const isNot = bool.boolop === "NOT_EXPR";
    for (const part of asList(bool.args)) readCondition(part, scope, isNot ? !negated : negated);
    return;
  }
  const flag = columnOf(condition, scope);
  if (flag !== undefined) flag.mention.flags.set(flag.column, !negated);
  if (negated) return;
  const nullTest = contentOf(condition, "NullTest");
  if (nullTest?.nulltesttype === "IS_NULL") add(columnOf(nullTest.arg, scope), "nulls");
  const sublink = contentOf(condition, "SubLink");
  if (sublink !== undefined) add(columnOf(sublink.testexpr, scope), "joined");
  const comparison = contentOf(condition, "A_Expr");
  if (comparison !== undefined) readComparison(comparison, scope);
}

function readComparison({ kind, name, lexpr, rexpr }: Content, scope: Scope): void {
  const left = columnOf(lexpr, scope);
  const right = columnOf(rexpr, scope);
  switch (kind) {
    case "AEXPR_IN":
      add(left, "equal");
      break;
    case "AEXPR_BETWEEN":
      add(left, "range");
      break;
    case "AEXPR_LIKE":
    case "AEXPR_ILIKE":
      readPattern(lexpr, rexpr, scope);
      break;
    case "AEXPR_OP": {
      const operator = stringOf(asList(name).at(-1)) ?? "";
      if (operator === "=") readEquality(lexpr, rexpr, scope);
      else if (["<", ">", "<=", ">="].includes(operator)) add(left ?? right, "range");
    }
  }
}

function readEquality(lexpr: unknown, rexpr: unknown, scope: Scope): void {
  const left = columnOf(lexpr, scope);
  const right = columnOf(rexpr, scope);
  if (left !== undefined && right !== undefined) {
    add(left, "joined");
    add(right, "joined");
  } else if (left !== undefined || right !== undefined) {
    add(left ?? right, "equal");
  } else {
    const applied = appliedFunction(lexpr, scope) ?? appliedFunction(rexpr, scope);
    applied?.mention.functions.push({ function: applied.function, column: applied.column });
  }
}

function readPattern(lexpr: unknown, rexpr: unknown, scope: Scope): void {
  const plain = columnOf(lexpr, scope);
  const applied = plain === undefined ? appliedFunction(lexpr, scope) : undefined;
  const found = plain ?? applied;
  found?.mention.patterns.push({
    column: found.column,
    function: applied?.function,
    parameter: parameterIn(rexpr),
  });
}

function readOrder(items: readonly unknown[], scope: Scope): void {
  const order: (SortedColumn & Column)[] = [];
  for (const item of items) {
    const sort = contentOf(item, "SortBy");
    const column = columnOf(sort?.node, scope);
    if (column === undefined || (order[0] !== undefined && order[0].mention !== column.mention)) break;
    order.push({ ...column, descending: sort?.sortby_dir === "SORTBY_DESC" });
  }
  const [first] = order;
  if (first !== undefined)
    first.mention.order = order.map(({ column, descending }) => ({ column, descending }));
}

function add(found: Column | undefined, use: "equal" | "range" | "joined" | "nulls"): void {
  found?.mention[use].add(found.column);
}

function columnOf(node: unknown, scope: Scope): Column | undefined {
  const cast = contentOf(node, "TypeCast");
  if (cast !== undefined) return columnOf(cast.arg, scope);
  const [qualifier, column, ...more] = asList(contentOf(node, "ColumnRef")?.fields).map(stringOf);
  if (qualifier === undefined || column === undefined || more.length > 0) return undefined;
  const mention = scope.get(qualifier);
  return mention === undefined ? undefined : { mention, column };
}

/** `UPPER("shop"."email"::text)` */
function appliedFunction(node: unknown, scope: Scope): (Column & { readonly function: string }) | undefined {
  const call = contentOf(node, "FuncCall");
  const name = stringOf(asList(call?.funcname).at(-1));
  const [argument, ...more] = asList(call?.args);
  const column = columnOf(argument, scope);
  return name === undefined || column === undefined || more.length > 0
    ? undefined
    : { ...column, function: name };
}

/** `$1`, or `$1` inside of a function or a cast. */
function parameterIn(node: unknown): number | undefined {
  const [parameter] = nearestOf([node], "ParamRef");
  return typeof parameter?.number === "number" ? parameter.number : undefined;
}
