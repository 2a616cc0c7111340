import type { Level } from "./finding.ts";

const order: readonly Level[] = ["hint", "info", "warning", "error"];

/** One step lower, as for code outside of requests. */
export function lowered(level: Level): Level {
  return order[Math.max(0, order.indexOf(level) - 1)] ?? "hint";
}
