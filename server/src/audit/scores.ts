/** The health of each area of the code, 0 to 100. */
import type { AuditFinding } from "./product.ts";
import type { AreaScore } from "./report.ts";
import { severityOf } from "./weights.ts";

interface Area {
  readonly name: string;
  readonly codes: RegExp;
  /** Settings are few whatever the size of the code. */
  readonly byLines: boolean;
}

const areas: readonly Area[] = [
  { name: "Queries", codes: /^QS[12]/, byLines: true },
  { name: "Writes", codes: /^QS3/, byLines: true },
  { name: "Requests", codes: /^QS4/, byLines: true },
  { name: "Indexes", codes: /^QS5/, byLines: true },
  { name: "Pagination", codes: /^QS6/, byLines: true },
  { name: "Caching", codes: /^QS7/, byLines: true },
  { name: "Settings", codes: /^QS8/, byLines: false },
  { name: "Tasks", codes: /^QS9/, byLines: true },
];

/** A warning in each hundred lines leaves little of an area; 28 of the settings do. */
const perThousandLines = 2.5;
const perSetting = 1;

/** Small projects are not judged by a single finding. */
const fewestLines = 2000;

export function areaScores(findings: readonly AuditFinding[], lines: number): readonly AreaScore[] {
  const thousands = Math.max(lines, fewestLines) / 1000;
  return areas.map(({ name, codes, byLines }) => {
    const found = findings.filter(({ code }) => codes.test(code));
    const weight = found.reduce((sum, finding) => sum + severityOf(finding), 0);
    const lost = byLines ? (weight * perThousandLines) / thousands : weight * perSetting;
    return { area: name, score: Math.round(Math.max(0, 100 - lost)), findings: found.length };
  });
}

/** One area alone does not decide: it takes so many points of the whole at most. */
const mostOfOneArea = 30;

/** What the areas lost together. Their mean would be near 100 for every large project: most areas have few findings. */
export function totalScore(scores: readonly AreaScore[]): number {
  const lost = scores.reduce((sum, { score }) => sum + Math.min(mostOfOneArea, 100 - score), 0);
  return Math.max(0, 100 - lost);
}
