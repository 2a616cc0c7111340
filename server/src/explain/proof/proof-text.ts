import type { Location } from "../../base/text-range.ts";
import { costText } from "../advice/advice-text.ts";
import { parameterLine } from "../explanation-text.ts";
import { planText } from "../plan-text.ts";
import { type QueryPlan, totalCost } from "../query-plan.ts";
import { formatSql } from "../sql-format.ts";
import type { IndexProof, ProofTrial, Verdict } from "./index-proof.ts";

/**
 * A proof for people: what the planner says, and both plans of each query beside each other. Ends with a line break.
 * @param placeOf as editors and terminals open it: `store/views.py:12:5`
 */
export async function proofText(
  { finding, fix, change, verdict, trials, notes }: IndexProof,
  placeOf: (location: Location) => string,
): Promise<string> {
  const { code, rule, message, location } = finding;
  const changes = [
    ...(change?.removed ?? []).map((name) => `    DROP INDEX ${name}`),
    ...(change?.added ?? []).map((sql) => `    ${sql}`),
  ];
  const sections = [
    [`${placeOf(location)} ${code} ${rule}`, message].join("\n"),
    [`${headings[verdict.kind]}: ${verdict.reason}`, ...(fix === undefined ? [] : [fix]), ...changes].join(
      "\n",
    ),
    ...(await Promise.all(trials.map((trial) => trialText(trial, placeOf)))),
    ...(notes.length > 0 ? [notes.map((note) => `Note: ${note}`).join("\n")] : []),
  ];
  return `${sections.join("\n\n")}\n`;
}

const headings: Readonly<Record<Verdict["kind"], string>> = {
  proven: "Proven",
  withdrawn: "Withdrawn",
  undecided: "Not tried",
};

async function trialText(
  { location, expression, sql, params, before, after, assumedRows }: ProofTrial,
  placeOf: (location: Location) => string,
): Promise<string> {
  const place = location === undefined ? "No queryset of its own says so; for instance" : placeOf(location);
  const share = totalCost(after) / totalCost(before);
  const by =
    assumedRows === undefined
      ? `Estimated by PostgreSQL ${before.server}`
      : `Estimated by the embedded PostgreSQL ${before.server} for ${assumedRows.toLocaleString("en-US")} rows`;
  return [
    `${place}\n${expression.replace(/^/gm, "    ")}`,
    "",
    await formatSql(sql),
    ...(params.length > 0 ? ["", params.map(parameterLine).join("\n")] : []),
    "",
    `${by}:`,
    sideBySide(
      [`Before: cost ${costText(totalCost(before))}`, ...planLines(before)],
      [`After: cost ${costText(totalCost(after))} (${percent(share)})`, ...planLines(after)],
    ),
  ].join("\n");
}

/** Without what the plans cost until their first row and how wide rows are: two of them stand on a line. */
function planLines(plan: QueryPlan): readonly string[] {
  return planText(plan)
    .split("\n")
    .map((line) => line.replace(/\(cost=[\d.]+\.\.([\d.]+) rows=([\d?]+) width=[\d?]+\)/, "cost=$1 rows=$2"));
}

/** A wider one leaves no room for the other. */
const widestColumn = 90;

function sideBySide(left: readonly string[], right: readonly string[]): string {
  const width = Math.max(...left.map(({ length }) => length));
  if (width > widestColumn) return [...left, "", ...right].join("\n");
  const lines = Array.from({ length: Math.max(left.length, right.length) }, (_, index) =>
    `${(left[index] ?? "").padEnd(width)} ┃ ${right[index] ?? ""}`.trimEnd(),
  );
  return lines.join("\n");
}

function percent(share: number): string {
  return `${(share * 100).toLocaleString("en-US", { maximumFractionDigits: share < 0.1 ? 2 : 0 })} %`;
}
