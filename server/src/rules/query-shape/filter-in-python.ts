import { containsRange, type TextRange } from "../../base/text-range.ts";
import { appendCalls } from "../../edits/queryset-chain.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { Expression, Lambda } from "../../syntax/ast.ts";
import type { Finding, Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { aggregationIn } from "./aggregation.ts";
import { areMetByNearlyAll, callsOf, opposite, type RowTest, rowTests } from "./row-tests.ts";
import { isWholeTable, rowsFinding, shownCode } from "./rows-finding.ts";
import { replaceUse } from "./rows-fix.ts";
import { comprehensionOver, type FetchedRows, fetchedRows, isCallOf, loopOver } from "./rows-in-python.ts";

export const filterInPython: FactRule = {
  kind: "facts",
  code: "QS208",
  name: "filter-in-python",
  summary: "Rows are loaded and then left out in Python",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const written = new Set(
      factsOfKind(context.facts, "write").flatMap(({ innermostLoop }) => innermostLoop?.statement ?? []),
    );
    return fetchedRows(context).flatMap((rows) => {
      // Loops that write have rules of their own, whose fixes heed the conditions.
      const loop = loopOver(rows);
      if (loop && written.has(loop.node)) return [];
      const found = filteringOf(context, rows);
      return found ? [findingOf(context, rows, found)] : [];
    });
  },
};

interface Filtering {
  /** `task.done`, the condition as it is written. */
  readonly condition: TextRange;
  readonly place: TextRange;
  readonly tests: readonly RowTest[];
  /** Rows that meet the condition are those that are left out: `if task.done: continue`. */
  readonly skips?: boolean;
  readonly fixes: readonly Fix[];
}

function findingOf(
  context: RuleContext,
  rows: FetchedRows,
  { condition, fixes, place, skips, tests }: Filtering,
): Finding {
  return rowsFinding(context, filterInPython, rows, {
    level: "info",
    place,
    message: `Every ${rows.queryset.model.name}${isWholeTable(rows) ? "" : " that matches"} is loaded, and those ${skips ? "with" : "without"} "${shownCode(rows, condition)}" are left out in Python`,
    help: `"${callsOf(tests).join("").slice(1)}" loads no others.`,
    fixes,
  });
}

function filteringOf(context: RuleContext, rows: FetchedRows): Filtering | undefined {
  if (rows.queryset.rows !== "instances") return undefined;
  const found = inComprehension(context, rows) ?? inLoop(context, rows) ?? inFilterCall(context, rows);
  if (found) return areMetByNearlyAll(found.tests) ? undefined : found;
  return inAny(context, rows);
}

function inComprehension(context: RuleContext, rows: FetchedRows): Filtering | undefined {
  const comprehension = comprehensionOver(rows);
  const [first] = comprehension?.conditions ?? [];
  const last = comprehension?.conditions.at(-1);
  if (!comprehension || !first || !last) return undefined;
  const { conditions, node, row } = comprehension;
  const tests = rowTests(context, rows, row.name, conditions);
  if (!tests) return undefined;
  const condition = { start: first.start, end: last.end };
  const { text } = rows.module.file;
  const keyword = /\s*\bif\s*\(*\s*$/.exec(text.slice(rows.whole.end, first.start));
  const closing = /^\s*\)*/.exec(text.slice(last.end, node.end - 1));
  // Of `if (done)` the parentheses go, of `(… if done)` the last one stays.
  const removed = keyword &&
    closing && {
      start: rows.whole.end + keyword.index,
      end: last.end + closing[0].trimEnd().length,
    };
  return { condition, place: node, tests, fixes: removed ? filterFixes(rows, tests, [removed]) : [] };
}

/** `for task in tasks:` whose first statement is `if not task.done: continue`, or whose only one is `if task.done:`. */
function inLoop(context: RuleContext, rows: FetchedRows): Filtering | undefined {
  const loop = loopOver(rows);
  const [first, second] = loop?.node.body ?? [];
  if (!loop || first?.kind !== "If" || first.orElse.length > 0 || loop.node.orElse.length > 0)
    return undefined;
  // What only adds up is an aggregate, with the condition.
  if (aggregationIn(context, rows)) return undefined;
  const [only, ...others] = first.body;
  const skips = only?.kind === "Continue" && others.length === 0 && second !== undefined;
  if (!skips && second !== undefined) return undefined;
  const { node, row } = loop;
  const tests = skips
    ? testsToStay(context, rows, row.name, first.test)
    : rowTests(context, rows, row.name, [first.test]);
  if (!tests) return undefined;
  const place = { start: node.start, end: rows.whole.end };
  const removed = skips && second ? { start: first.start, end: second.start } : undefined;
  return {
    condition: first.test,
    place,
    tests,
    skips,
    fixes: removed ? filterFixes(rows, tests, [removed]) : [],
  };
}

/** What rows meet that a `continue` does not skip: `if task.done: continue`, `if not task.done: continue`. */
function testsToStay(
  context: RuleContext,
  rows: FetchedRows,
  row: string,
  test: Expression,
): readonly RowTest[] | undefined {
  const isNegated = test.kind === "UnaryOperation" && test.operator === "not";
  if (isNegated) {
    const stays = rowTests(context, rows, row, [test.operand]);
    if (stays) return stays;
  }
  const skipped = rowTests(context, rows, row, [test]);
  const [only, ...others] = skipped ?? [];
  return only && others.length === 0 ? [opposite(only)] : undefined;
}

/** `filter(lambda task: task.done, tasks)` */
function inFilterCall(context: RuleContext, rows: FetchedRows): Filtering | undefined {
  const call = rows.around.at(-1);
  if (!isCallOf(call, ["filter"]) || call.arguments[1] !== rows.whole) return undefined;
  const [condition] = call.arguments;
  const parameter = condition?.kind === "Lambda" ? parameterOf(condition) : undefined;
  if (condition?.kind !== "Lambda" || parameter === undefined) return undefined;
  const tests = rowTests(context, rows, parameter, [condition.body]);
  if (!tests) return undefined;
  // What `filter()` gives is an iterator; a list of it is what a list of the rows is.
  const parent = rows.around.at(-2);
  const isList = isCallOf(parent, ["list", "tuple", "set", "len", "sorted"]) && parent.arguments[0] === call;
  const edits = isList && isPlain(rows) ? replaceUse(rows, call, { calls: callsOf(tests) }) : undefined;
  return { condition: condition.body, place: call, tests, fixes: edits ? [fixOf(tests, edits)] : [] };
}

function parameterOf({ parameters }: Lambda): string | undefined {
  const [only, ...others] = parameters;
  return only && others.length === 0 && only.default === undefined ? only.name : undefined;
}

/** `any(task.done for task in tasks)` */
function inAny(context: RuleContext, rows: FetchedRows): Filtering | undefined {
  const comprehension = comprehensionOver(rows);
  const call = comprehension?.around.at(-1);
  if (!comprehension || comprehension.conditions.length > 0 || !isCallOf(call, ["any"])) return undefined;
  const { node, row } = comprehension;
  const tests = rowTests(context, rows, row.name, [node.element]);
  if (!tests) return undefined;
  const edits = isPlain(rows)
    ? replaceUse(rows, call, { calls: [...callsOf(tests), ".exists()"] })
    : undefined;
  return { condition: node.element, place: call, tests, fixes: edits ? [fixOf(tests, edits)] : [] };
}

function isPlain({ queryset }: FetchedRows): boolean {
  return !queryset.united && !queryset.combined && !queryset.unknownOperations;
}

/** Adds the calls to the queryset and takes the conditions away. */
function filterFixes(
  rows: FetchedRows,
  tests: readonly RowTest[],
  removed: readonly TextRange[],
): readonly Fix[] {
  const { module, node } = rows;
  const { file } = module;
  if (!isPlain(rows)) return [];
  const isLost = file.tree.comments.some((comment) => removed.some((range) => containsRange(range, comment)));
  if (isLost) return [];
  const edits: readonly TextEdit[] = [
    appendCalls(file.text, node, callsOf(tests)),
    ...removed.map((range) => ({ range, newText: "" })),
  ];
  return [
    fixOf(
      tests,
      edits.map((edit) => ({ path: file.path, ...edit })),
    ),
  ];
}

function fixOf(tests: readonly RowTest[], edits: Fix["edits"]): Fix {
  return { title: `Add ${callsOf(tests).join("").slice(1)}`, safety: "unsafe", preferred: true, edits };
}
