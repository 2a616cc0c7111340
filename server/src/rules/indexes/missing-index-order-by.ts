import { groupBy } from "../../base/group-by.ts";
import { findsByValue } from "../../django/indexes.ts";
import type { Model, ModelGraph } from "../../django/model-graph.ts";
import { databaseEngines, usesOnly } from "../../django/project-settings.ts";
import type { Confidence, Finding } from "../finding.ts";
import { growthOf } from "../pagination/growing-models.ts";
import { isGrouped } from "../pagination/ordering.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { declaredOrders } from "./declared-orders.ts";
import { declarationOf, helpForIndex, indexFinding, isKnownSmall } from "./index-finding.ts";
import { indexFixes } from "./index-fix.ts";
import { canBeIndexed, isOrderable, ownerOf } from "./indexable-columns.ts";
import { queryShapes } from "./query-shapes.ts";
import { isServed } from "./served-columns.ts";
import { type SortedColumn, type TableQuery, tableQueries } from "./table-queries.ts";
import { tenantModels } from "./tenant-models.ts";

export const missingIndexOrderBy: FactRule = {
  kind: "facts",
  code: "QS502",
  name: "missing-index-order-by",
  summary: "The first rows of a table are taken in an order that no index provides",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    if (usesOnly(databaseEngines(context.project.settings), "sqlite")) return [];
    const isTenant = tenantModels(context, queryShapes(context));
    const sorted = tableQueries(context).filter((query) => sortsWholeTable(context, query, isTenant));
    return (
      [...groupBy(sorted, keyOf).values()]
        // Those who administer a site are few.
        .filter((group) => group.some(({ inAdmin, inRequest }) => inRequest && !inAdmin))
        .map((group) => findingOf(context, group))
    );
  },
};

function written(order: readonly SortedColumn[]): readonly string[] {
  return order.map(({ field, descending }) => `${descending ? "-" : ""}${field.name}`);
}

/** An index is read in both directions. */
function keyOf({ queryset, order }: TableQuery): string {
  const [first] = order;
  const columns = order.map(({ field, descending }) => `${descending === first?.descending} ${field.name}`);
  return [queryset.model.label, ...columns].join(" ");
}

/** A page or the first rows of all rows, which the database has to read and sort to find them. */
function sortsWholeTable(
  context: RuleContext,
  query: TableQuery,
  isTenant: (model: Model | undefined) => boolean,
): boolean {
  const { order, limited, complete, conditions, parent, queryset } = query;
  const { models } = context.project;
  const [first] = order;
  if (!first || !limited || !complete || parent || queryset.related) return false;
  if (queryset.bound.kind === "unique" || queryset.distinct) return false;
  // Rows are grouped before they are sorted.
  if (isGrouped(context, queryset)) return false;
  // With equality or a range, one index has to do both.
  const narrowing = conditions.filter(
    ({ comparison, field: { target }, optional, path }) =>
      !optional &&
      (path === ""
        ? comparison !== "other"
        : !isTenant(target === undefined ? undefined : models.model(target))),
  );
  if (narrowing.length > 0 || findsEachAlternative(models, query)) return false;
  const owner = ownerOf(models, queryset.model, first.field);
  return (
    owner !== undefined &&
    canBeIndexed(owner) &&
    growthOf(context, owner) === "growing" &&
    !isKnownSmall(context, owner) &&
    order.every(({ field }) => isOrderable(field)) &&
    !order.some(({ field }) => field.primaryKey || field.unique) &&
    !isServed(owner, { equal: new Set(), range: undefined, order: written(order.slice(0, 1)) })
  );
}

/** `Q(sender=user) | Q(recipient=user)`: an index finds the few rows of each alternative. */
function findsEachAlternative(models: ModelGraph, { queryset, conditions }: TableQuery): boolean {
  const alternatives = conditions.filter(({ optional, use }) => optional && use?.method !== "exclude");
  return (
    alternatives.length > 1 &&
    alternatives.every(
      ({ path, comparison, field }) =>
        path === "" &&
        comparison === "equal" &&
        findsByValue(ownerOf(models, queryset.model, field) ?? queryset.model, field.name),
    )
  );
}

function findingOf(context: RuleContext, group: readonly [TableQuery, ...TableQuery[]]): Finding {
  const [first] = group;
  const [column] = first.order;
  const owner = column && ownerOf(context.project.models, first.queryset.model, column.field);
  const model: Model = owner ?? first.queryset.model;
  const columns = written(first.order);
  const queries = [...group].sort((a, b) => Number(b.inRequest) - Number(a.inRequest));
  const onClientsWish = declaredOrders(context.project).filter(
    (order) =>
      columns.length === 1 && order.model === first.queryset.model && order.name === column?.field.name,
  );
  const by = group.every(({ isDefaultOrder }) => isDefaultOrder) ? " by Meta.ordering" : "";
  const listed = columns.map((name) => `"${name}"`).join(", ");
  return indexFinding(context, missingIndexOrderBy, {
    model,
    location: column && declarationOf(model, column.field),
    columns,
    message: `${model.name} is sorted by ${listed}${by}, which no index provides: the database sorts all rows to find the first of them.`,
    help: helpForIndex,
    confidence: confidenceOf(queries),
    missing: `No index has the order of ${listed}`,
    places: [...queries, ...onClientsWish],
    verb: "Sorted",
    fixes: indexFixes(context, model, columns),
  });
}

function confidenceOf(places: readonly TableQuery[]): Confidence {
  const inRequests = places.filter(({ inAdmin, inRequest }) => inRequest && !inAdmin).length;
  return inRequests >= 2 ? "high" : "medium";
}
