import { atLeast } from "../../django/version.ts";
import {
  type ChainAddition,
  extendQuerysetChain,
  methodCalls,
  type TextReplacement,
} from "../../edits/queryset-chain.ts";
import type { PrefetchedRead, RelationRead } from "../../interpret/facts.ts";
import { isExtensible, type OriginSite } from "../../queryset/origin.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Fix } from "../finding.ts";
import { multiplicityOf } from "../loop-weight.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { querysetByAction } from "./action-queryset.ts";
import { changeListFixes } from "./change-list-fixes.ts";
import { augmentingMethod } from "./column-class-fix.ts";
import type { EagerLoadingPlan } from "./eager-loading-plan.ts";
import { servesOtherModels } from "./generic-code.ts";
import { querysetBelowModel } from "./model-attribute-fix.ts";
import { joinedPrefetchFix, readsSlices, slicedPrefetchFix } from "./prefetch-object-fixes.ts";
import { valuesFix } from "./values-fix.ts";

/** The edit that makes the queryset load what its readers ask for; none where it would not work. */
export function eagerLoadingFixes(
  context: RuleContext,
  site: OriginSite,
  queryset: Queryset,
  plan: EagerLoadingPlan,
  reads: readonly RelationRead[],
): readonly Fix[] {
  if (!plan.complete || (plan.select.length === 0 && plan.prefetch.length === 0)) return [];
  if (site.changeList) return changeListFixes(context, site, site.changeList, queryset, plan);
  // `select_related("a")` after the bare form replaces it: relations that were joined before would be lost.
  if (queryset.selectsAllNonNull && plan.select.length > 0) return [];
  // A join on one side only gives it more columns than the other has.
  if (queryset.united && plan.select.length > 0) return [];
  if (plan.prefetch.length > 0 && refusesPrefetch(context, site)) return [];
  const additions: ChainAddition[] = [];
  if (plan.select.length > 0) additions.push({ method: "select_related", lookups: plan.select });
  if (plan.prefetch.length > 0) additions.push({ method: "prefetch_related", lookups: plan.prefetch });
  const byAction =
    plan.columnsForOnly.length === 0
      ? querysetByAction(context, site, (quote) => callsOf(additions, quote), plan.paths)
      : undefined;
  const edits = byAction?.edits ?? editsAt(context, site, queryset, plan, additions);
  if (!edits) return [];
  // What a client does not ask for would be loaded in vain.
  const isChosenByClients = reads.every(({ consumer }) => consumer === "resolver");
  // A prefetch asks all content types at once: one without a model, of an app that is gone, fails for all rows.
  const mayRaise = reads.some(({ handled, relation }) => handled && relation.kind === "genericForeignKey");
  const safe = !queryset.combined && !queryset.unknownOperations && !isChosenByClients;
  const slices = readsSlices(reads);
  const condition = mayRaise
    ? "raises in front of the try where a content type has no model"
    : slices
      ? "loads all related rows"
      : undefined;
  const sliced = slices ? slicedPrefetchFix(context, reads) : undefined;
  const joined = joinedPrefetchFix(context, site, queryset, plan);
  const values = plan.prefetch.length === 0 ? valuesFix(context, site, queryset, reads) : undefined;
  return [
    ...(sliced ? [sliced] : []),
    {
      title: `Add ${additions.map(describe).join(" and ")}${byAction ? ` for ${byAction.actions}` : ""}${condition === undefined ? "" : ` (${condition})`}`,
      safety: safe && condition === undefined ? "safe" : "unsafe",
      preferred: !sliced && !mayRaise,
      edits: edits.map((edit) => ({ path: site.location.path, ...edit })),
    },
    ...(joined ? [joined] : []),
    ...(values ? [values] : []),
  ];
}

function editsAt(
  context: RuleContext,
  site: OriginSite,
  queryset: Queryset,
  plan: EagerLoadingPlan,
  additions: readonly ChainAddition[],
): readonly TextReplacement[] | undefined {
  if (site.kind === "modelAttribute") {
    return plan.columnsForOnly.length > 0
      ? undefined
      : querysetBelowModel(context, site, queryset.model.defaultManager, additions);
  }
  if (site.kind === "columnClass") {
    return plan.columnsForOnly.length > 0 ? undefined : augmentingMethod(context, site, queryset, additions);
  }
  if (passesPrefetchBy(context, site, queryset)) return undefined;
  if (!isExtensible(site) || servesOtherModels(context, site, queryset)) return undefined;
  return extendQuerysetChain(context.text(site.location.path), site, {
    additions,
    columnsForOnly: plan.columnsForOnly,
    managerName: site.kind === "model" ? queryset.model.defaultManager : undefined,
    chunkedIterator: queryset.streamed && plan.prefetch.length > 0,
  });
}

/**
 * Related rows as they are, which a caller with many objects prefetches or should: whatever is added here asks for them
 * again, object by object.
 */
function passesPrefetchBy({ facts }: RuleContext, site: OriginSite, { related }: Queryset): boolean {
  if (!related?.plain) return false;
  const isHere = ({ location, symbol, path }: PrefetchedRead | RelationRead): boolean =>
    path.at(-1) === related.relation.accessor &&
    location.path === site.location.path &&
    symbol === site.symbol;
  return (
    factsOfKind(facts, "prefetchedRead").some(isHere) ||
    factsOfKind(facts, "relationRead").some(
      (read) => multiplicityOf(read.loops) !== undefined && isHere(read),
    )
  );
}

/** Before Django 5.0, `aiterator()` raises after `prefetch_related()`. */
function refusesPrefetch({ django }: RuleContext, { node }: OriginSite): boolean {
  return (
    !atLeast(django, 5, 0) && methodCalls(node).some((call) => call.function.attribute.name === "aiterator")
  );
}

function callsOf(additions: readonly ChainAddition[], quote: string): string {
  return additions
    .map(({ method, lookups }) => `.${method}(${lookups.map((lookup) => quote + lookup + quote).join(", ")})`)
    .join("");
}

function describe({ method, lookups }: ChainAddition): string {
  return `${method}(${lookups.map((lookup) => `"${lookup}"`).join(", ")})`;
}
