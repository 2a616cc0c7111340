import { indexesOf } from "../../django/indexes.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import { appendCalls, quoteOf } from "../../edits/queryset-chain.ts";
import type { For, Name } from "../../syntax/ast.ts";
import { isExpression, isStatement, type Node, pathTo } from "../../syntax/walk.ts";
import { atMostMedium } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { usesOf } from "../writes/syntax-queries.ts";
import { accumulationIn } from "./accumulation.ts";
import { mayGrow } from "./growing-tables.ts";
import { columnOfRow } from "./row-columns.ts";
import { rowsFinding, shownCode } from "./rows-finding.ts";
import { type FetchedRows, fetchedRows, loopOver } from "./rows-in-python.ts";

export const overFetchingColumns: FactRule = {
  kind: "facts",
  code: "QS219",
  name: "over-fetching-columns",
  summary: "Large columns are loaded with every row, and nothing reads them",
  level: "hint",
  fix: "unsafe",
  stage: 3,
  run: (context) => fetchedRows(context).flatMap((rows) => findingOf(context, rows) ?? []),
};

function findingOf(context: RuleContext, rows: FetchedRows): Finding | undefined {
  const { module, node, queryset } = rows;
  const loop = loopOver(rows);
  const { combined, load, unknownOperations } = queryset;
  if (!loop || combined || unknownOperations || load.kind !== "all" || queryset.rows !== "instances")
    return undefined;
  // A sum is for the database to make.
  if (accumulationIn(loop.node)) return undefined;
  // Few rows: those of one object, of a slice, of a lookup table.
  if (queryset.related || queryset.bound.kind !== "none" || !mayGrow(context, queryset.model))
    return undefined;
  const wide = wideColumns(queryset.model);
  const read = wide.length > 0 ? columnsRead(context, rows, loop) : undefined;
  const unread = read ? wide.filter((field) => !read.has(field.name)) : [];
  if (unread.length === 0) return undefined;
  const quote = quoteOf(module.file.text, node);
  const names = unread.map(({ name }) => `${quote}${name}${quote}`).join(", ");
  const edit = appendCalls(module.file.text, node, [`.defer(${names})`]);
  const finding = rowsFinding(context, overFetchingColumns, rows, {
    level: overFetchingColumns.level,
    place: node,
    message: `"${shownCode(rows, node)}" loads ${unread.map(({ name }) => `"${name}"`).join(" and ")} of every ${queryset.model.name} that matches, which this loop never reads`,
    help: `Leave large columns where they are: "defer(${unread.map(({ name }) => `"${name}"`).join(", ")})".`,
    fixes: [
      {
        title: `Add defer(${names}) (code that reads them after all loads them row by row)`,
        safety: "unsafe",
        preferred: true,
        edits: [{ path: module.file.path, ...edit }],
      },
    ],
  });
  // How long the values are, the code does not say.
  return { ...finding, confidence: atMostMedium(finding.confidence) };
}

/** Texts, JSON and binary data, which may be of any length. What is part of an index is short. */
function wideColumns(model: Model): readonly Field[] {
  const indexed = new Set(
    indexesOf(model).flatMap(({ columns }) => columns.map((column) => column.replace(/^-/, ""))),
  );
  return [...model.fields.values()].filter(
    ({ kind, name, wide }) => wide && kind === "column" && !indexed.has(name),
  );
}

/** The fields that the loop reads of its rows; undefined where it does anything else with them. */
function columnsRead(
  context: RuleContext,
  { module, queryset }: FetchedRows,
  { node, row }: { readonly node: For; readonly row: Name },
): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const use of usesOf(node, row.name)) {
    if (use === row) continue;
    const path = pathTo(module.file.tree, use);
    const [attribute, user] = [path.at(-2), path.at(-3)];
    if (!attribute || !isExpression(attribute) || attribute.kind !== "Attribute" || isTarget(user, attribute))
      return undefined;
    const column = columnOfRow(context, queryset, row.name, attribute);
    const field = queryset.model.fields.get(attribute.attribute.name);
    // The key of a relation is never left out, and of wide columns the text is not all: JSON and binary data.
    const isKnown = field !== undefined && (field.kind !== "column" || field.wide);
    if (!column?.field && !isKnown) return undefined;
    const read = column?.field ?? field;
    if (read) names.add(read.name);
  }
  // Behind the loop, its variable is the last row.
  const scope = pathTo(module.file.tree, node).findLast(
    (each) => isStatement(each) && each.kind === "FunctionDef",
  );
  const uses = scope ? usesOf(scope, row.name) : [];
  return scope && uses.every(({ end, start }) => start >= node.start && end <= node.end) ? names : undefined;
}

function isTarget(user: Node | undefined, attribute: Node): boolean {
  if (!user || !isStatement(user)) return false;
  switch (user.kind) {
    case "Assign":
      return user.targets.some((target) => target === attribute);
    case "AugAssign":
    case "AnnAssign":
    case "For":
      return user.target === attribute;
    case "Delete":
      return true;
    default:
      return false;
  }
}
