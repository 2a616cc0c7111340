/** Which of the expressions behind a queryset a finding stands on, and its fix edits. */
import type { Fact } from "../../interpret/facts.ts";
import type { OriginSite, QuerysetOrigin } from "../../queryset/origin.ts";
import type { Expression } from "../../syntax/ast.ts";

/** For each expression that a helper returns, the calls of the helper that were seen. */
export type HelperCalls = ReadonlyMap<Expression, ReadonlySet<Expression>>;

export function helperCalls(facts: readonly Fact[]): HelperCalls {
  const calls = new Map<Expression, Set<Expression>>();
  for (const fact of facts) {
    if (fact.kind !== "helperReturn") continue;
    const seen = calls.get(fact.inner);
    if (seen) seen.add(fact.call);
    else calls.set(fact.inner, new Set([fact.call]));
  }
  return calls;
}

/**
 * The innermost expression that serves every consumer: a helper's own expression when each of its callers needs the
 * path, else the call. `needs` tells which calls of the helper need it. An expression that gives rows of other models,
 * too, is the place only where nothing before it is the model's own. What a helper keeps is built once for all its callers.
 */
export function originSite(
  origin: QuerysetOrigin,
  calls: HelperCalls,
  needs: (inner: Expression) => ReadonlySet<Expression>,
  servesOthers: (site: OriginSite) => boolean,
  isKept: (site: OriginSite) => boolean,
): OriginSite | undefined {
  const { sites } = origin;
  let shared: OriginSite | undefined;
  for (let index = sites.length - 1; index >= 0; index--) {
    const site = sites[index];
    if (!site) continue;
    // What holds the queryset, refines it outside of Python, or serves other models too, is no place for the edit.
    if ((site.kind === "attribute" || site.kind === "accessor") && index > 0) continue;
    if (site.kind === "shared") continue;
    if (servesOthers(site)) {
      shared ??= site;
      // What comes before is the manager's own code, for all that ask it.
      if (site.kind === "managerMethod") break;
      continue;
    }
    if (site.kind !== "helper" && site.kind !== "ended") return site;
    const inner = sites[index - 1];
    if (site.kind === "ended") {
      const passed = passedBy(site, sites.slice(0, index));
      if (passed) return passed;
    }
    if (!inner) return site;
    if (inner.kind === "shared" || isKept(inner)) continue;
    const callers = calls.get(inner.node);
    const needing = needs(inner.node);
    const everyCallerNeeds = callers === undefined || [...callers].every((call) => needing.has(call));
    if (!everyCallerNeeds) return site;
  }
  return shared;
}

/** What the code around a call built and gave to it. */
function passedBy(call: OriginSite, before: readonly OriginSite[]): OriginSite | undefined {
  return before.findLast(
    ({ kind, functionId, location }) =>
      (kind === "chain" || kind === "managerMethod" || kind === "helper") &&
      functionId === call.functionId &&
      location.path === call.location.path,
  );
}
