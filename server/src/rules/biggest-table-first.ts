import type { Finding } from "./finding.ts";

/** Orders findings by the rows of their tables, the biggest first; those whose rows nobody knows come last. */
export function biggestTableFirst(
  first: Pick<Finding, "tableRows">,
  second: Pick<Finding, "tableRows">,
): number {
  return (second.tableRows ?? 0) - (first.tableRows ?? 0);
}
