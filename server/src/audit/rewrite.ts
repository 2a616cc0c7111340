/** Whether another framework would help: what Django repairs, and what no framework of Python does. */
import { rewriteCost } from "./prices.ts";
import type { Product } from "./product.ts";
import type { RewriteReport } from "./report.ts";
import { type PlaceOf, reportFinding } from "./report-places.ts";

/** Documents, images, uploads that are parsed: work of the processor while somebody waits. */
const processorBound = /^QS40[45]$/;

export function rewriteReport({ findings }: Product, placeOf: PlaceOf): RewriteReport {
  const serious = findings.filter(({ level }) => level === "warning" || level === "error");
  return {
    repairable: serious.filter(({ code }) => !processorBound.test(code)).length,
    processorBound: findings
      .filter(({ code }) => processorBound.test(code))
      .map((finding) => reportFinding(finding, placeOf)),
    cost: rewriteCost,
  };
}
