import { groupBy } from "../../base/group-by.ts";
import { indexesOf } from "../../django/indexes.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import { databaseEngines, usesOnly } from "../../django/project-settings.ts";
import type { Finding } from "../finding.ts";
import { findingBase, placeKey, stepsTo, stepToQueryset } from "../finding-parts.ts";
import { filteredColumns } from "../indexes/filtered-columns.ts";
import { indexFixes } from "../indexes/index-fix.ts";
import { canBeIndexed, ownerOf } from "../indexes/indexable-columns.ts";
import { queryShapes } from "../indexes/query-shapes.ts";
import { tenantModels } from "../indexes/tenant-models.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { type IsTenant, isBounded } from "./bounded-rows.ts";
import { growthOf } from "./growing-models.ts";
import { type KeysetCut, keysetSlices } from "./keyset-slices.ts";
import { orderOfList } from "./list-order.ts";
import { pagesOf } from "./page-kind.ts";
import type { OrderColumn } from "./page-order.ts";

export const cursorOrderNotIndexed: FactRule = {
  kind: "facts",
  code: "QS609",
  name: "cursor-order-not-indexed",
  summary: "Pages begin behind the last row of the page before, in an order that no index has",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    if (usesOnly(databaseEngines(context.project.settings), "sqlite")) return [];
    const cuts = [...cursorLists(context), ...keysetSlices(context)];
    if (cuts.length === 0) return [];
    const isTenant = tenantModels(context, queryShapes(context));
    const missing = cuts.flatMap((cut) => missingIndex(context, cut, isTenant) ?? []);
    const byPlace = groupBy(missing, ({ cut, model }) => `${placeKey(cut.order.location)} ${model.label}`);
    return [...byPlace.values()].flatMap(([first]) => (first ? [findingOf(context, first)] : []));
  },
};

function cursorLists(context: RuleContext): readonly KeysetCut[] {
  return factsOfKind(context.facts, "rowList").flatMap((fact) => {
    const { rows, root } = fact;
    if (rows.kind !== "queryset" || root.context === "test" || pagesOf(context, fact) !== "cursor") return [];
    const found = orderOfList(context, fact, rows, "cursor");
    return found ? [{ by: "cursor" as const, fact, queryset: rows, order: found.order }] : [];
  });
}

interface MissingIndex {
  readonly cut: KeysetCut;
  /** The model whose table it is missing from. */
  readonly model: Model;
  /** Columns that it would have, `-` for descending. */
  readonly columns: readonly string[];
}

/** Undefined where an index gives the order, where none could, and where the rows are few. */
function missingIndex(context: RuleContext, cut: KeysetCut, isTenant: IsTenant): MissingIndex | undefined {
  const { queryset, order } = cut;
  const { models } = context.project;
  const columns = order.columns.map((column) => ownColumn(queryset.model, column));
  const [first] = columns;
  if (!first || !columns.every((column) => column !== undefined)) return undefined;
  const model = ownerOf(models, queryset.model, first.field);
  const isOneTable = columns.every(({ field }) => ownerOf(models, queryset.model, field) === model);
  if (!model || !isOneTable || !canBeIndexed(model) || growthOf(context, model) === "fixed") return undefined;
  if (isBounded(context, { ...queryset, bound: { kind: "none" } }, isTenant)) return undefined;
  const parent =
    queryset.related?.relation.kind === "reverseForeignKey" ? queryset.related.relation.field : undefined;
  const equal = [...queryset.fixedFields, ...(parent ? [parent.name] : [])].filter((name) =>
    model.fields.has(name),
  );
  if (isServed(model, new Set(equal), first.field) || isReportedAsFiltered(context, cut, model, first.field))
    return undefined;
  const ordered = columns.map(({ field, descending }) => `${descending ? "-" : ""}${field.name}`);
  const keys = equal.filter((name) => isTenantKey(context, model, name, isTenant));
  return { cut, model, columns: [...keys, ...ordered] };
}

function ownColumn(model: Model, { name, descending }: OrderColumn) {
  const field = model.fields.get(name === "pk" ? model.primaryKey : name);
  return field?.kind === "column" ? { field, descending } : undefined;
}

/** Rows of one value in the first columns come in the order of the next one, forwards as well as backwards. */
function isServed(model: Model, equal: ReadonlySet<string>, { name, primaryKey, unique }: Field): boolean {
  return (
    primaryKey ||
    unique ||
    indexesOf(model).some(({ columns, partial, method }) => {
      if (partial || (method !== undefined && method !== "btree")) return false;
      const names = columns.map((column) => column.replace(/^-/, ""));
      return names[names.findIndex((each) => !equal.has(each) || each === name)] === name;
    })
  );
}

function isTenantKey(
  { project: { models } }: RuleContext,
  model: Model,
  name: string,
  isTenant: IsTenant,
): boolean {
  const target = model.fields.get(name)?.target;
  return target !== undefined && isTenant(models.model(target));
}

/** QS501 names the column with all of its conditions. */
function isReportedAsFiltered(context: RuleContext, { by }: KeysetCut, model: Model, field: Field): boolean {
  return (
    by === "condition" &&
    filteredColumns(context).some(
      (column) =>
        column.model.label === model.label && column.field.name === field.name && column.places.length > 1,
    )
  );
}

/** PostgreSQL looks for no place in an index by alternatives: it reads from the first row on. */
function boundFirst({ order }: KeysetCut): string {
  const [first] = order.columns;
  return first
    ? ` Bound its first column in a condition of its own, too: filter(${first.name}__${first.descending ? "lte" : "gte"}=…).`
    : "";
}

function findingOf(context: RuleContext, missing: MissingIndex): Finding {
  const { cut, model, columns } = missing;
  const { location } = cut.order;
  const listed = columns.map((column) => `"${column}"`).join(", ");
  return {
    ...findingBase(cursorOrderNotIndexed),
    remedy: "index",
    confidence: growthOf(context, model) === "growing" ? "high" : "medium",
    message: `Each page of ${model.name} begins behind the last row of the one before, and no index has the order of the pages: the database sorts all rows that are left for each of them.`,
    help: `Add an index on ${listed}, and run makemigrations.${cut.isOpen ? boundFirst(cut) : ""}`,
    location,
    origin: location,
    symbol: cut.fact.symbol,
    model: model.label,
    fields: columns,
    evidence: [
      { message: "The order", location },
      ...stepToQueryset(cut.queryset),
      ...stepsTo(cut.fact),
      { message: "A page is taken here", location: cut.fact.location },
    ],
    fixes: indexFixes(context, model, columns),
  };
}
