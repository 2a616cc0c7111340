/** Confidence as the catalogue computes it (B.9): a product of factors, then four classes. */
import type { FactContext, RelationRead } from "../interpret/facts.ts";
import type { Queryset } from "../queryset/queryset.ts";
import type { Confidence } from "./finding.ts";
import { isUncertain } from "./loop-weight.ts";

const factors = {
  unknownLoop: 0.7,
  smallLoop: 0.3,
  guarded: 0.85,
  notOnEveryPath: 0.6,
  unknownOperations: 0.7,
  manyCalls: 0.95,
};

export function classOf(score: number): Confidence {
  if (score >= 0.97) return "certain";
  if (score >= 0.8) return "high";
  return score >= 0.5 ? "medium" : "low";
}

/** Never `certain`: that is kept for what the API's contract alone proves. */
export function atMostHigh(confidence: Confidence): Confidence {
  return confidence === "certain" ? "high" : confidence;
}

export function scoreOfContext(context: FactContext): number {
  let score = 1;
  if (isUncertain(context.loops)) score *= factors.unknownLoop;
  if (context.guarded !== "no") score *= factors.guarded;
  if (context.calls.length > 3) score *= factors.manyCalls;
  return score;
}

export function scoreOfQueryset(queryset: Queryset): number {
  return queryset.unknownOperations ? factors.unknownOperations : 1;
}

export function scoreOfRead(read: RelationRead): number {
  let score = scoreOfContext(read) * scoreOfQueryset(read.queryset);
  if (read.coverage === "maybe") score *= factors.notOnEveryPath;
  return score;
}
