/**
 * The joins to many rows that a chain of calls makes, as Django reuses them: an aggregate takes the newest join along its
 * path, while each `filter()` makes joins of its own.
 */
import { uniqueColumnSets } from "../../django/indexes.ts";
import { isToOne, type Relation } from "../../django/model-graph.ts";
import type { ExpressionCall, LookupUse } from "../../interpret/facts.ts";
import type { Expression } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import type { QueryChain, QueryStep } from "./query-chains.ts";
import { type ResolvedLookup, resolvedLookup } from "./resolved-lookup.ts";

export interface Join {
  readonly parent: Join | undefined;
  readonly relation: Relation;
  /** As lookups name it: `tasks__tags`. */
  readonly path: string;
  readonly step: QueryStep;
  readonly isFilter: boolean;
  /** Columns of the joined rows that a condition compares with one value. */
  readonly pinned: Set<string>;
}

export interface Aggregate extends ExpressionCall {
  readonly step: QueryStep;
  /** The joins whose rows it is computed over, those on the way to them included. */
  readonly joins: ReadonlySet<Join>;
  readonly names: readonly (ResolvedLookup & { readonly use: LookupUse })[];
}

export interface JoinedRows {
  readonly joins: readonly Join[];
  readonly aggregates: readonly Aggregate[];
}

const aggregateNames: ReadonlySet<string> = new Set([
  ...["Count", "Sum", "Avg", "Min", "Max", "StdDev", "Variance"],
  ...["ArrayAgg", "JSONBAgg", "StringAgg"],
]);
const filterMethods: ReadonlySet<string> = new Set(["filter", "get"]);
const aggregating: ReadonlySet<string> = new Set(["annotate", "alias", "aggregate"]);

export function joinedRows(context: RuleContext, chain: QueryChain): JoinedRows {
  const joins: Join[] = [];
  const aggregates: Aggregate[] = [];
  for (const step of chain) {
    if (filterMethods.has(step.method)) {
      const own: Join[] = [];
      for (const use of step.lookups) {
        const resolved = use.condition && !isNegated(step, use) ? resolvedLookup(context, use) : undefined;
        if (!use.condition || !resolved) continue;
        const join = follow(resolved, step, own, true);
        if (join && !use.condition.optional) pin(join, resolved, use.condition.value);
      }
      joins.push(...own);
    } else if (aggregating.has(step.method)) {
      for (const [expression, uses] of aggregatesOf(step)) {
        const names = uses.flatMap((use) => {
          const resolved = resolvedLookup(context, use);
          return resolved ? [{ ...resolved, use }] : [];
        });
        const used = new Set<Join>();
        for (const name of names) {
          for (let join = follow(name, step, joins, false); join; join = join.parent) used.add(join);
        }
        if (names.length === uses.length) aggregates.push({ ...expression, step, joins: used, names });
      }
    }
  }
  return { joins, aggregates };
}

/** The names in each aggregate of the call; those of windows count the rows of other groups. */
function aggregatesOf({ lookups }: QueryStep): ReadonlyMap<ExpressionCall, readonly LookupUse[]> {
  const known = new Map<ExpressionCall["call"], ExpressionCall>();
  const aggregates = new Map<ExpressionCall, LookupUse[]>();
  for (const use of lookups) {
    const outer = use.within.find(({ name }) => aggregateNames.has(name));
    if (!outer || use.within.some(({ name }) => name === "Window")) continue;
    const aggregate = known.get(outer.call) ?? outer;
    known.set(outer.call, aggregate);
    aggregates.set(aggregate, [...(aggregates.get(aggregate) ?? []), use]);
  }
  return aggregates;
}

/** Takes the joins to many rows along the path from `joins`, adding those that are not there yet. */
function follow(
  { relations }: ResolvedLookup,
  step: QueryStep,
  joins: Join[],
  isFilter: boolean,
): Join | undefined {
  let parent: Join | undefined;
  const names: string[] = [];
  for (const relation of relations) {
    names.push(relation.queryName);
    if (isToOne(relation)) continue;
    const path = names.join("__");
    const known = joins.findLast((join) => join.parent === parent && join.path === path);
    const join: Join = known ?? { parent, relation, path, step, isFilter, pinned: new Set() };
    if (!known) joins.push(join);
    parent = join;
  }
  return parent;
}

/** `tags=tag` and `tasks__isnull=True` leave one joined row; `memberships__user=user` the one of that user, if there is one. */
function pin(
  join: Join,
  { relations, field, operators }: ResolvedLookup,
  value: Expression | undefined,
): void {
  const [operator = "exact"] = operators;
  const isExact = operator === "exact" && operators.length <= 1;
  const last = relations.at(-1);
  if (last !== join.relation) {
    const isKeyOfRow = relations.at(-2) === join.relation && (!field || field.primaryKey);
    if (last && isKeyOfRow && isExact) join.pinned.add(last.field.name);
    return;
  }
  const isMissing = operator === "isnull" && value?.kind === "ConstantLiteral" && value.value === "True";
  if (isMissing) join.pinned.add(onlyRow);
  else if (isExact) {
    join.pinned.add(!field || field.primaryKey || field.unique ? onlyRow : field.name);
  }
}

const onlyRow = "";

/** There is at most one joined row for each row, whatever the table holds. */
export function joinsOneRow({ project: { models } }: RuleContext, { pinned, relation }: Join): boolean {
  if (pinned.has(onlyRow)) return true;
  const target = relation.target === undefined ? undefined : models.model(relation.target);
  const back = relation.kind === "reverseForeignKey" ? relation.field.name : undefined;
  return (
    target !== undefined &&
    uniqueColumnSets(target).some((columns) => columns.every((name) => name === back || pinned.has(name)))
  );
}

/** `~Q(tags=tag)`: Django asks for it in a query of its own. */
export function isNegated({ call }: QueryStep, { location: { range } }: LookupUse): boolean {
  let negated = false;
  walkExpressions(call, (node) => {
    if (node.kind === "UnaryOperation" && node.start <= range.start && range.end <= node.end) negated = true;
    return !negated;
  });
  return negated;
}
