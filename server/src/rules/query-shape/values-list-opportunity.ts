import { quoteOf } from "../../edits/queryset-chain.ts";
import type { Comprehension, Expression } from "../../syntax/ast.ts";
import type { Node } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { isInLookup } from "./in-lookup.ts";
import { type Column, columnOfRow } from "./row-columns.ts";
import { rowsFinding, shownCode } from "./rows-finding.ts";
import { isPlainQueryset, type NewUse, replaceUse } from "./rows-fix.ts";
import { comprehensionOver, type FetchedRows, fetchedRows, type RowComprehension } from "./rows-in-python.ts";
import { isUniqueColumn } from "./unique-column.ts";
import { mayBePrefetched } from "./uses-of-rows.ts";

export const valuesListOpportunity: FactRule = {
  kind: "facts",
  code: "QS211",
  name: "values-list-opportunity",
  summary: "Whole objects are made of rows of which only columns are read",
  level: "hint",
  fix: "safe",
  stage: 2,
  run: (context) => fetchedRows(context).flatMap((rows) => findingOf(context, rows) ?? []),
};

function findingOf(context: RuleContext, rows: FetchedRows): Finding | undefined {
  const comprehension = comprehensionOver(rows);
  const read = comprehension && columnsRead(context, rows, comprehension);
  if (!comprehension || !read || isOfOtherRule(comprehension, read)) return undefined;
  const { node } = comprehension;
  const { model } = rows.queryset;
  const quote = quoteOf(rows.module.file.text, rows.node);
  const names = read.columns.map(({ lookup }) => lookup);
  const list = `values_list(${[...names.map((name) => quote + name + quote), ...(read.flat ? ["flat=True"] : [])].join(", ")})`;
  const shown = names.map((name) => `"${name}"`).join(", ");
  return rowsFinding(context, valuesListOpportunity, rows, {
    level: "hint",
    place: node,
    message: `"${shownCode(rows, node)}" makes an object of every ${model.name}, only to read ${shown}`,
    help: `${list} reads nothing else.`,
    fixes: fixesOf(rows, comprehension, list),
  });
}

interface ColumnsRead {
  readonly columns: readonly Column[];
  readonly flat: boolean;
}

function columnsRead(
  context: RuleContext,
  { queryset }: FetchedRows,
  { conditions, node, row }: RowComprehension,
): ColumnsRead | undefined {
  if (conditions.length > 0) return undefined;
  const columnsOf = (parts: readonly Expression[]): readonly Column[] | undefined => {
    const columns = parts.flatMap((part) => columnOfRow(context, queryset, row.name, part) ?? []);
    const isEach = columns.length === parts.length && columns.length > 0;
    return isEach && new Set(columns.map(({ lookup }) => lookup)).size === columns.length
      ? columns
      : undefined;
  };
  const { element, form, key } = node;
  const parts =
    form === "dict"
      ? key
        ? [key, element]
        : []
      : element.kind === "TupleLiteral"
        ? element.elements
        : [element];
  const columns = columnsOf(parts);
  return columns && { columns, flat: form !== "dict" && element.kind !== "TupleLiteral" };
}

/** Functions that make something of any values. */
function takesAny(name: string): boolean {
  return /^(?:tuple|list|sorted|set|frozenset|dict|join)$/.test(name);
}

/** What the rules about aggregates, unique values and subqueries say more about. */
function isOfOtherRule({ around, node }: RowComprehension, { columns, flat }: ColumnsRead): boolean {
  const parent = around.at(-1);
  if (flat && isInLookup(around, node)) return true;
  const called = calledFunction(parent);
  if (called && /^(?:len|sum|any|all)$/.test(called)) return true;
  if (called && /^(?:min|max|mean|fmean|choice|next|Counter)$/.test(called)) return true;
  const isSet = node.form === "set" || called === "set" || called === "frozenset";
  if (isSet && flat && !columns.every(isUniqueColumn)) return true;
  return node.form === "generator" && !(called !== undefined && takesAny(called));
}

function calledFunction(parent: Node | undefined): string | undefined {
  if (!parent || !("kind" in parent) || parent.kind !== "Call") return undefined;
  const { function: callee } = parent;
  if (callee.kind === "Name") return callee.name;
  return callee.kind === "Attribute" ? callee.attribute.name : undefined;
}

/** What makes the values that the comprehension makes. */
function displayOf(node: Comprehension, around: readonly Node[]): Omit<NewUse, "calls"> {
  const call = around.at(-1);
  const isArgument =
    call !== undefined && "kind" in call && call.kind === "Call" && call.arguments[0] === node;
  // The parentheses of the call around a lone generator are the generator's own.
  const isAlone = isArgument && call.argumentsRange.start === node.start;
  const called = calledFunction(call);
  switch (node.form) {
    case "generator":
      return isAlone ? { before: "(", behind: ")" } : {};
    case "list":
      // A function that takes any values takes a queryset, too.
      if (isArgument && called !== undefined && takesAny(called)) return {};
      return { before: "list(", behind: ")" };
    case "set":
    case "dict":
      return { before: `${node.form}(`, behind: ")" };
  }
}

function fixesOf(rows: FetchedRows, { node, around }: RowComprehension, list: string): readonly Fix[] {
  if (!isPlainQueryset(rows)) return [];
  const edits = replaceUse(rows, node, { ...displayOf(node, around), calls: [`.${list}`] });
  if (!edits) return [];
  const safety = rows.uses.some(mayBePrefetched) ? "unsafe" : "safe";
  return [{ title: `Use ${list}`, safety, preferred: true, edits }];
}
