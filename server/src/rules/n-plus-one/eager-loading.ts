/**
 * Findings that eager loading cures. All relation reads that one queryset fails to supply become one finding with one
 * merged fix, whichever rules claim the reads.
 */
import { groupBy } from "../../base/group-by.ts";
import { isToOne } from "../../django/model-graph.ts";
import { type CallFrame, combinedRead, type Loop, type RelationRead } from "../../interpret/facts.ts";
import { pathKey } from "../../queryset/coverage.ts";
import type { OriginSite } from "../../queryset/origin.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Expression } from "../../syntax/ast.ts";
import { atMostHigh, classOf, scoreOfRead } from "../confidence.ts";
import type { Access, Evidence, Finding, QueryEstimate } from "../finding.ts";
import { otherReads, stepOfLoop } from "../finding-parts.ts";
import { levelInLoops } from "../levels.ts";
import { mostRounds, multiplicityOf, queryEstimate } from "../loop-weight.ts";
import type { RelationReadRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { isChangedBefore } from "./changed-before.ts";
import { raisesInCoroutine, raisesInCoroutineText } from "./coroutine-reads.ts";
import { eagerLoadingFixes } from "./eager-loading-fixes.ts";
import { type EagerLoadingPlan, planEagerLoading } from "./eager-loading-plan.ts";
import { servesOtherModels } from "./generic-code.ts";
import { isMemoised } from "./memoised-queryset.ts";
import { type HelperCalls, helperCalls, originSite } from "./origin-site.ts";

/** A read with the queryset that should supply it. */
interface Demand {
  readonly read: RelationRead;
  readonly queryset: Queryset;
  readonly path: readonly string[];
  /** To-many relations on the path whose rows a declaration asks for on its way. */
  readonly through: readonly (readonly string[])[];
}

interface PlacedDemand extends Demand {
  readonly site: OriginSite;
}

export function eagerLoadingFindings(
  context: RuleContext,
  rules: readonly RelationReadRule[],
): readonly Finding[] {
  const all = factsOfKind(context.facts, "relationRead")
    .filter((read) => isRepeatedRead(read) && !read.callerMayLoad)
    .map(supplierOf)
    .filter(({ queryset }) => queryset.origin.sites.length > 0)
    .filter(isReadPerRow);
  const known = readsOfKnownRows(context, all);
  const demands = all.filter((demand) => !isKnownBetter(demand, known));
  const calls = helperCalls(context.facts);
  const placed = withoutListsOfOneObject(place(context, demands, calls));
  return [...groupBy(placed, ({ site }) => site.node).values()].flatMap((group) => {
    const finding = findingOf(context, rules, group);
    return finding ? [finding] : [];
  });
}

function isRepeatedRead(read: RelationRead): boolean {
  return !read.keyOnly && !read.exceptional && multiplicityOf(read.loops) !== undefined;
}

/**
 * A loop runs over the queryset's rows. Where only the queryset itself changes with the loops, each round fetches one
 * object and its relations: the query in the loop is the problem then, not what it fails to load.
 */
function isReadPerRow({ read, queryset }: Demand): boolean {
  return read.loops.some(({ id }) => !queryset.varies.includes(id));
}

/**
 * A template or serializer that goes from a row to its related rows has no queryset to edit: the row's own supplies
 * both. A path that leads through `Prefetch(queryset=…)` is supplied by that queryset.
 */
function supplierOf(read: RelationRead): Demand {
  let { queryset } = read;
  let path: readonly string[] = read.path;
  let through: readonly (readonly string[])[] = [];
  for (let parent = parentOf(queryset); parent; parent = parentOf(queryset)) {
    const before = parent.path;
    path = [...before, ...path];
    through = [before, ...through.map((relation) => [...before, ...relation])];
    queryset = parent.queryset;
  }
  for (let length = path.length - 1; length > 0; length--) {
    const prefetched = queryset.prefetch.get(pathKey(path.slice(0, length)));
    if (prefetched?.explicit && prefetched.queryset) {
      queryset = prefetched.queryset;
      path = path.slice(length);
      through = [];
      length = path.length;
    }
  }
  return { read, queryset, path, through };
}

function parentOf({
  origin,
  related,
}: Queryset): { readonly queryset: Queryset; readonly path: readonly string[] } | undefined {
  const source = related?.plain ? related.instance.source : undefined;
  if (!related || !source || !origin.sites.every(({ kind }) => kind === "accessor")) return undefined;
  return { queryset: source.queryset, path: [...source.path, related.relation.accessor] };
}

/**
 * Places at which rows of a known queryset are read, or where a caller was seen to have loaded what is read: these
 * tell more about a method than interpreting it with a `self` of unknown origin.
 */
function readsOfKnownRows(context: RuleContext, demands: readonly Demand[]): ReadonlySet<string> {
  const places = new Set<string>();
  for (const { location } of factsOfKind(context.facts, "coveredRead")) places.add(locationKey(location));
  for (const demand of demands) if (!isOfUnknownParent(demand)) places.add(locationKey(demand.read.location));
  return places;
}

/** The rows are children of an object of which nothing is known: `self`, or a parameter. */
function isOfUnknownParent({ queryset }: Demand): boolean {
  const parent = queryset.related?.instance;
  return parent !== undefined && !parent.source;
}

function isKnownBetter(demand: Demand, known: ReadonlySet<string>): boolean {
  return isOfUnknownParent(demand) && known.has(locationKey(demand.read.location));
}

function locationKey({ path, range }: RelationRead["location"]): string {
  return `${path}:${range.start}:${range.end}`;
}

function place(
  context: RuleContext,
  demands: readonly Demand[],
  calls: HelperCalls,
): readonly PlacedDemand[] {
  const needing = new Map<string, Map<Expression, Set<Expression>>>();
  for (const { queryset, path } of demands) {
    const byInner = needing.get(pathKey(path)) ?? new Map<Expression, Set<Expression>>();
    needing.set(pathKey(path), byInner);
    const { sites } = queryset.origin;
    for (const [index, site] of sites.entries()) {
      const inner = sites[index - 1];
      if ((site.kind !== "helper" && site.kind !== "ended") || !inner) continue;
      const nodes = byInner.get(inner.node) ?? new Set<Expression>();
      nodes.add(site.node);
      byInner.set(inner.node, nodes);
    }
  }
  return demands.flatMap((demand) => {
    const byInner = needing.get(pathKey(demand.path));
    const site = originSite(
      demand.queryset.origin,
      calls,
      (inner) => byInner?.get(inner) ?? new Set(),
      (place) => servesOtherModels(context, place, demand.queryset),
      (place) => isMemoised(context, place),
    );
    return site ? [{ ...demand, site: prefetchingSite(context, demand, site) ?? site }] : [];
  });
}

/** `list_select_related` has no say about prefetches: the admin class's own `get_queryset()` has. */
function prefetchingSite(
  { project }: RuleContext,
  { queryset, path }: Demand,
  site: OriginSite,
): OriginSite | undefined {
  if (site.kind !== "changeList") return undefined;
  const { sites } = queryset.origin;
  const inner = sites[sites.indexOf(site) - 1];
  const isPrefetched = planEagerLoading(project.models, queryset, [path]).prefetch.length > 0;
  return inner && isPrefetched ? inner : undefined;
}

/**
 * Where a list of objects needs the rows behind each of them, the prefetch in its queryset serves a single object of the
 * same queryset as well: what that misses is the same cause.
 */
function withoutListsOfOneObject(placed: readonly PlacedDemand[]): readonly PlacedDemand[] {
  const needed = new Map<Expression, Set<string>>();
  for (const { site, path } of placed) {
    const paths = needed.get(site.node) ?? new Set<string>();
    needed.set(site.node, paths.add(pathKey(path)));
  }
  return placed.filter(({ queryset, path }) => {
    const { related } = queryset;
    const source = related?.plain ? related.instance.source : undefined;
    if (!related || !source?.single) return true;
    const fromParent = pathKey([...source.path, related.relation.accessor, ...path]);
    return !source.queryset.origin.sites.some(({ node }) => needed.get(node)?.has(fromParent));
  });
}

function findingOf(
  context: RuleContext,
  rules: readonly RelationReadRule[],
  group: readonly PlacedDemand[],
): Finding | undefined {
  const all = withoutDoubtful(group).flatMap((demand) => {
    const { read } = demand;
    const rule = rules.find(({ consumers, claims }) => consumers.includes(read.consumer) && claims(read));
    return rule ? [{ ...demand, rule }] : [];
  });
  // Code that is written for several models runs for one of them at a time: what the neediest reads is what it costs.
  const byModel = [...groupBy(all, ({ queryset }) => queryset.model).values()];
  const claimed = byModel.reduce(
    (most, next) => (next.length > most.length ? next : most),
    byModel[0] ?? all,
  );
  const [first] = claimed.filter(({ read }) => !read.comesWithLazyLoad);
  if (!first) return undefined;
  const rule = rules.find((candidate) => claimed.some((demand) => demand.rule === candidate)) ?? first.rule;
  const accesses = accessesOf(all);
  const score = Math.max(...claimed.map(({ read }) => scoreOfRead(read)));
  const { cured, left } = separateCombined(claimed);
  const planFor = (demands: readonly Demand[]): EagerLoadingPlan =>
    planEagerLoading(
      context.project.models,
      first.queryset,
      demands.map(({ path }) => path),
    );
  const plan = planFor(cured);
  const [raising] = claimed.filter(({ read }) => raisesInCoroutine(read));
  const slow = claimed.filter(({ read }) => !raisesInCoroutine(read));
  const { addedQueries } = planFor(claimed);
  const paths = pathsByModel(context, byModel);
  const estimate =
    cured.length > 0 ? estimateOf(slow, plan.addedQueries, left) : estimateOf(slow, addedQueries, []);
  const others = otherReads(claimed.length > 1 ? accessesOf(claimed).length : 1);
  const { model } = first.queryset;
  return {
    code: rule.code,
    rule: rule.name,
    remedy: "eager-loading",
    level: raising
      ? "error"
      : levelInLoops(
          context,
          rule.level,
          // The queryset is what the finding is about: who else calls the function that reads its rows does not matter.
          claimed.map(({ read: { cached, loops, root } }) => ({ cached, loops, root })),
        ),
    confidence: atMostHigh(classOf(score)),
    message: raising
      ? `"${raising.read.text}" is not loaded${others}, and ${raisesInCoroutineText}`
      : messageOf(
          first.read,
          others,
          estimate,
          claimed.every(({ read }) => read.cached),
        ),
    help:
      cured.length > 0
        ? paths.size > 1
          ? helpForModels(paths)
          : `Load ${listed(plan.paths)} with the queryset of ${model.name}.`
        : "No prefetch serves rows that are combined with others: prefetch both, and join the lists in Python.",
    location: first.site.location,
    symbol: first.site.symbol,
    model: model.label,
    relationPaths: [...new Set([...paths.values()].flat())],
    fields: [],
    origin: first.site.location,
    accesses,
    evidence: [...evidenceOf(first.site, claimed, model.name), ...otherModels(first.site, model.name, paths)],
    queries: slow.length > 0 ? estimate : undefined,
    stage: rule.stage,
    fixes:
      cured.length === 0 || claimed.some(({ read }) => isChangedBefore(context, read))
        ? []
        : eagerLoadingFixes(
            context,
            first.site,
            first.queryset,
            plan,
            cured.map(({ read }) => read),
          ),
  };
}

/** What each model's rows miss, in the order of the models. */
function pathsByModel(
  { project }: RuleContext,
  byModel: readonly (readonly [Demand, ...Demand[]])[],
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    byModel.map((demands) => {
      const [{ queryset }] = demands;
      const plan = planEagerLoading(
        project.models,
        queryset,
        demands.map(({ path }) => path),
      );
      return [queryset.model.name, plan.paths];
    }),
  );
}

const mostModels = 3;

function helpForModels(paths: ReadonlyMap<string, readonly string[]>): string {
  const shown = [...paths].slice(0, mostModels).map(([model, missing]) => `${listed(missing)} for ${model}`);
  const more = paths.size > mostModels ? `, and so on for ${paths.size - mostModels} more models` : "";
  return `This code is given rows of several models. Load what each one needs: ${shown.join("; ")}${more}.`;
}

function otherModels(
  { location }: OriginSite,
  shown: string,
  paths: ReadonlyMap<string, readonly string[]>,
): readonly Evidence[] {
  const others = [...paths.keys()].filter((model) => model !== shown);
  if (others.length === 0) return [];
  const more = others.length > mostModels ? ` and ${others.length - mostModels} more models` : "";
  return [{ message: `The same for ${others.slice(0, mostModels).join(", ")}${more}`, location }];
}

function listed(paths: readonly string[]): string {
  return paths.map((path) => `"${path}"`).join(" and ");
}

/** Reads that hardly ever happen say nothing beside those that do, and their paths do not belong into the fix. */
function withoutDoubtful(group: readonly PlacedDemand[]): readonly PlacedDemand[] {
  const likely = group.filter(({ read }) => classOf(scoreOfRead(read)) !== "low");
  return likely.length > 0 ? likely : group;
}

/** What eager loading cures, and reads of combined rows with those behind them, which it leaves as they are. */
function separateCombined<Each extends Demand>(
  demands: readonly Each[],
): { readonly cured: readonly Each[]; readonly left: readonly Each[] } {
  const combined = demands.filter(({ read }) => read.operation === combinedRead).map(({ path }) => path);
  const isLeft = ({ path }: Demand): boolean =>
    combined.some((front) => pathKey(path.slice(0, front.length)) === pathKey(front));
  return { cured: demands.filter((demand) => !isLeft(demand)), left: demands.filter(isLeft) };
}

function accessesOf(claimed: readonly (Demand & { readonly rule: RelationReadRule })[]): readonly Access[] {
  const accesses = claimed.map(
    ({ read, path, rule }): Access => ({
      location: read.location,
      relationPath: pathKey(path),
      code: rule.code,
    }),
  );
  return [
    ...new Map(
      accesses.map((access) => [`${locationKey(access.location)}:${access.relationPath}`, access]),
    ).values(),
  ];
}

/** @param left reads that eager loading does not change */
function estimateOf(
  group: readonly PlacedDemand[],
  addedQueries: number,
  left: readonly PlacedDemand[],
): QueryEstimate {
  const termsOf = (demands: readonly PlacedDemand[]): ReturnType<typeof mostRounds> =>
    mostRounds(
      demands.filter(({ read }) => !read.comesWithLazyLoad),
      queryKey,
      ({ read }) => read.loops,
    );
  const missing = new Set(group.map(({ path }) => pathKey(path)));
  // Related rows of one object are one query more, which becomes that of the prefetch.
  const through = new Set(group.flatMap((demand) => demand.through.map(pathKey)));
  const fetchedOnce = [...through].filter((path) => !missing.has(path)).length;
  return queryEstimate(
    { base: 1 + fetchedOnce, terms: termsOf(group) },
    { base: 1 + addedQueries, terms: termsOf(left) },
  );
}

/** Django keeps the object of a to-one relation; every evaluation of a to-many relation is a query of its own. */
function queryKey({ read, path }: PlacedDemand): string {
  const isAlwaysRepeated = !isToOne(read.relation) && read.conditions === 0;
  return isAlwaysRepeated ? `${pathKey(path)} ${locationKey(read.location)}` : pathKey(path);
}

function messageOf(read: RelationRead, others: string, estimate: QueryEstimate, cached: boolean): string {
  const target = read.relation.target?.split(".").at(-1) ?? "the related object";
  const what =
    read.relation.kind === "reverseOneToOne"
      ? `"${read.text}" costs one query per row, also where there is no ${target}`
      : read.operation === undefined
        ? `"${read.text}" loads ${target} once per row`
        : `"${read.text}" queries ${target} once per row`;
  const where = cached ? " on a cache miss" : "";
  return `${what}${others}: ${estimate.before} queries${where}, ${estimate.after} with eager loading.`;
}

function evidenceOf(site: OriginSite, group: readonly PlacedDemand[], model: string): readonly Evidence[] {
  const steps: Evidence[] = [{ message: `The queryset of ${model} is built here`, location: site.location }];
  for (const { read, path } of group) {
    for (const loop of read.loops) steps.push(stepOfLoop(loop));
    for (const call of callsInLoops(read))
      steps.push({ message: `Calls ${call.callee}`, location: call.location });
    steps.push({ message: `Reads ${pathKey(path)}: ${read.text}`, location: read.location });
  }
  return [...new Map(steps.map((step) => [`${locationKey(step.location)}:${step.message}`, step])).values()];
}

function callsInLoops(read: RelationRead): readonly CallFrame[] {
  const outermost: Loop | undefined = read.loops[0];
  return outermost ? read.calls.slice(outermost.depth) : read.calls;
}
