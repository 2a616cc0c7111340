import { groupBy } from "../../base/group-by.ts";
import type { RowsUse, SubqueryUse } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Call } from "../../syntax/ast.ts";
import { callsBefore } from "../calls-before.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey, stepsTo, stepToQueryset } from "../finding-parts.ts";
import { isPython } from "../is-python.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { isSingleValue } from "./subquery-place.ts";

export const subqueryNotSingle: FactRule = {
  kind: "facts",
  code: "QS225",
  name: "subquery-not-single",
  summary: "A subquery gives more columns or rows than the one value that its place takes",
  level: "error",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const subqueries = factsOfKind(context.facts, "subquery").filter(({ root }) => root.context !== "test");
    const notSingle = [...groupBy(subqueries, ({ location }) => placeKey(location)).values()].flatMap(
      (group) => notSingleAt(context, group),
    );
    return [...notSingle, ...outerReferences(context)];
  },
};

type Problem = "columns" | "rows";

function notSingleAt(
  context: RuleContext,
  group: readonly [SubqueryUse, ...SubqueryUse[]],
): readonly Finding[] {
  const [use] = group;
  const { location, node } = use;
  const module = context.project.program.moduleOfFile(location.path);
  const [problem, ...others] = new Set(group.map(({ queryset }) => problemOf(queryset)));
  const isPlain =
    node.arguments.length === 1 && node.keywords.every(({ name }) => name?.name === "output_field");
  if (!problem || others.length > 0 || !module || !isPlain) return [];
  return isSingleValue(module.file.tree, node) ? [findingOf(context, group, problem)] : [];
}

/** Undefined for one value, and where it may be one. */
function problemOf(queryset: Queryset): Problem | undefined {
  const { annotations, bound, columns, distinct, rows, united, unknownOperations } = queryset;
  if (unknownOperations || united || rows === "raw") return undefined;
  if (rows === "instances" || columns.length > 1) return "columns";
  // Groups: those of the outer row are one.
  if (annotations.size > 0 || distinct) return undefined;
  if (bound.kind === "slice") return bound.limit !== undefined && bound.limit > 1 ? "rows" : undefined;
  return bound.kind === "none" || bound.kind === "listed" ? "rows" : undefined;
}

function findingOf(
  context: RuleContext,
  uses: readonly [SubqueryUse, ...SubqueryUse[]],
  problem: Problem,
): Finding {
  const [use] = uses;
  const { location, queryset, symbol } = use;
  const { bound, columns, model } = queryset;
  const isAll = columns.length === 0;
  const isCertain = problem === "columns" || bound.kind === "slice";
  return {
    ...findingBase(subqueryNotSingle),
    remedy: "query-shape",
    // The project may know that there is one row at most, which nothing in the database says.
    level: levelInRoots(context, isCertain ? subqueryNotSingle.level : "warning", uses),
    confidence: isCertain ? "high" : "medium",
    message:
      problem === "columns"
        ? `Subquery() takes one column; this selects ${isAll ? `all of ${model.name}` : columns.map((name) => `"${name}"`).join(", ")}, which is an error.`
        : `Subquery() takes one row; this may give several ${model.name} rows for a row of the outer query, which PostgreSQL and MySQL refuse.`,
    help:
      problem === "columns"
        ? 'Name the column: ".values("…")", and "[:1]" where there may be several rows.'
        : 'Add "[:1]", behind an order that says which row is meant.',
    location,
    origin: location,
    symbol,
    model: model.label,
    evidence: [
      ...stepToQueryset(queryset),
      ...stepsTo(use),
      { message: "Becomes one value of the outer query", location },
    ],
    fixes: problem === "rows" ? sliceFixes(use) : [],
  };
}

/** `Subquery(tasks.values("title"))` → `Subquery(tasks.values("title")[:1])` */
function sliceFixes({ location, node, queryset }: SubqueryUse): readonly Fix[] {
  const [rows] = node.arguments;
  if (!rows || queryset.bound.kind !== "none" || (rows.kind !== "Call" && rows.kind !== "Name")) return [];
  const isOrdered = queryset.order === "ordered" || queryset.order === "default";
  return [
    {
      title: `Take the first row with "[:1]"${isOrdered ? "" : " (in no order: whichever the database finds)"}`,
      safety: "unsafe",
      preferred: true,
      edits: [{ path: location.path, range: { start: rows.end, end: rows.end }, newText: "[:1]" }],
    },
  ];
}

/** Querysets with a reference to an outer query that are evaluated by themselves. */
function outerReferences(context: RuleContext): readonly Finding[] {
  const calls = callsWithOuterReference(context);
  if (calls.size === 0) return [];
  const uses = factsOfKind(context.facts, "rowsUse").filter(
    ({ fromCache, location, queryset, root }) =>
      !fromCache &&
      root.context !== "test" &&
      isPython(location) &&
      callsBefore(queryset).some((call) => calls.has(call)),
  );
  return [...groupBy(uses, ({ location }) => placeKey(location)).values()].map((group) =>
    outerFinding(context, group),
  );
}

function callsWithOuterReference(context: RuleContext): ReadonlySet<Call> {
  const { program } = context.project;
  return new Set(
    factsOfKind(context.facts, "lookup").flatMap(({ call, condition, location: { path } }) => {
      const value = condition?.value;
      if (value?.kind !== "Call") return [];
      const module = program.moduleOfFile(path);
      const callee = module && program.resolveExpression(module, value.function);
      const isOuter =
        callee?.kind === "external" && /^django\.db\.models\.(?:expressions\.)?OuterRef$/.test(callee.name);
      return isOuter ? [call] : [];
    }),
  );
}

function outerFinding(context: RuleContext, uses: readonly [RowsUse, ...RowsUse[]]): Finding {
  const [use] = uses;
  const { location, queryset, symbol, text } = use;
  return {
    ...findingBase(subqueryNotSingle),
    level: levelInRoots(context, subqueryNotSingle.level, uses),
    remedy: "query-shape",
    confidence: "high",
    message: `"${text}" is evaluated by itself, but refers to an outer query with OuterRef(): Django raises ValueError.`,
    help: "Give it to Subquery() or Exists() in another query, or put the value in the place of OuterRef().",
    location,
    origin: location,
    symbol,
    model: queryset.model.label,
    evidence: [...stepToQueryset(queryset), ...stepsTo(use)],
    fixes: [],
  };
}
