/** Queries that need one index on several columns: those of which no single column finds few rows. */
import type { Field, Model } from "../../django/model-graph.ts";
import { growthOf } from "../pagination/growing-models.ts";
import type { RuleContext } from "../rule-context.ts";
import { isKnownSmall } from "./index-finding.ts";
import { canBeIndexed, hasFewValues, isOrderable, ownerOf } from "./indexable-columns.ts";
import { type Condition, queryShapes } from "./query-shapes.ts";
import { isServed, type WantedIndex } from "./served-columns.ts";
import { type TableQuery, tableQueries } from "./table-queries.ts";
import { tenantModels } from "./tenant-models.ts";

export interface CompositeQuery extends WantedIndex {
  readonly query: TableQuery;
  /** Whose table it is. */
  readonly model: Model;
  /** False for flags and choices alone: each combination of their values has many rows. Another's index may serve it. */
  readonly needsIndex: boolean;
  /** Keys of tenants among the columns of equality. */
  readonly tenantKeys: ReadonlySet<string>;
}

export function compositeQueries(context: RuleContext): readonly CompositeQuery[] {
  const isTenant = tenantModels(context, queryShapes(context));
  return tableQueries(context).flatMap((query) => compositeQuery(context, query, isTenant) ?? []);
}

/** Undefined where few rows are left already, or an index serves it. */
function compositeQuery(
  context: RuleContext,
  query: TableQuery,
  isTenant: (model: Model | undefined) => boolean,
): CompositeQuery | undefined {
  const { models } = context.project;
  const { queryset, complete, conditions, parent } = query;
  if (!complete || queryset.bound.kind === "unique") return undefined;
  const model = models.model(queryset.model.proxyFor ?? queryset.model.label);
  if (!model || !canBeIndexed(model) || isKnownSmall(context, model)) return undefined;
  if (growthOf(context, model) !== "growing") return undefined;
  const required = conditions.filter(({ optional, comparison }) => !optional && comparison !== "other");
  const isOfTable = (field: Field): boolean => ownerOf(models, model, field)?.label === model.label;
  // Rows may be found through another table.
  if (required.some(({ path, field }) => path !== "" || !isOfTable(field))) return undefined;
  if (queryset.related && !parent) return undefined;
  const isTenantKey = ({ target }: Field): boolean => target !== undefined && isTenant(models.model(target));
  const isWeak = ({ field, constant, comparison }: Pick<Condition, "field" | "constant" | "comparison">) =>
    field.kind === "column"
      ? hasFewValues(field) || constant || comparison === "range"
      : isTenantKey(field) || isFixedTable(context, field);
  const keys = [
    ...(parent ? [{ field: parent, constant: false, comparison: "equal" } as const] : []),
    ...required,
  ];
  if (keys.some((key) => key.field.unique || key.field.primaryKey || !isWeak(key))) return undefined;
  const equal = keys.filter(({ comparison }) => comparison !== "range").map(({ field }) => field);
  const range = keys.find(({ comparison }) => comparison === "range")?.field;
  const order = query.limited ? query.order : [];
  // The rows of a range come in its own order alone: which of both an index should serve, its values decide.
  if (range && order[0] && order[0].field.name !== range.name) return undefined;
  const columns = [...equal, ...(range ? [range] : []), ...order.map(({ field }) => field)];
  if (!columns.every((field) => isOrderable(field) && isOfTable(field))) return undefined;
  if (order.some(({ field }) => field.primaryKey || field.unique)) return undefined;
  const wanted: WantedIndex = {
    equal: new Set(equal.map(({ name }) => name)),
    range: range?.name,
    order: order.map(({ field, descending }) => `${descending ? "-" : ""}${field.name}`),
  };
  if (wanted.equal.size === 0 || columnsFor(wanted).length < 2) return undefined;
  if (isServed(model, wanted)) return undefined;
  // Flags and choices leave out some of the rows that an index of the order or range gives as they are wanted.
  const isServedInPart = isServed(model, { ...wanted, equal: new Set() });
  const isSorted = (range !== undefined || order.length > 0) && !isServedInPart;
  return {
    ...wanted,
    query,
    model,
    needsIndex: isSorted || keys.some(({ field }) => field.kind !== "column" || !hasFewValues(field)),
    tenantKeys: new Set(equal.filter(isTenantKey).map(({ name }) => name)),
  };
}

/** A list of choices: each of its rows has many of the table. */
function isFixedTable(context: RuleContext, { target }: Field): boolean {
  const model = target === undefined ? undefined : context.project.models.model(target);
  return model !== undefined && growthOf(context, model) === "fixed";
}

/** In the order that serves the query: equality, the tenant first, then the order of the rows, or the range. */
export function columnsFor(
  { equal, range, order }: WantedIndex,
  tenantKeys: ReadonlySet<string> = new Set(),
): readonly string[] {
  const first = [...equal].sort(
    (a, b) => Number(tenantKeys.has(b)) - Number(tenantKeys.has(a)) || (a < b ? -1 : 1),
  );
  const sorted = order.filter((name) => !equal.has(name.replace(/^-/, "")));
  if (sorted.length > 0) return [...first, ...sorted];
  return range === undefined || equal.has(range) ? first : [...first, range];
}
