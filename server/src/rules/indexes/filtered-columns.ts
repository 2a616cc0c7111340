/** Columns that queries filter by and that no index serves, with the queries. */
import { AnswersOf } from "../../base/answers-of.ts";
import { groupBy } from "../../base/group-by.ts";
import { remembered } from "../../base/remembered.ts";
import type { Location } from "../../base/text-range.ts";
import { findsByValue } from "../../django/indexes.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import { placeKey } from "../finding-parts.ts";
import { functionsInRequests, isInRequest } from "../functions-in-requests.ts";
import type { RuleContext } from "../rule-context.ts";
import { declaredFilters } from "./declared-filters.ts";
import { canBeIndexed, mayNeedIndex, ownerOf } from "./indexable-columns.ts";
import { type Condition, type QueryShape, queryShapes } from "./query-shapes.ts";
import { isServed } from "./served-columns.ts";
import { tenantModels } from "./tenant-models.ts";

export interface FilteredColumn {
  readonly model: Model;
  readonly field: Field;
  /** One for each place in the code, those in requests first. */
  readonly places: readonly FilterPlace[];
  /** How often the queries run, see `weights`. */
  readonly weight: number;
}

export interface FilterPlace {
  readonly location: Location;
  readonly symbol: string;
  readonly inRequest: boolean;
  /** The code writes down what the column is compared with. */
  readonly constant: boolean;
}

/** Two places in requests, or as many others as run as often. */
const leastWeight = 6;
const fewestPlaces = 2;

/** Often enough to be worth an index. */
export function isOftenFiltered({ weight, places }: FilteredColumn): boolean {
  return weight >= leastWeight && places.length >= fewestPlaces;
}

/** A query of a request runs more often than any other. */
const weights = { request: 3, other: 1 };

const known = new AnswersOf<RuleContext["facts"], readonly FilteredColumn[]>();

export function filteredColumns(context: RuleContext): readonly FilteredColumn[] {
  return remembered(known, context.facts, () => columnsOf(context));
}

function columnsOf(context: RuleContext): readonly FilteredColumn[] {
  const shapes = queryShapes(context);
  const isTenant = tenantModels(context, shapes);
  const open = shapes.flatMap((shape) => {
    const candidates = candidatesOf(context, shape, isTenant);
    return candidates.length > 0 ? [candidates] : [];
  });
  const popularity = new Map<string, number>();
  for (const candidates of open) {
    for (const key of new Set(candidates.map(keyOf))) popularity.set(key, (popularity.get(key) ?? 0) + 1);
  }
  // One index is enough for a query: the one that most other queries could use as well.
  const chosen = open.flatMap((candidates) => {
    const best = candidates.reduce((first, second) =>
      (popularity.get(keyOf(second)) ?? 0) > (popularity.get(keyOf(first)) ?? 0) ? second : first,
    );
    return [best];
  });
  const reachable = functionsInRequests(context);
  const filters = [
    ...chosen.flatMap((condition) => placeOf(condition, reachable)),
    ...declaredFilters(context.project).map(({ location, symbol, inRequest, ...column }) => ({
      ...column,
      place: { location, symbol, inRequest, constant: false },
      query: placeKey(location),
    })),
  ];
  return [...groupBy(filters, keyOf).values()].flatMap((group) => {
    const [first] = group;
    const model = first && ownerOf(context.project.models, first.model, first.field);
    const field = model?.fields.get(first?.field.name ?? "");
    if (!model || !field || !canBeIndexed(model) || !mayNeedIndex(model, field)) return [];
    const places = placesOf(group);
    const weight = places.reduce(
      (sum, { inRequest }) => sum + (inRequest ? weights.request : weights.other),
      0,
    );
    return [{ model, field, places, weight }];
  });

  function keyOf({ model, field }: { readonly model: Model; readonly field: Field }): string {
    return `${ownerOf(context.project.models, model, field)?.label ?? model.label}.${field.name}`;
  }
}

interface Filter {
  readonly model: Model;
  readonly field: Field;
  readonly place: FilterPlace;
  /** Two bounds that a function adds under conditions of its own are of one query. */
  readonly query: string;
}

function placeOf(
  { use, constant, model, field }: Condition,
  reachable: ReadonlySet<string>,
): readonly Filter[] {
  if (!use) return [];
  const { location, symbol, queryset } = use;
  const inRequest = isInRequest(use.root, reachable);
  const [start] = queryset.origin.sites;
  return [
    {
      model,
      field,
      place: { location, symbol, inRequest, constant },
      query: `${symbol} ${placeKey(start?.location ?? location)}`,
    },
  ];
}

function placesOf(filters: readonly Filter[]): readonly FilterPlace[] {
  const unique = [...new Map(filters.map(({ place, query }) => [query, place])).values()];
  return unique.sort((first, second) => Number(second.inRequest) - Number(first.inRequest));
}

/** Columns of a shape of which an index would find the rows. None where another one finds few rows already. */
function candidatesOf(
  context: RuleContext,
  { queryset, conditions, complete }: QueryShape,
  isTenant: (model: Model | undefined) => boolean,
): readonly Condition[] {
  if (!complete || queryset.bound.kind === "unique" || queryset.unknownOperations || queryset.combined)
    return [];
  const { models } = context.project;
  const { related } = queryset;
  if (related && !isTenant(related.instance.model)) return [];
  const required = conditions.filter(({ optional, comparison }) => !optional && comparison !== "other");
  const isSelective = ({ model, field }: Condition): boolean => {
    if (field.kind === "column") return findsByValue(model, field.name) || field.primaryKey;
    const target = field.target === undefined ? undefined : models.model(field.target);
    return !isTenant(target);
  };
  if (required.some(isSelective)) return [];
  // Beside a tenant's key, what has few values by itself or is a range needs an index on both.
  const isTenantKey = ({ field }: Condition): boolean =>
    field.target !== undefined && isTenant(models.model(field.target));
  const ofTenant = related !== undefined || required.some(isTenantKey);
  const isServedBesideTenant = (owner: Model, column: string): boolean =>
    [...owner.fields.values()].some(
      ({ name, target }) =>
        target !== undefined &&
        isTenant(models.model(target)) &&
        isServed(owner, { equal: new Set([name, column]), range: undefined, order: [] }),
    );
  const own = required.filter(
    ({ path, constant, comparison }) => path === "" && !(ofTenant && (constant || comparison === "range")),
  );
  const usable = (ofTenant || own.length > 0 ? own : required).filter(({ model, field, use }) => {
    const owner = ownerOf(models, model, field);
    if (!use || !owner || !canBeIndexed(owner)) return false;
    const mayNeed = mayNeedIndex(owner, owner.fields.get(field.name) ?? field);
    return mayNeed && !(ofTenant && isServedBesideTenant(owner, field.name));
  });
  const varying = usable.filter(({ constant, comparison }) => !constant && comparison !== "range");
  return varying.length > 0 ? varying : usable;
}
