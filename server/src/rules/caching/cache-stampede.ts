import { groupBy } from "../../base/group-by.ts";
import type { CacheCall, QuerysetCall } from "../../interpret/facts.ts";
import { placeKey } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind } from "../rule-context.ts";
import { cacheCalls, cacheFinding } from "./cache-calls.ts";
import { keyPattern, shownPattern } from "./key-pattern.ts";

export const cacheStampede: FactRule = {
  kind: "facts",
  code: "QS719",
  name: "cache-stampede",
  summary: "When the entry expires, all requests at once compute what takes many queries",
  level: "hint",
  fix: "none",
  stage: 3,
  run(context) {
    const byRoot = groupBy(factsOfKind(context.facts, "querysetCall"), ({ root }) => root.symbol);
    const locking = new Set(cacheCalls(context, "add").map(({ symbol }) => symbol));
    return cacheCalls(context, "get_or_set", "set").flatMap((call) => {
      const queries = queriesFor(byRoot, call);
      const pattern = keyPattern(call.key);
      if (
        queries < fewest ||
        !pattern ||
        locking.has(call.symbol) ||
        !isOnDemand(cacheCalls(context, "get"), call)
      )
        return [];
      return [
        cacheFinding(context, cacheStampede, call, {
          step: "Stores what was computed",
          confidence: "medium",
          message: `"${shownPattern(pattern)}" takes ${queries} queries: when it expires, each request that comes meanwhile computes it as well.`,
          help: "Let one of them compute it: cache.add(lock, 1, 30) tells who is first. Or renew it from a scheduled task.",
          fixes: [],
        }),
      ];
    });
  },
};

const fewest = 5;

const sending = /^(?:aggregate|count|earliest|exists|first|get|in_bulk|last|latest)$/;

/** Places that send a query where the value is computed: in the function that is passed, or in the one around. */
function queriesFor(byRoot: ReadonlyMap<string, readonly QuerysetCall[]>, call: CacheCall): number {
  const given = call.value?.value;
  const callee =
    given?.kind === "function" && given.symbol
      ? `${given.module.name}.${given.symbol.qualifiedName}`
      : undefined;
  const symbol = call.method === "set" ? call.symbol : callee;
  const calls = symbol === undefined ? [] : (byRoot.get(symbol) ?? []);
  return new Set(calls.filter(({ method }) => sending.test(method)).map(({ location }) => placeKey(location)))
    .size;
}

/** Whoever finds no entry computes it; a task that renews it does so alone. */
function isOnDemand(reads: readonly CacheCall[], { method, symbol, root }: CacheCall): boolean {
  if (root.context === "task" || root.context === "command") return false;
  return method === "get_or_set" || reads.some((read) => read.symbol === symbol);
}
