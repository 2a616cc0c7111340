import { groupBy } from "../../base/group-by.ts";
import type { RepeatedQuery } from "../../interpret/facts.ts";
import type { Finding } from "../finding.ts";
import { findingBase, placeKey, stepsTo } from "../finding-parts.ts";
import { isPython } from "../is-python.ts";
import { queryEstimate } from "../loop-weight.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { repeatedInPython } from "./repeated-in-python.ts";
import { repeatedInTemplate } from "./repeated-in-template.ts";

export const repeatedRelationQuery: FactRule = {
  kind: "facts",
  code: "QS125",
  name: "repeated-relation-query",
  summary: "The same rows of the same object are queried more than once in one function or template",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const repeated = factsOfKind(context.facts, "repeatedQuery").filter(
      ({ exceptional, isSameObject }) => isSameObject && !exceptional,
    );
    return [...groupBy(repeated, ({ first }) => placeKey(first.location)).values()].map((group) =>
      findingOf(context, group),
    );
  },
};

function findingOf(context: RuleContext, group: readonly [RepeatedQuery, ...RepeatedQuery[]]): Finding {
  const [example] = group;
  const { first, queryset, text } = example;
  const others = [...new Map(group.map((query) => [placeKey(query.location), query])).values()];
  const count = 1 + others.length;
  const { related } = queryset;
  const path = related?.relation.accessor;
  const holder = related?.instance.model ?? queryset.model;
  const places = others.map(({ location }) => location);
  return {
    ...findingBase(repeatedRelationQuery),
    remedy: "stored-result",
    confidence: "high",
    message: `"${text}" queries ${queryset.model.name} ${count === 2 ? "twice" : `${count} times`} on the same ${related ? "object" : "queryset"}.`,
    help: "Store the result once, and use it in all places.",
    location: first.location,
    symbol: example.symbol,
    model: holder.label,
    relationPaths: path === undefined ? [] : [path],
    origin: first.location,
    accesses: [first.location, ...places].map((location) => ({
      location,
      relationPath: "",
      code: repeatedRelationQuery.code,
    })),
    evidence: [
      { message: `Queries ${queryset.model.name}: ${text}`, location: first.location },
      ...stepsTo(example),
      ...places.map((location) => ({ message: `Queries ${queryset.model.name} again: ${text}`, location })),
    ],
    queries: queryEstimate({ base: count, terms: [] }, { base: 1 }),
    fixes: isPython(first.location)
      ? repeatedInPython(context, example, places)
      : repeatedInTemplate(context, example, places),
  };
}
