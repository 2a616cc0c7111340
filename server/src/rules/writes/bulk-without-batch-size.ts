import { groupBy } from "../../base/group-by.ts";
import type { Model } from "../../django/model-graph.ts";
import { databaseEngines, usesOnly } from "../../django/project-settings.ts";
import type { QuerysetCall } from "../../interpret/facts.ts";
import type { Value } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey, stepsTo } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import { isSureToGrow } from "../query-shape/growing-tables.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { isInLoop } from "./around-call.ts";
import { batchSize } from "./bulk-fix.ts";
import { fillingOf } from "./filled-lists.ts";

export const bulkWithoutBatchSize: FactRule = {
  kind: "facts",
  code: "QS307",
  name: "bulk-without-batch-size",
  summary: "However many rows there are, one statement writes all of them",
  level: "info",
  fix: "safe",
  stage: 2,
  run(context) {
    // SQLite allows so few parameters that Django splits the rows by itself.
    if (usesOnly(databaseEngines(context.project.settings), "sqlite")) return [];
    // Each round of a loop writes a part: somebody cuts the rows already.
    const calls = factsOfKind(context.facts, "querysetCall").filter(
      (call) => isUnbounded(call) && !isInLoop(context, call.location),
    );
    return [...groupBy(calls, ({ location }) => placeKey(location)).values()].flatMap(([call]) =>
      call ? findingsOf(context, call) : [],
    );
  },
};

const positionOfBatchSize: Readonly<Record<string, number>> = { bulk_create: 1, bulk_update: 2 };

function isUnbounded({ call, given, method }: QuerysetCall): boolean {
  const position = positionOfBatchSize[method];
  const [objects] = given;
  if (position === undefined || call.arguments.length !== position || !objects) return false;
  if (call.keywords.some(({ name }) => !name || name.name === "batch_size")) return false;
  return !isSmall(objects);
}

function isSmall(objects: Value): boolean {
  if (objects.kind !== "collection") return false;
  const { kind } = objects.size;
  return kind === "constant" || kind === "limited" || kind === "batches";
}

/** As many as a queryset has. */
function growsWithTable([objects]: readonly Value[]): boolean {
  return objects?.kind === "collection" && objects.size.kind === "rows";
}

/**
 * The rows of a table that grows, not only those of one object, are changed, and not the order that somebody has given
 * them: nobody puts more of them in order than fit on a page.
 */
function isSureToBeMany(
  context: RuleContext,
  { call, given, method, queryset: { model } }: QuerysetCall,
): boolean {
  const [objects] = given;
  if (method !== "bulk_update" || objects?.kind !== "collection" || !growsWithTable(given)) return false;
  const rows = objects.element.kind === "instance" ? objects.element.source?.queryset : undefined;
  return (
    rows !== undefined &&
    rows.related === undefined &&
    !rows.filters.some(({ lookup }) => lookup !== undefined && isOfParents(model, lookup)) &&
    isSureToGrow(context, model) &&
    !isOrder(context, model, call)
  );
}

/** `project=project`, `pk__in=keys` */
function isOfParents({ fields, primaryKey }: Model, lookup: string): boolean {
  const name = lookup.replace(/__(?:in|exact)$/, "");
  const kind = fields.get(name.replace(/_id$/, ""))?.kind ?? fields.get(name)?.kind;
  return name === "pk" || name === primaryKey || (kind !== undefined && kind !== "column");
}

/** The only column that is written is one by which rows are sorted. */
function isOrder({ facts }: RuleContext, model: Model, { arguments: given, keywords }: Call): boolean {
  const fields = given[1] ?? keywords.find(({ name }) => name?.name === "fields")?.value;
  if (fields?.kind !== "ListLiteral" && fields?.kind !== "TupleLiteral") return false;
  const [only, ...others] = fields.elements;
  if (only?.kind !== "StringLiteral" || others.length > 0) return false;
  const name = only.value;
  return (
    model.meta.ordering.some((each) => each.replace(/^-/, "") === name) ||
    factsOfKind(facts, "lookup").some(
      ({ method, lookup, queryset }) =>
        method === "order_by" && queryset.model === model && lookup.replace(/^-/, "") === name,
    )
  );
}

function findingsOf(context: RuleContext, fact: QuerysetCall): readonly Finding[] {
  const [list] = fact.call.arguments;
  const filling = list ? fillingOf(context, fact.location, list) : "many";
  return filling === "forms" || filling === "slice" ? [] : [findingOf(context, fact, filling === "groups")];
}

/** @param isOfGroups a row for each value of some columns: how many there are, only the data tell */
function findingOf(context: RuleContext, fact: QuerysetCall, isOfGroups: boolean): Finding {
  const { call, given, location, method, queryset, symbol } = fact;
  const { model } = queryset;
  const level = growsWithTable(given) && !isOfGroups ? bulkWithoutBatchSize.level : "hint";
  return {
    ...findingBase(bulkWithoutBatchSize),
    remedy: "batch-size",
    level: levelInRoots(context, level, [fact]),
    confidence: !isOfGroups && isSureToBeMany(context, fact) ? "high" : "medium",
    message: `"${method}()" of ${model.name} sends all rows in one statement, however many there are.`,
    help: `Send ${batchSize} at a time with "batch_size": the statement, the memory for it and its locks stay small.`,
    location,
    origin: location,
    symbol,
    model: model.label,
    evidence: [...stepsTo(fact), { message: `Writes all rows: ${method}()`, location }],
    fixes: fixesOf(context, fact.location.path, call),
  };
}

function fixesOf(
  context: RuleContext,
  path: string,
  { argumentsRange }: QuerysetCall["call"],
): readonly Fix[] {
  const close = argumentsRange.end - 1;
  const text = context.text(path);
  const before = text.slice(argumentsRange.start + 1, close);
  const written = before.trimEnd();
  // Behind a comment of the last argument, the code would be part of it.
  if (written === "" || /#[^\n]*$/.test(written)) return [];
  const at = argumentsRange.start + 1 + written.length;
  const separator = written.endsWith(",") ? " " : ", ";
  return [
    {
      title: `Add batch_size=${batchSize}`,
      safety: "safe",
      preferred: true,
      edits: [{ path, range: { start: at, end: at }, newText: `${separator}batch_size=${batchSize}` }],
    },
  ];
}
