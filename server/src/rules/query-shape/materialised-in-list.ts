import { containsRange, type TextRange } from "../../base/text-range.ts";
import { quoteOf } from "../../edits/queryset-chain.ts";
import type { LookupUse } from "../../interpret/facts.ts";
import type { Expression } from "../../syntax/ast.ts";
import {
  forEachChild,
  isExpression,
  isStatement,
  type Node,
  pathTo,
  walkExpressions,
} from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { type Column, columnOfRow, onlyColumn } from "./row-columns.ts";
import { rowsFinding, shownCode } from "./rows-finding.ts";
import { isPlainQueryset, replaceUse, withoutValues } from "./rows-fix.ts";
import { comprehensionOver, type FetchedRows, fetchedRows, isCallOf } from "./rows-in-python.ts";

export const materialisedInList: FactRule = {
  kind: "facts",
  code: "QS213",
  name: "materialised-in-list",
  summary: "Values are fetched from the database and sent back to it in a list",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const lookups = lookupsByValue(context);
    return fetchedRows(context).flatMap((rows) => findingOf(context, rows, lookups) ?? []);
  },
};

/** By what the column is compared with, in `filter(project__in=…)` as in `filter(Q(project__in=…))`. */
type Lookups = ReadonlyMap<Expression, LookupUse>;

function lookupsByValue({ facts }: RuleContext): Lookups {
  return new Map(
    factsOfKind(facts, "lookup").flatMap((use) =>
      use.condition?.value && use.lookup.endsWith("__in") ? [[use.condition.value, use] as const] : [],
    ),
  );
}

interface SentBack {
  /** The list: `[project.pk for project in projects]`. */
  readonly values: Expression;
  /** Undefined for the rows themselves. */
  readonly column: Column | undefined;
  readonly use: LookupUse;
  /** Around the lookup's value, the parent last. */
  readonly around: readonly Node[];
}

function findingOf(context: RuleContext, rows: FetchedRows, lookups: Lookups): Finding | undefined {
  const sent = sentBack(context, rows, lookups);
  // A list is the way to change rows of the table that the values come from: MySQL refuses a subquery there.
  if (!sent || changesRows(sent.around) || asksAnotherDatabase(rows, sent)) return undefined;
  const { column, values } = sent;
  const { name } = rows.queryset.model;
  const what = column ? `"${column.lookup}" of every ${name}` : `every ${name}`;
  return rowsFinding(context, materialisedInList, rows, {
    level: "info",
    place: values,
    message: `"${shownCode(rows, values)}" fetches ${what} that matches, and the lookup sends the list back`,
    help: "A queryset in a lookup is a subquery: the database answers both at once.",
    fixes: fixesOf(rows, sent),
  });
}

function sentBack(context: RuleContext, rows: FetchedRows, lookups: Lookups): SentBack | undefined {
  const listed = listOf(context, rows);
  if (!listed) return undefined;
  const { around, column, values } = listed;
  const direct = lookupAround(around, values, lookups);
  if (direct) return { column, values, use: direct, around };
  const named = usesOfName(rows, around, values);
  const use = named && lookupAround(named.around, named.value, lookups);
  return use && { column, values, use, around: named.around };
}

/** Each of the two is sent to the database that it names: no subquery reaches from one to the other. */
function asksAnotherDatabase({ module, node }: FetchedRows, { use }: SentBack): boolean {
  const databaseOf = ({ end, start }: TextRange): string | undefined =>
    [...module.file.text.slice(start, end).matchAll(/\.(?:using|db_manager)\(\s*([^()]*?)\s*\)/g)].at(
      -1,
    )?.[1];
  return databaseOf(node) !== databaseOf(use.call.function);
}

interface Listed {
  readonly values: Expression;
  readonly around: readonly Node[];
  readonly column: Column | undefined;
}

/** All values of a column, or all rows, as a list, set or tuple. */
function listOf(context: RuleContext, rows: FetchedRows): Listed | undefined {
  const collections = ["list", "set", "tuple", "frozenset"];
  const withCollection = (
    values: Expression,
    around: readonly Node[],
    column: Column | undefined,
  ): Listed => {
    const call = around.at(-1);
    return isCallOf(call, collections) && call.arguments[0] === values
      ? { values: call, around: around.slice(0, -1), column }
      : { values, around, column };
  };
  const comprehension = comprehensionOver(rows);
  if (comprehension) {
    const { around, conditions, node, row } = comprehension;
    const column = columnOfRow(context, rows.queryset, row.name, node.element);
    return column && conditions.length === 0 && node.form !== "dict"
      ? withCollection(node, around, column)
      : undefined;
  }
  const listed = withCollection(rows.whole, rows.around, undefined);
  if (listed.values === rows.node) return undefined;
  if (rows.queryset.rows === "instances") return listed;
  const column = onlyColumn(rows.queryset);
  return column && { ...listed, column };
}

function lookupAround(around: readonly Node[], value: Expression, lookups: Lookups): LookupUse | undefined {
  const use = lookups.get(value);
  return use && around.includes(use.call) ? use : undefined;
}

/** `keys = [project.pk for project in projects]`, and the next statement, which alone uses the name. */
function usesOfName(
  { module }: FetchedRows,
  around: readonly Node[],
  values: Expression,
): { readonly value: Expression; readonly around: readonly Node[] } | undefined {
  const statement = around.at(-1);
  if (!statement || !isStatement(statement) || statement.kind !== "Assign" || statement.value !== values)
    return undefined;
  const [target, ...others] = statement.targets;
  const scope = around.findLast((node) => isStatement(node) && node.kind === "FunctionDef");
  if (target?.kind !== "Name" || others.length > 0 || !scope) return undefined;
  const uses = namesOf(scope, target.name).filter((use) => use !== target);
  const [use, ...more] = uses;
  if (!use || more.length > 0) return undefined;
  const path = pathTo(module.file.tree, use);
  const next = statementBehind(around.at(-2), statement);
  return next && containsRange(next, use) && !isRepeated(path, next)
    ? { value: use, around: path.slice(0, -1) }
    : undefined;
}

function namesOf(scope: Node, name: string): readonly Expression[] {
  const found: Expression[] = [];
  walkExpressions(scope, (node) => {
    if (node.kind === "Name" && node.name === name) found.push(node);
    return true;
  });
  return found;
}

function statementBehind(parent: Node | undefined, statement: TextRange): Node | undefined {
  if (!parent) return undefined;
  let next: Node | undefined;
  forEachChild(parent, (child) => {
    if (isStatement(child) && child.start >= statement.end && (!next || child.start < next.start))
      next = child;
  });
  return next;
}

/** It stands in a loop of the statement, or in a function that runs later. */
function isRepeated(path: readonly Node[], statement: Node): boolean {
  return path
    .slice(path.indexOf(statement))
    .some(
      (node) => "kind" in node && /^(?:For|While|Comprehension|Lambda|FunctionDef|ClassDef)$/.test(node.kind),
    );
}

function fixesOf(rows: FetchedRows, { around, column, use, values }: SentBack): readonly Fix[] {
  if (!isPlainQueryset(rows)) return [];
  const quote = quoteOf(rows.module.file.text, rows.node);
  const isNullable = column !== undefined && (column.field === undefined || column.field.null);
  const isExcluded = use.condition?.optional === true || around.some(isNegation);
  // In a list that is not to be matched, Django leaves out None; a subquery with NULL matches no row at all.
  if (isExcluded && isNullable) return [];
  const source = column ? withoutValues(rows) : rows;
  const calls = column ? [`.values(${quote}${column.lookup}${quote})`] : managerAll(rows);
  const edits = replaceUse(source, values, { calls });
  // The rows are chosen when the outer query runs, which may be later.
  return edits ? [{ title: "Use a subquery", safety: "unsafe", preferred: true, edits }] : [];
}

/** Nothing: the queryset itself gives the keys of its rows. */
function managerAll({ node }: FetchedRows): readonly string[] {
  return node.kind === "Attribute" ? [".all()"] : [];
}

function isNegation(node: Node): boolean {
  if (!isExpression(node)) return false;
  if (node.kind === "UnaryOperation") return node.operator === "~" || node.operator === "not";
  return (
    node.kind === "Call" && node.function.kind === "Attribute" && node.function.attribute.name === "exclude"
  );
}

/** The lookup chooses what is changed or deleted. */
function changesRows(around: readonly Node[]): boolean {
  return around.some(
    (node) =>
      isExpression(node) &&
      node.kind === "Call" &&
      node.function.kind === "Attribute" &&
      /^a?(?:update|delete)$/.test(node.function.attribute.name),
  );
}
