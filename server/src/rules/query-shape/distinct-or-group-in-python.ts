import type { TextRange } from "../../base/text-range.ts";
import { importName } from "../../edits/imports.ts";
import { quoteOf } from "../../edits/queryset-chain.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import type { Node } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { countedGroups } from "./counted-groups.ts";
import { isInLookup } from "./in-lookup.ts";
import { type Column, columnOfRow, onlyColumn } from "./row-columns.ts";
import { rowsFinding, shownCode } from "./rows-finding.ts";
import { isPlainQueryset, replaceUse, withoutValues } from "./rows-fix.ts";
import { comprehensionOver, type FetchedRows, fetchedRows, isCallOf } from "./rows-in-python.ts";
import { isUniqueColumn } from "./unique-column.ts";

export const distinctOrGroupInPython: FactRule = {
  kind: "facts",
  code: "QS210",
  name: "distinct-or-group-in-python",
  summary: "Unique or counted values of a column are computed in Python from all rows",
  level: "hint",
  fix: "unsafe",
  stage: 2,
  run: (context) => fetchedRows(context).flatMap((rows) => findingOf(context, rows) ?? []),
};

interface Grouping {
  readonly place: TextRange;
  readonly column: Column;
  readonly makes: "set" | "frozenset" | "Counter" | "groups";
}

function findingOf(context: RuleContext, rows: FetchedRows): Finding | undefined {
  if (rows.queryset.distinct) return undefined;
  const counted = countedGroups(context, rows);
  const grouping = counted ? { ...counted, makes: "groups" as const } : groupingOf(context, rows);
  if (!grouping || isUniqueColumn(grouping.column)) return undefined;
  const { column, makes, place } = grouping;
  const { name } = rows.queryset.model;
  const isCount = makes === "Counter" || makes === "groups";
  return rowsFinding(context, distinctOrGroupInPython, rows, {
    level: distinctOrGroupInPython.level,
    place,
    message: `"${shownCode(rows, place)}" loads "${column.lookup}" of every ${name} that matches, ${isCount ? "and counts its values in Python" : "and keeps each value once"}`,
    help: isCount
      ? `"values_list("${column.lookup}").annotate(Count("pk"))" gives each value with its number.`
      : `"values_list("${column.lookup}", flat=True).distinct()" gives each value once.`,
    fixes: fixesOf(rows, grouping),
  });
}

function groupingOf(context: RuleContext, rows: FetchedRows): Grouping | undefined {
  const comprehension = comprehensionOver(rows);
  if (!comprehension) {
    const column = onlyColumn(rows.queryset);
    const call = rows.around.at(-1);
    const makes = collectionMade(context, rows, call, rows.whole);
    if (!column || !makes || isOfOtherRule(rows.around.slice(0, -1), call)) return undefined;
    return { place: call as Call, column, makes };
  }
  const { around, conditions, node, row } = comprehension;
  if (conditions.length > 0 || node.form === "dict") return undefined;
  const column = columnOfRow(context, rows.queryset, row.name, node.element);
  if (!column) return undefined;
  if (node.form === "set") {
    return isOfOtherRule(around, node) ? undefined : { place: node, column, makes: "set" };
  }
  const call = around.at(-1);
  const makes = collectionMade(context, rows, call, node);
  if (!makes || isOfOtherRule(around.slice(0, -1), call)) return undefined;
  return { place: call as Call, column, makes };
}

function collectionMade(
  { project }: RuleContext,
  { module }: FetchedRows,
  call: Node | undefined,
  values: Expression,
): Grouping["makes"] | undefined {
  if (!call || !("kind" in call) || call.kind !== "Call") return undefined;
  if (call.arguments.length !== 1 || call.arguments[0] !== values || call.keywords.length > 0)
    return undefined;
  const callee = project.program.resolveExpression(module, call.function);
  if (callee.kind !== "external") return undefined;
  switch (callee.name) {
    case "builtins.set":
      return "set";
    case "builtins.frozenset":
      return "frozenset";
    case "collections.Counter":
      return "Counter";
    default:
      return undefined;
  }
}

/** The number of different values is an aggregate, and what a lookup compares with a subquery. */
function isOfOtherRule(around: readonly Node[], value: Node | undefined): boolean {
  const parent = around.at(-1);
  return isCallOf(parent, ["len"]) || (value !== undefined && isInLookup(around, value as Expression));
}

function fixesOf(rows: FetchedRows, { column, makes, place }: Grouping): readonly Fix[] {
  if (!isPlainQueryset(rows) || makes === "groups") return [];
  const source = withoutValues(rows);
  const { file } = rows.module;
  const quote = quoteOf(file.text, rows.node);
  const name = `${quote}${column.lookup}${quote}`;
  // Columns of an order become part of what is distinct, or of the groups.
  const ordering = rows.queryset.order === "unordered" ? [] : [".order_by()"];
  if (makes !== "Counter") {
    const calls = [...ordering, `.values_list(${name}, flat=True)`, ".distinct()"];
    const edits = replaceUse(source, place, { before: `${makes}(`, calls, behind: ")" });
    return edits ? [{ title: 'Use "distinct()"', safety: "unsafe", preferred: true, edits }] : [];
  }
  const count = importName(file, "django.db.models", "Count");
  if (!count) return [];
  const counter = /^[\w.]+(?=\()/.exec(file.text.slice(place.start, place.end))?.[0] ?? makes;
  const calls = [...ordering, `.values_list(${name})`, `.annotate(${count.expression}(${quote}pk${quote}))`];
  const edits = replaceUse(source, place, { before: `${counter}(dict(`, calls, behind: "))" }, count.edits);
  return edits ? [{ title: "Count in the database", safety: "unsafe", preferred: true, edits }] : [];
}
