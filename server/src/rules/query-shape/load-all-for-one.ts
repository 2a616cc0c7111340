import type { TextRange } from "../../base/text-range.ts";
import { quoteOf } from "../../edits/queryset-chain.ts";
import type { Call, Expression, Subscript } from "../../syntax/ast.ts";
import { isNoneLiteral } from "../../syntax/none-literal.ts";
import { isExpression, type Node } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { lastPlace } from "./last-place.ts";
import { isSortable, keyColumn } from "./row-key.ts";
import { rowsFinding, shownCode } from "./rows-finding.ts";
import { type NewUse, replaceUse } from "./rows-fix.ts";
import { comprehensionOver, type FetchedRows, fetchedRows, isCallOf, loopOver } from "./rows-in-python.ts";

export const loadAllForOne: FactRule = {
  kind: "facts",
  code: "QS212",
  name: "load-all-for-one",
  summary: "All rows are loaded and one of them is used",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run: (context) => fetchedRows(context).flatMap((rows) => findingOf(context, rows) ?? []),
};

interface Choice {
  readonly place: TextRange;
  readonly advice: string;
  readonly use?: NewUse;
  /** What the fix does otherwise. */
  readonly note?: string;
}

function findingOf(context: RuleContext, rows: FetchedRows): Finding | undefined {
  const choice = choiceOf(context, rows);
  if (!choice) return undefined;
  const { advice, place } = choice;
  const { name } = rows.queryset.model;
  return rowsFinding(context, loadAllForOne, rows, {
    level: "warning",
    place,
    message: `"${shownCode(rows, place)}" loads every ${name} that matches, and uses one`,
    help: advice,
    fixes: fixesOf(rows, choice),
  });
}

function fixesOf(rows: FetchedRows, { note, place, use }: Choice): readonly Fix[] {
  const { united, unknownOperations } = rows.queryset;
  const edits = use && !united && !unknownOperations ? replaceUse(rows, place, use) : undefined;
  if (!use || !edits) return [];
  const code = `${use.calls.join("")}${use.behind ?? ""}`.replace(/^\./, "");
  const title = `Use ${code}${note ? ` (${note})` : ""}`;
  return [{ title, safety: "unsafe", preferred: true, edits }];
}

function choiceOf(context: RuleContext, rows: FetchedRows): Choice | undefined {
  const listed = listOf(rows);
  const parent = listed?.around.at(-1);
  if (
    listed &&
    parent &&
    isExpression(parent) &&
    parent.kind === "Subscript" &&
    parent.value === listed.node
  ) {
    return ofIndex(rows, parent);
  }
  return (
    ofLastPlace(rows) ??
    ofNext(rows) ??
    ofExtreme(context, rows) ??
    ofRandom(context, rows, listed) ??
    ofLoop(rows)
  );
}

interface Listed {
  readonly node: Expression;
  readonly around: readonly Node[];
}

/** `list(tasks)`, or `[task for task in tasks]`. */
function listOf(rows: FetchedRows): Listed | undefined {
  const comprehension = comprehensionOver(rows);
  if (comprehension) {
    const { around, conditions, node, row } = comprehension;
    const isRow = node.element.kind === "Name" && node.element.name === row.name;
    return node.form === "list" && isRow && conditions.length === 0 ? { node, around } : undefined;
  }
  return isCallOf(rows.whole, ["list", "tuple"]) ? { node: rows.whole, around: rows.around } : undefined;
}

function ofIndex(rows: FetchedRows, place: Subscript): Choice | undefined {
  const { index } = place;
  if (index.kind === "NumberLiteral" && Number.isInteger(index.value) && index.value >= 0) {
    return {
      place,
      advice: `"[${index.value}]" of the queryset loads that one.`,
      use: { calls: subscriptable(rows), behind: `[${index.value}]` },
    };
  }
  const isLast =
    index.kind === "UnaryOperation" &&
    index.operator === "-" &&
    index.operand.kind === "NumberLiteral" &&
    index.operand.value === 1;
  if (!isLast) return undefined;
  return {
    place,
    advice: `"last()" loads that one.`,
    use: { calls: [".last()"] },
    note: "None without rows, where Python raises an error",
  };
}

function ofLastPlace(rows: FetchedRows): Choice | undefined {
  const place = lastPlace(rows);
  return place && { place, advice: `"last()" loads that one.` };
}

/** An index of a queryset; a manager has none. */
function subscriptable({ node }: FetchedRows): readonly string[] {
  return node.kind === "Attribute" ? [".all()"] : [];
}

/** `next(iter(tasks))`, with or without a default. */
function ofNext(rows: FetchedRows): Choice | undefined {
  const iterator = rows.around.at(-1);
  const call = rows.around.at(-2);
  if (!isCallOf(iterator, ["iter"]) || iterator.arguments[0] !== rows.whole) return undefined;
  if (!isCallOf(call, ["next"]) || call.arguments[0] !== iterator) return undefined;
  const [, fallback] = call.arguments;
  const advice = `"first()" loads one.`;
  const isNone = isNoneLiteral(fallback);
  if (fallback && !isNone) return { place: call, advice };
  const note = fallback ? undefined : "None without rows, where Python raises an error";
  return { place: call, advice, use: { calls: [".first()"] }, ...(note ? { note } : {}) };
}

/** `max(tasks, key=lambda task: task.created_at)` */
function ofExtreme(context: RuleContext, rows: FetchedRows): Choice | undefined {
  const call = rows.around.at(-1);
  if (!isCallOf(call, ["max", "min"]) || call.arguments.length !== 1) return undefined;
  const column = keyColumn(context, rows, call);
  if (!column || !isSortable(column)) return undefined;
  const isGreatest = call.function.kind === "Name" && call.function.name === "max";
  const order = `${isGreatest ? "-" : ""}${column.lookup}`;
  const quote = quoteOf(rows.module.file.text, rows.node);
  const advice = `"order_by("${order}").first()" loads that one.`;
  const fallback = fallbackOf(call);
  if (fallback === "other") return { place: call, advice };
  return {
    place: call,
    advice,
    use: { calls: [`.order_by(${quote}${order}${quote})`, ".first()"] },
    ...(fallback === "none" ? {} : { note: "None without rows, where Python raises an error" }),
  };
}

function fallbackOf({ keywords }: Call): "none" | "other" | undefined {
  const others = keywords.filter(({ name }) => name?.name !== "key");
  const [fallback] = others;
  if (!fallback) return undefined;
  const isNone = isNoneLiteral(fallback.value);
  return others.length === 1 && fallback.name?.name === "default" && isNone ? "none" : "other";
}

/** `random.choice(tasks)`, `random.choice(list(tasks))` */
function ofRandom(
  { project }: RuleContext,
  { around, module, whole }: FetchedRows,
  listed: Listed | undefined,
): Choice | undefined {
  const { around: outside, node } = listed ?? { around, node: whole };
  const call = outside.at(-1);
  if (!call || !isExpression(call) || call.kind !== "Call" || call.arguments[0] !== node) return undefined;
  const callee = project.program.resolveExpression(module, call.function);
  if (callee.kind !== "external" || callee.name !== "random.choice") return undefined;
  return {
    place: call,
    advice: `Choose a number below "count()", and take the row at that place, or one of the keys.`,
  };
}

/** `for task in tasks:` that is left in its first round in any case. */
function ofLoop(rows: FetchedRows): Choice | undefined {
  const loop = loopOver(rows);
  const last = loop?.node.body.at(-1);
  if (!loop || (last?.kind !== "Break" && last?.kind !== "Return")) return undefined;
  const continues = loop.node.body
    .slice(0, -1)
    .some(
      (statement) =>
        statement.kind !== "Assign" &&
        statement.kind !== "ExpressionStatement" &&
        statement.kind !== "AugAssign",
    );
  if (continues) return undefined;
  const { node } = loop;
  return {
    place: { start: node.start, end: rows.whole.end },
    advice: `The loop ends in its first round: "first()" loads that row alone.`,
  };
}
