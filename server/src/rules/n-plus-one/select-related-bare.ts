import { groupBy } from "../../base/group-by.ts";
import type { Model } from "../../django/model-graph.ts";
import { atLeast } from "../../django/version.ts";
import type { EagerLoadingCall, Fact } from "../../interpret/facts.ts";
import { pathKey } from "../../queryset/coverage.ts";
import type { Finding } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { planEagerLoading } from "./eager-loading-plan.ts";

export const selectRelatedBare: FactRule = {
  kind: "facts",
  code: "QS120",
  name: "select-related-bare",
  summary: "select_related() without arguments joins every non-null foreign key",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const calls = factsOfKind(context.facts, "eagerLoading").filter(
      ({ method, call, hasOtherArguments }) =>
        method === "select_related" &&
        call.arguments.length === 0 &&
        call.keywords.length === 0 &&
        !hasOtherArguments,
    );
    return [...groupBy(calls, ({ location }) => placeKey(location)).values()].map(([call]) =>
      findingOf(context, call),
    );
  },
};

function findingOf(context: RuleContext, call: EagerLoadingCall): Finding {
  const deprecated = atLeast(context.django, 6, 1);
  const paths = usedPaths(context, call);
  const list = paths.map((path) => `"${path}"`).join(", ");
  const { start, end } = call.call.argumentsRange;
  return {
    ...findingBase(selectRelatedBare),
    level: deprecated ? "warning" : "info",
    remedy: "explicit-paths",
    confidence: "certain",
    message: `select_related() without arguments joins every non-null foreign key up to five levels deep and skips nullable ones${deprecated ? "; it is deprecated since Django 6.1" : ""}.`,
    help: "Name the relations that are read.",
    location: call.location,
    symbol: call.symbol,
    model: call.model.label,
    relationPaths: paths,
    origin: call.location,
    evidence: [],
    fixes:
      paths.length === 0 || end - start !== 2
        ? []
        : [
            {
              title: `Name the relations: select_related(${list})`,
              safety: "unsafe",
              preferred: true,
              edits: [{ path: call.location.path, range: { start: start + 1, end: end - 1 }, newText: list }],
            },
          ],
  };
}

/** The relations that the queryset's readers use, or else every one that it joins at the first level. */
function usedPaths(context: RuleContext, call: EagerLoadingCall): readonly string[] {
  const reads = context.facts.filter(
    (fact): fact is Extract<Fact, { kind: "coveredRead" | "relationRead" }> =>
      (fact.kind === "coveredRead" || fact.kind === "relationRead") &&
      fact.queryset.origin.sites.some(({ node }) => contains(node, call.call)),
  );
  const plan = planEagerLoading(
    context.project.models,
    { ...call.queryset, selectsAllNonNull: false },
    uniquePaths(reads.map(({ path }) => path)),
  );
  return plan.select.length > 0 ? plan.select : joinedAtFirstLevel(call.model);
}

function contains(outer: { readonly start: number; readonly end: number }, inner: typeof outer): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function uniquePaths(paths: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...new Map(paths.map((path) => [pathKey(path), path])).values()];
}

function joinedAtFirstLevel(model: Model): readonly string[] {
  return [...model.relations.values()]
    .filter(({ kind, nullable }) => (kind === "foreignKey" || kind === "oneToOne") && !nullable)
    .map(({ queryName }) => queryName);
}
