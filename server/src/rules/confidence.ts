/** Confidence as the catalogue computes it (B.9): a product of factors, then four classes. */
import type { FactContext, QueryExecution, RelationRead } from "../interpret/facts.ts";
import type { Queryset } from "../queryset/queryset.ts";
import type { Confidence } from "./finding.ts";
import { isStartedByHand, type OfRoot } from "./functions-in-requests.ts";
import { hasFewRounds, isUncertain } from "./loop-weight.ts";
import { leavesAtHit } from "./n-plus-one/leaves-at-hit.ts";
import type { RuleContext } from "./rule-context.ts";

const factors = {
  unknownLoop: 0.7,
  fewRows: 0.75,
  firstCondition: 0.85,
  furtherCondition: 0.95,
  unlikelyCondition: 0.55,
  dormant: 0.7,
  dispatched: 0.75,
  notOnEveryPath: 0.6,
  unknownOperations: 0.7,
  furtherCall: 0.95,
  leavesAtHit: 0.5,
  insideWhile: 0.4,
  fallback: 0.5,
  lookupBehindCall: 0.75,
  startedByHand: 0.75,
  unknownParent: 0.7,
};

/** From a loop through a helper to a property of the row. */
const ordinaryCallDepth = 2;

export function classOf(score: number): Confidence {
  if (score >= 0.97) return "certain";
  if (score >= 0.8) return "high";
  return score >= 0.5 ? "medium" : "low";
}

/** Never `certain`: that is kept for what the API's contract alone proves. */
export function atMostHigh(confidence: Confidence): Confidence {
  return confidence === "certain" ? "high" : confidence;
}

/** Where too little depends on it. */
export function atMostMedium(confidence: Confidence): Confidence {
  return confidence === "low" ? "low" : "medium";
}

/** What only commands and migrations do is seldom worth a change. */
export function scoreOfRoots(context: RuleContext, facts: readonly OfRoot[]): number {
  return isStartedByHand(context, facts) ? factors.startedByHand : 1;
}

export function scoreOfContext(context: FactContext): number {
  let score = 1;
  if (isUncertain(context.loops)) score *= factors.unknownLoop;
  if (hasFewRounds(context.loops)) score *= factors.fewRows;
  if (context.conditions > 0) {
    score *= factors.firstCondition * factors.furtherCondition ** (context.conditions - 1);
  }
  if (context.unlikely) score *= factors.unlikelyCondition;
  if (context.dormant) score *= factors.dormant;
  if (context.dispatched) score *= factors.dispatched;
  if (leavesAtHit(context)) score *= factors.leavesAtHit;
  score *= factors.furtherCall ** Math.max(0, context.calls.length - ordinaryCallDepth);
  return score;
}

export function scoreOfQueryset(queryset: Queryset): number {
  return queryset.unknownOperations ? factors.unknownOperations : 1;
}

export function scoreOfRead(read: RelationRead): number {
  let score = scoreOfContext(read) * scoreOfQueryset(read.queryset);
  if (read.coverage === "maybe") score *= factors.notOnEveryPath;
  // A caller that was not seen may have prefetched the children of an object of unknown origin.
  const { related } = read.queryset;
  if (related?.plain && !related.instance.source) score *= factors.unknownParent;
  return score;
}

export function scoreOfExecution(execution: QueryExecution, insideWhile: boolean): number {
  const { queryset, bypassed } = execution;
  let score = scoreOfContext(execution) * scoreOfQueryset(queryset);
  if (insideWhile) score *= factors.insideWhile;
  if (execution.fallback) score *= factors.fallback;
  // What a helper looks up is part of its work; only for rows that it is given can the caller do better.
  if (!queryset.related) {
    const isBuiltInCall = queryset.origin.sites.some(({ kind }) => kind === "helper");
    score *= factors.lookupBehindCall ** Math.max(callsInLoop(execution), isBuiltInCall ? 1 : 0);
  }
  const rows = queryset.related?.instance.source?.queryset;
  if (bypassed || !rows || !queryset.related?.plain) return score;
  // What a prefetch would answer may be prefetched where the analysis did not see it.
  if (rows.related?.plain && !rows.related.instance.source) score *= factors.unknownParent;
  return score * scoreOfQueryset(rows);
}

function callsInLoop({ calls, loops }: FactContext): number {
  const depth = loops.at(-1)?.depth ?? 0;
  return calls.slice(depth).filter(({ via }) => via !== "callback").length;
}
