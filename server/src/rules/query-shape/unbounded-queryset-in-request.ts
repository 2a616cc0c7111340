import { groupBy } from "../../base/group-by.ts";
import type { Model } from "../../django/model-graph.ts";
import type { RowsUse } from "../../interpret/facts.ts";
import { scoreOfQueryset } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import { findingBase, lastSite, placeKey, stepsTo } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

export const unboundedQuerysetInRequest: FactRule = {
  kind: "facts",
  code: "QS217",
  name: "unbounded-queryset-in-request",
  summary: "A request loads all rows of a table that grows",
  level: "warning",
  fix: "none",
  stage: 3,
  run(context) {
    const uses = factsOfKind(context.facts, "rowsUse").filter((use) => isUnbounded(context, use));
    const placed = uses.map((use) => ({ use, place: lastSite(use.queryset)?.location ?? use.location }));
    return [...groupBy(placed, ({ place }) => placeKey(place)).values()].map((group) =>
      findingOf(context, group),
    );
  },
};

const fetching: ReadonlySet<string> = new Set(["iterate", "list"]);
const readers: ReadonlySet<RowsUse["consumer"]> = new Set([
  "code",
  "template",
  "serializer",
  "serializerMethod",
]);

function isUnbounded(context: RuleContext, use: RowsUse): boolean {
  const { around, consumer, exceptional, fromCache, loops, operation, queryset, root } = use;
  const { bound, filters, model, origin, related, streamed, unknownOperations, united, annotations, rows } =
    queryset;
  return (
    fetching.has(operation) &&
    root.context === "request" &&
    readers.has(consumer) &&
    !fromCache &&
    !exceptional &&
    !use.cached &&
    loops.length + around.length === 0 &&
    bound.kind === "none" &&
    filters.length === 0 &&
    related === undefined &&
    !streamed &&
    !unknownOperations &&
    !united &&
    // Values with aggregates are as many as there are groups.
    !(rows !== "instances" && annotations.size > 0) &&
    !queryset.distinct &&
    // The rows of list views are for the rule about their pages.
    origin.holder === undefined &&
    origin.sites.every(
      ({ kind, symbol }) => kind !== "modelAttribute" && !symbol.endsWith(".get_queryset"),
    ) &&
    growsWithUse(context, model)
  );
}

/** Somebody's rows, or rows that remember when they were made. */
function growsWithUse({ project: { models } }: RuleContext, model: Model): boolean {
  const concrete = (model.proxyFor === undefined ? undefined : models.model(model.proxyFor)) ?? model;
  const { userModel } = models;
  return (
    concrete === userModel ||
    [...concrete.fields.values()].some(
      ({ autoNowAdd, kind, target }) =>
        autoNowAdd || (kind === "foreignKey" && target !== undefined && target === userModel?.label),
    )
  );
}

interface PlacedUse {
  readonly use: RowsUse;
  readonly place: RowsUse["location"];
}

function findingOf(context: RuleContext, group: readonly [PlacedUse, ...PlacedUse[]]): Finding {
  const [{ place, use }] = group;
  const { location, queryset, root, text } = use;
  const { model } = queryset;
  const site = lastSite(queryset);
  return {
    ...findingBase(unboundedQuerysetInRequest),
    level: levelInRoots(
      context,
      unboundedQuerysetInRequest.level,
      group.map((each) => each.use),
    ),
    remedy: "query-shape",
    // How many rows a project really has, only its database tells.
    confidence: scoreOfQueryset(queryset) < 1 || use.conditions > 0 ? "low" : "medium",
    message: `${root.symbol.split(".").at(-1)} loads every ${model.name}: there is neither a condition nor a limit.`,
    help: 'Show a page of them, or cut them off with "[:100]"; an export can use "iterator()".',
    location: place,
    origin: place,
    symbol: site?.symbol ?? use.symbol,
    model: model.label,
    evidence: [
      { message: `The queryset of ${model.name} is built here`, location: place },
      ...stepsTo(use),
      { message: `Fetches all rows: ${text}`, location },
    ],
  };
}
