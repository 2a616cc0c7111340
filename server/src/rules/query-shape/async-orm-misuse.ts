import { groupBy } from "../../base/group-by.ts";
import type { CallFrame, CoroutineQuery, RelationRead } from "../../interpret/facts.ts";
import { mentions } from "../../syntax/mentions.ts";
import { atMostHigh, classOf, scoreOfQueryset } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import { findingBase, placeKey, stepsTo, stepToQueryset } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import { eagerLoadingFixes } from "../n-plus-one/eager-loading-fixes.ts";
import { planEagerLoading } from "../n-plus-one/eager-loading-plan.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { awaitFix } from "./await-fix.ts";

export const asyncOrmMisuse: FactRule = {
  kind: "facts",
  code: "QS234",
  name: "async-orm-misuse",
  summary: "Code that an event loop runs sends a query as synchronous code does",
  level: "error",
  fix: "safe",
  stage: 2,
  run(context) {
    const queries = factsOfKind(context.facts, "coroutineQuery").filter(
      ({ exceptional, read, root }) =>
        !exceptional && root.context !== "test" && (!read || isLoadedByQueryset(read)),
    );
    if (queries.length === 0 || isAllowed(context)) return [];
    return [...groupBy(queries, (query) => placeKey(placeOf(query)))].map(([, [query]]) =>
      query.read ? loadFinding(context, query, query.read) : queryFinding(context, query),
    );
  },
};

/** What the row of a known queryset lacks. Django loads some relations by itself with the row. */
function isLoadedByQueryset({ comesWithLazyLoad, queryset }: RelationRead): boolean {
  return queryset.origin.sites.length > 0 && !comesWithLazyLoad;
}

/** `os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"` switches the check off. */
function isAllowed({ project: { program } }: RuleContext): boolean {
  return program.modules.some(
    ({ file, firstParty }) => firstParty && mentions(file, "DJANGO_ALLOW_ASYNC_UNSAFE"),
  );
}

/** In the coroutine itself: what a property or a text of a row queries stands in code that others run, too. */
function placeOf({ calls, location }: CoroutineQuery): CoroutineQuery["location"] {
  const inner = calls.findLastIndex(({ via }) => !isAttribute(via));
  return calls[inner + 1]?.location ?? location;
}

function isAttribute(via: CallFrame["via"]): boolean {
  return via === "property" || via === "str";
}

function queryFinding(context: RuleContext, query: CoroutineQuery): Finding {
  const { model, symbol, text } = query;
  const location = placeOf(query);
  return {
    ...findingBase(asyncOrmMisuse),
    level: levelInRoots(context, asyncOrmMisuse.level, [query]),
    remedy: "coroutine-query",
    confidence: "high",
    message: `"${text}" sends a query in a coroutine: Django raises SynchronousOnlyOperation.`,
    help: "Await the asynchronous form, or run the code in a thread with sync_to_async().",
    location,
    origin: location,
    symbol,
    model: model.label,
    evidence: [...stepsTo(query), { message: `Queries ${model.name}: ${text}`, location: query.location }],
    fixes: location === query.location ? awaitFix(context, query) : [],
  };
}

/** `task.project` of a row that came without it. */
function loadFinding(context: RuleContext, query: CoroutineQuery, read: RelationRead): Finding {
  const { queryset } = read;
  const location = placeOf(query);
  const plan = planEagerLoading(context.project.models, queryset, [read.path]);
  const site = queryset.origin.sites.at(-1);
  return {
    ...findingBase(asyncOrmMisuse),
    level: levelInRoots(context, asyncOrmMisuse.level, [query]),
    remedy: "coroutine-query",
    confidence: atMostHigh(classOf(scoreOfQueryset(queryset))),
    message: `"${query.text}" is not loaded, and a coroutine cannot load it: Django raises SynchronousOnlyOperation.`,
    help: `Load ${plan.paths.map((path) => `"${path}"`).join(" and ")} with the queryset of ${queryset.model.name}.`,
    location,
    origin: location,
    symbol: query.symbol,
    model: queryset.model.label,
    relationPaths: plan.paths,
    evidence: [
      ...stepToQueryset(queryset),
      ...stepsTo(query),
      { message: `Reads ${query.text}`, location: query.location },
    ],
    fixes: site ? eagerLoadingFixes(context, site, queryset, plan, [read]) : [],
  };
}
