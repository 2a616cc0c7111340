/**
 * What the queries of the whole project ask of each table: the columns that they compare, the order that they want, how
 * many rows they take of it, and how often they run.
 */
import { AnswersOf } from "../../base/answers-of.ts";
import { remembered } from "../../base/remembered.ts";
import type { Location } from "../../base/text-range.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import type { FactContext } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Call } from "../../syntax/ast.ts";
import { functionsInRequests, isInRequest } from "../functions-in-requests.ts";
import { pagesOf } from "../pagination/page-kind.ts";
import { columnsOf, type OrderColumn } from "../pagination/page-order.ts";
import { type QueryStep, queryChains } from "../query-shape/query-chains.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { ownerOf } from "./indexable-columns.ts";
import { type Condition, inheritedConditions, type QueryShape, queryShapes } from "./query-shapes.ts";

export interface TableQuery {
  readonly queryset: Queryset;
  /** All of its conditions are known. */
  readonly complete: boolean;
  readonly conditions: readonly Condition[];
  /** The key by which the rows belong to one object, for those of a related manager. */
  readonly parent: Field | undefined;
  /** As far as it names columns of the table itself. */
  readonly order: readonly SortedColumn[];
  /** `Meta.ordering` */
  readonly isDefaultOrder: boolean;
  /** Only the first rows are taken, or a page. */
  readonly limited: boolean;
  readonly location: Location;
  readonly symbol: string;
  readonly inRequest: boolean;
  readonly inAdmin: boolean;
}

export interface SortedColumn {
  readonly field: Field;
  readonly descending: boolean;
}

const known = new AnswersOf<RuleContext["facts"], readonly TableQuery[]>();
const ignoredContexts: ReadonlySet<string> = new Set(["migration", "test"]);

/** One query for each way in which the code goes on with a queryset. */
export function tableQueries(context: RuleContext): readonly TableQuery[] {
  return remembered(known, context.facts, () => {
    const shapes = new Map(
      queryShapes(context).flatMap((shape) =>
        shape.uses[0] === undefined ? [] : [[shape.uses[0].call, shape] as const],
      ),
    );
    const reachable = functionsInRequests(context);
    return built(context).map((query) => queryOf(context, query, shapes, reachable));
  });
}

const orderMethods: ReadonlySet<string> = new Set(["order_by", "latest", "earliest"]);
const firstMethods: ReadonlySet<string> = new Set(["first", "last", "latest", "earliest"]);
/** For these, the database sorts nothing. */
const unsortedMethods: ReadonlySet<string> = new Set([
  ...["aggregate", "contains", "count", "delete", "exists", "get", "get_or_create", "in_bulk"],
  ...["update", "update_or_create", "create", "bulk_create", "bulk_update"],
]);

/** A query with the calls that build it; none for that of a view which names its model alone. */
interface BuiltQuery {
  readonly steps: readonly QueryStep[];
  readonly queryset: Queryset;
  readonly context: FactContext;
  readonly limited: boolean;
}

function built(context: RuleContext): readonly BuiltQuery[] {
  const { facts } = context;
  const limitedCalls = new Set<Call>();
  const others: BuiltQuery[] = [];
  for (const { queryset } of factsOfKind(facts, "rowsUse")) {
    const call = isCut(queryset) ? lastCall(queryset) : undefined;
    if (call) limitedCalls.add(call);
  }
  for (const fact of factsOfKind(facts, "rowList")) {
    const { rows } = fact;
    const pages = pagesOf(context, fact);
    if (rows.kind !== "queryset" || (pages !== "numbered" && pages !== "cursor")) continue;
    const call = lastCall(rows);
    if (call) limitedCalls.add(call);
    else others.push({ steps: [], queryset: rows, context: fact, limited: true });
  }
  const chains = queryChains(context).flatMap((steps): readonly BuiltQuery[] => {
    const last = steps.at(-1) ?? steps[0];
    if (steps.some(({ queryset }) => queryset.model !== last.queryset.model)) return [];
    const limited = firstMethods.has(last.method) || limitedCalls.has(last.call);
    return [{ steps, queryset: last.queryset, context: last, limited }];
  });
  return [...chains, ...others].filter((query) => !ignoredContexts.has(query.context.root.context));
}

/** `order_by()` of `Task.objects.order_by("created")[:10]`. */
function lastCall({ origin }: Queryset): Call | undefined {
  const node = origin.sites.at(-1)?.node;
  const inner = node?.kind === "Subscript" ? node.value : node;
  return inner?.kind === "Call" ? inner : undefined;
}

function isCut({ bound }: Queryset): boolean {
  return bound.kind === "slice" || bound.kind === "page";
}

function queryOf(
  context: RuleContext,
  { steps, queryset, context: fact, limited }: BuiltQuery,
  shapes: ReadonlyMap<Call, QueryShape>,
  reachable: ReadonlySet<string>,
): TableQuery {
  const shape = steps.map(({ call }) => shapes.get(call)).findLast((each) => each !== undefined);
  const method = steps.at(-1)?.method;
  const isSorted = method === undefined || !unsortedMethods.has(method);
  const order = isSorted ? orderOf(context, queryset, steps) : undefined;
  const place = order?.step?.lookups[0] ?? shape?.uses.at(-1) ?? fact;
  const { related } = queryset;
  return {
    queryset,
    complete: (shape?.complete ?? isNamed(queryset)) && !queryset.unknownOperations && !queryset.combined,
    conditions: shape?.conditions ?? inheritedConditions(context.project.models, queryset),
    parent: related?.relation.kind === "reverseForeignKey" ? related.relation.field : undefined,
    order: withoutTieBreaker(order?.columns ?? []),
    isDefaultOrder: order !== undefined && order.step === undefined,
    limited,
    location: place.location,
    symbol: fact.symbol,
    inRequest: isInRequest(fact.root, reachable),
    inAdmin: fact.root.context === "admin",
  };
}

/** No condition is a `Q` of which the columns are not known. */
function isNamed({ filters }: Queryset): boolean {
  return filters.every(({ lookup, method }) => lookup !== undefined || method === "exclude");
}

/** Behind other columns, a key only tells equal rows apart: few have to be sorted. */
function withoutTieBreaker(order: readonly SortedColumn[]): readonly SortedColumn[] {
  const key = order.findIndex(({ field }) => field.primaryKey || field.unique);
  return key > 0 ? order.slice(0, key) : order;
}

interface Order {
  readonly columns: readonly SortedColumn[];
  /** Undefined for `Meta.ordering`. */
  readonly step: QueryStep | undefined;
}

function orderOf(context: RuleContext, queryset: Queryset, steps: readonly QueryStep[]): Order | undefined {
  const { model } = queryset;
  const step = steps.findLast(({ method }) => orderMethods.has(method));
  if (step) {
    const named = step.call.keywords.length === 0 ? columnsOf(step.call.arguments) : undefined;
    const isByDefault = step.method !== "order_by" && named?.length === 0;
    const columns = isByDefault ? model.meta.getLatestBy.map(columnNamed) : named;
    const sorted = columns && sortedColumns(context, model, columns);
    const isReversed = step.method === "latest";
    return sorted && { columns: isReversed ? sorted.map(opposite) : sorted, step };
  }
  if (queryset.order !== "default") return undefined;
  const columns = sortedColumns(context, model, model.meta.ordering.map(columnNamed));
  return columns && { columns, step: undefined };
}

function columnNamed(text: string): OrderColumn {
  return { name: text.replace(/^-/, ""), descending: text.startsWith("-") };
}

function opposite({ field, descending }: SortedColumn): SortedColumn {
  return { field, descending: !descending };
}

/** Undefined where something else than a column of the table is sorted by. */
function sortedColumns(
  { project: { models } }: RuleContext,
  model: Model,
  columns: readonly OrderColumn[],
): readonly SortedColumn[] | undefined {
  const owner = columns.map(({ name, descending }) => {
    const field =
      model.fields.get(name === "pk" ? model.primaryKey : name.replace(/_id$/, "")) ?? model.fields.get(name);
    const isOwn = field && ownerOf(models, model, field)?.label === (model.proxyFor ?? model.label);
    return isOwn && (field.kind === "column" || name.endsWith("_id")) ? { field, descending } : undefined;
  });
  return owner.every((column) => column !== undefined) ? owner : undefined;
}
