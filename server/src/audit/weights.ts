/** How heavy a finding is: by its level, how sure it is, who waits, and how many queries it costs. */
import { unreachable } from "../base/invariant.ts";
import type { RootContext } from "../interpret/facts.ts";
import type { Confidence, Level } from "../rules/finding.ts";
import type { AuditFinding } from "./product.ts";

export function weightOf({ level, confidence, context, queries }: AuditFinding): number {
  const saved = queries ? Math.max(1, queries.example.before - queries.example.after) : 1;
  return levelWeight(level) * confidenceWeight(confidence) * contextWeight(context) * Math.log10(1 + saved);
}

/** Without the number of queries: what counts for the health of an area. */
export function severityOf({ level, confidence, context }: AuditFinding): number {
  return levelWeight(level) * confidenceWeight(confidence) * contextWeight(context);
}

function levelWeight(level: Level): number {
  switch (level) {
    case "error":
      return 8;
    case "warning":
      return 4;
    case "info":
      return 2;
    case "hint":
      return 0.5;
    default:
      return unreachable(level);
  }
}

function confidenceWeight(confidence: Confidence): number {
  switch (confidence) {
    case "certain":
      return 1;
    case "high":
      return 0.9;
    case "medium":
      return 0.6;
    case "low":
      return 0;
    default:
      return unreachable(confidence);
  }
}

/** Somebody waits for a request; nobody does for a command. */
function contextWeight(context: RootContext | undefined): number {
  switch (context) {
    case undefined:
    case "request":
    case "admin":
      return 1;
    case "signal":
    case "other":
      return 0.8;
    case "task":
      return 0.6;
    case "import":
      return 0.5;
    case "command":
    case "migration":
      return 0.3;
    case "test":
      return 0;
    default:
      return unreachable(context);
  }
}
