import { signalReceivers } from "../../django/signal-receivers.ts";
import type { CacheCall, QuerysetCall } from "../../interpret/facts.ts";
import type { Finding } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { cacheCalls } from "./cache-calls.ts";
import { keyPattern, shownPattern } from "./key-pattern.ts";

export const invalidationBypassed: FactRule = {
  kind: "facts",
  code: "QS712",
  name: "invalidation-bypassed",
  summary: "Rows are changed in a way that sends no signal, while a receiver deletes the entry of the cache",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const invalidations = invalidationsBySave(context);
    if (invalidations.length === 0) return [];
    const invalidating = functionsThatInvalidate(context);
    return factsOfKind(context.facts, "querysetCall").flatMap((call) => {
      const invalidation = silentWrites.has(call.method)
        ? invalidations.find(({ model }) => model === call.queryset.model.label)
        : undefined;
      if (!invalidation || invalidating.has(call.symbol) || call.root.context === "migration") return [];
      return [findingOf(call, invalidation)];
    });
  },
};

/** Methods that change rows without `post_save`. `delete()` sends its signals. */
const silentWrites: ReadonlySet<string> = new Set(["update", "bulk_create", "bulk_update"]);

const deleting = ["delete", "delete_many", "delete_pattern", "incr", "clear", "set"] as const;

interface Invalidation {
  readonly model: string;
  readonly receiver: string;
  readonly call: CacheCall;
}

/** Receivers of a saved model that delete an entry, by themselves or by a function that they call. */
function invalidationsBySave(context: RuleContext): readonly Invalidation[] {
  const calls = cacheCalls(context, ...deleting);
  if (calls.length === 0) return [];
  const callees = calleesByCaller(context);
  const { program, models } = context.project;
  return signalReceivers(program, models).all.flatMap(({ signal, sender, function: symbol }) => {
    if (!/(?:^|\.)(?:pre|post)_save$/.test(signal) || !sender || !symbol) return [];
    const name = `${symbol.module.name}.${symbol.qualifiedName}`;
    const reached = new Set([name, ...(callees.get(name) ?? [])]);
    const call = calls.find((each) => reached.has(each.symbol));
    return call ? [{ model: sender.label, receiver: symbol.name, call }] : [];
  });
}

function calleesByCaller(context: RuleContext): ReadonlyMap<string, ReadonlySet<string>> {
  const callees = new Map<string, Set<string>>();
  for (const { caller, callee } of factsOfKind(context.facts, "functionCall")) {
    const known = callees.get(caller);
    if (known) known.add(callee);
    else callees.set(caller, new Set([callee]));
  }
  return callees;
}

/** Functions that take care of the cache on their own, or call one that does. */
function functionsThatInvalidate(context: RuleContext): ReadonlySet<string> {
  const direct = new Set(cacheCalls(context, ...deleting).map(({ symbol }) => symbol));
  const found = new Set(direct);
  for (const [caller, callees] of calleesByCaller(context)) {
    if ([...callees].some((callee) => direct.has(callee))) found.add(caller);
  }
  return found;
}

function findingOf(
  { location, method, queryset, symbol }: QuerysetCall,
  { receiver, call }: Invalidation,
): Finding {
  const pattern = keyPattern(call.key);
  const key = pattern ? `"${shownPattern(pattern)}"` : "an entry of the cache";
  return {
    ...findingBase(invalidationBypassed),
    remedy: "cache-call",
    confidence: "medium",
    message: `${method}() sends no post_save, so that ${receiver}() does not clear ${key} when rows of ${queryset.model.name} change here.`,
    help: "Clear the entry behind it, with the function that the receiver calls.",
    location,
    symbol,
    model: queryset.model.label,
    origin: location,
    evidence: [
      { message: `Changes rows of ${queryset.model.name}`, location },
      { message: `${receiver}() clears the entry, where a signal comes`, location: call.location },
    ],
  };
}
