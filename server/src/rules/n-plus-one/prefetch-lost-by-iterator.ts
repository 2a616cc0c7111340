import { groupBy } from "../../base/group-by.ts";
import { atLeast } from "../../django/version.ts";
import type { EagerLoadingCall } from "../../interpret/facts.ts";
import type { Call } from "../../syntax/ast.ts";
import type { Finding, Fix, Level } from "../finding.ts";
import { findingBase, placeKey, stepsTo, stepToQueryset } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

export const prefetchLostByIterator: FactRule = {
  kind: "facts",
  code: "QS119",
  name: "prefetch-lost-by-iterator",
  summary: "iterator() without a chunk size after prefetch_related()",
  level: "error",
  fix: "safe",
  stage: 2,
  run(context) {
    const losses = factsOfKind(context.facts, "eagerLoading").flatMap((call) => lossOf(context, call) ?? []);
    return [...groupBy(losses, ({ call }) => placeKey(call.location)).values()].map((group) =>
      findingOf(group.find(({ call }) => isCertain(call)) ?? group[0]),
    );
  },
};

interface Loss {
  readonly call: EagerLoadingCall;
  readonly level: Level;
  readonly message: string;
  readonly help: string;
  readonly fixes: readonly Fix[];
}

const chunkByChunk = "Give it a chunk size: the relations are then prefetched chunk by chunk.";

/** What happens to the prefetches of the rows that are streamed. */
function lossOf({ django }: RuleContext, call: EagerLoadingCall): Loss | undefined {
  const { method, queryset, hasChunkSize } = call;
  const isAsynchronous = method === "aiterator";
  if ((method !== "iterator" && !isAsynchronous) || queryset.prefetch.size === 0) return undefined;
  const since5 = atLeast(django, 5, 0);
  if (queryset.rows === "raw") {
    return {
      call,
      level: "warning",
      message: `${method}() of a raw queryset ignores prefetch_related().`,
      help: "Iterate over the queryset itself.",
      fixes: [],
    };
  }
  if (isAsynchronous) {
    if (since5) return undefined;
    return {
      call,
      level: "error",
      message: "aiterator() after prefetch_related() raises NotSupportedError before Django 5.0.",
      help: "Iterate over the queryset itself.",
      fixes: [],
    };
  }
  if (hasChunkSize) return undefined;
  return {
    call,
    level: since5 ? "error" : "warning",
    message: since5
      ? "iterator() without chunk_size after prefetch_related() raises ValueError since Django 5.0."
      : "iterator() without chunk_size ignores prefetch_related() before Django 5.0.",
    help: chunkByChunk,
    fixes: [chunkSizeFix(call)],
  };
}

function isCertain({ queryset }: EagerLoadingCall): boolean {
  return [...queryset.prefetch.values()].some(({ certain }) => certain);
}

function findingOf({ call, level, message, help, fixes }: Loss): Finding {
  return {
    ...findingBase(prefetchLostByIterator),
    level,
    remedy: "iterator-chunk-size",
    confidence: isCertain(call) ? "certain" : "medium",
    message,
    help,
    location: call.location,
    symbol: call.symbol,
    model: call.model.label,
    origin: call.location,
    evidence: [
      ...stepToQueryset(call.queryset),
      ...stepsTo(call),
      { message: `Streams the rows with ${call.method}()`, location: call.location },
    ],
    fixes,
  };
}

function chunkSizeFix({ call, location }: EagerLoadingCall): Fix {
  return {
    title: "Add chunk_size=2000",
    safety: "safe",
    preferred: true,
    edits: [{ path: location.path, range: placeOfSize(call), newText: "chunk_size=2000" }],
  };
}

/** The argument that says `None`, or the place behind the opening bracket. */
function placeOfSize({ arguments: [positional], keywords: [keyword], argumentsRange }: Call) {
  const given =
    positional ?? (keyword && { start: keyword.name?.start ?? keyword.value.start, end: keyword.value.end });
  const first = argumentsRange.start + 1;
  return given ? { start: given.start, end: given.end } : { start: first, end: first };
}
