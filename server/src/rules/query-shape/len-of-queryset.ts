import type { TextRange } from "../../base/text-range.ts";
import { querysetOperation } from "../../queryset/operations.ts";
import type { Comprehension } from "../../syntax/ast.ts";
import { isStatement } from "../../syntax/walk.ts";
import type { FileEdit, Finding, Fix } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { isPython } from "../is-python.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { lastPlace } from "./last-place.ts";
import { questionInPython } from "./question-in-python.ts";
import { questionInTemplate, timesInTags } from "./question-in-template.ts";
import { columnOfRow } from "./row-columns.ts";
import { isWholeTable, rowsFinding, shownCode } from "./rows-finding.ts";
import { replaceUse } from "./rows-fix.ts";
import { comprehensionOver, countedBy, type FetchedRows, fetchedRows, isCallOf } from "./rows-in-python.ts";
import {
  confidenceOfUses,
  mayBePrefetched,
  stepsToUse,
  type UsesAtPlace,
  usesOutsideOfLoops,
} from "./uses-of-rows.ts";

export const lenOfQueryset: FactRule = {
  kind: "facts",
  code: "QS201",
  name: "len-of-queryset",
  summary: "All rows are loaded only to count them",
  level: "info",
  fix: "safe",
  stage: 2,
  run(context) {
    const inTemplates = usesOutsideOfLoops(context, ["len"]).filter(([{ location }]) => !isPython(location));
    return [
      ...fetchedRows(context).flatMap((rows) => findingInPython(context, rows) ?? []),
      ...inTemplates.flatMap((uses) => findingInTemplate(context, uses) ?? []),
    ];
  },
};

const help = `"count()" lets the database count, and sends one number.`;

function findingInPython(context: RuleContext, rows: FetchedRows): Finding | undefined {
  const place = countOf(context, rows);
  // Who looks for the last row is told how to load that one.
  if (!place || lastPlace(rows)) return undefined;
  const { around, module, queryset, uses } = rows;
  // A number that nobody takes: the statement is there to fetch the rows.
  if (around.some((node) => isStatement(node) && node.kind === "ExpressionStatement" && node.value === place))
    return undefined;
  // A number that is only compared asks for less.
  if (questionInPython(context, { path: module.file.path, range: place })) return undefined;
  const { name } = queryset.model;
  const edits = isCountable(rows) ? replaceUse(rows, place, { calls: [".count()"] }) : undefined;
  return rowsFinding(context, lenOfQueryset, rows, {
    level: isWholeTable(rows) ? "warning" : "info",
    place,
    message: `"${shownCode(rows, place)}" loads every ${name} that matches, only to count them`,
    help,
    fixes: edits ? [countFix(edits, uses)] : [],
  });
}

/** The expression whose value is the number of the rows: `len(tasks)`, `len(list(tasks))`, `sum(1 for task in tasks)`. */
function countOf(context: RuleContext, rows: FetchedRows): TextRange | undefined {
  const comprehension = comprehensionOver(rows);
  if (!comprehension) {
    const call = rows.around.at(-1);
    return call && countedBy(call) === rows.whole ? call : undefined;
  }
  const { around, conditions, node, row } = comprehension;
  const call = around.at(-1);
  if (conditions.length > 0 || !isCallOf(call, ["len", "sum"]) || call.arguments.length > 1) return undefined;
  if (call.function.kind === "Name" && call.function.name === "sum") return isOne(node) ? call : undefined;
  const { element, form } = node;
  const isRow = element.kind === "Name" && element.name === row.name;
  if (form !== "list" || !(isRow || columnOfRow(context, rows.queryset, row.name, element))) return undefined;
  return call;
}

function isOne({ element }: Comprehension): boolean {
  return element.kind === "NumberLiteral" && element.value === 1;
}

/** What an unknown method gave need not be a queryset. */
function isCountable({ queryset }: FetchedRows): boolean {
  return !queryset.unknownOperations;
}

/** A query for the number is no gain where the rows may be there already. */
function countFix(edits: readonly FileEdit[], uses: UsesAtPlace): Fix {
  const isSafe = !uses.some(mayBePrefetched);
  return { title: 'Use "count()"', safety: isSafe ? "safe" : "unsafe", preferred: true, edits };
}

function findingInTemplate(context: RuleContext, uses: UsesAtPlace): Finding | undefined {
  const [{ location, queryset, symbol }] = uses;
  if (questionInTemplate(context, location)) return undefined;
  const filtered = lengthFilter(context, uses);
  if (!filtered) return undefined;
  const { isNew, lookup, range } = filtered;
  const newText = `${lookup}.count`;
  const edits = [{ path: location.path, range, newText }];
  const fix = countFix(edits, uses);
  return {
    ...findingBase(lenOfQueryset),
    level: levelInRoots(context, lenOfQueryset.level, uses),
    remedy: "query-shape",
    confidence: confidenceOfUses(context, uses),
    message: `"${lookup}|length" loads every ${queryset.model.name} that matches, only to count them`,
    help: `"${newText}" lets the database count, and sends one number.`,
    location,
    origin: location,
    symbol,
    model: queryset.model.label,
    evidence: stepsToUse(uses, `${lookup}|length`),
    fixes: [isNew ? fix : { ...fix, safety: "unsafe" }],
  };
}

/**
 * `project.tasks.all|length`, where the template looks up the rows anew, or a variable whose rows nothing else uses.
 * A variable may be a list where another view renders the template, so that its edit is not safe.
 */
function lengthFilter(
  context: RuleContext,
  uses: UsesAtPlace,
): { readonly lookup: string; readonly range: TextRange; readonly isNew: boolean } | undefined {
  const { path, range } = uses[0].location;
  const text = context.text(path);
  const written = /^([\w.]+)\s*\|\s*length(?![\w|])/.exec(text.slice(range.start));
  const lookup = written?.[1];
  if (!written || lookup === undefined || timesInTags(text, lookup) > 1) return undefined;
  const name = lookup.slice(lookup.lastIndexOf(".") + 1);
  const isNew = lookup.includes(".") && querysetOperation(name)?.kind === "refine";
  if (!isNew && uses.some(({ queryset }) => queryset.result.reused)) return undefined;
  return { lookup, range: { start: range.start, end: range.start + written[0].length }, isNew };
}
