import type { Confidence, Level } from "../rules/finding.ts";

/** Weakest first. */
export const levels = ["hint", "info", "warning", "error"] as const satisfies readonly Level[];

/** Weakest first. */
export const confidences = ["low", "medium", "high", "certain"] as const satisfies readonly Confidence[];

export function levelAtLeast(level: Level, minimum: Level): boolean {
  return levels.indexOf(level) >= levels.indexOf(minimum);
}

export function confidenceAtLeast(confidence: Confidence, minimum: Confidence): boolean {
  return confidences.indexOf(confidence) >= confidences.indexOf(minimum);
}
