/** What changed since an earlier report. */
import * as z from "zod";
import { type AuditReport, auditSchemaVersion, type Trend } from "./report.ts";

/** The part of an earlier report that is compared. */
const earlierReport = z.object({
  schemaVersion: z.literal(auditSchemaVersion),
  tool: z.object({ name: z.literal("queryscope") }),
  date: z.string(),
  summary: z.object({ score: z.number() }),
  scores: z.array(z.object({ area: z.string(), score: z.number() })),
  tasks: z.array(z.object({ id: z.string(), title: z.string(), status: z.string() })),
  findings: z.array(z.object({ fingerprint: z.string() })),
});

export type EarlierReport = z.output<typeof earlierReport>;

export class EarlierReportError extends Error {}

/** @throws EarlierReportError that says what is wrong with the text. */
export function parseEarlierReport(text: string): EarlierReport {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new EarlierReportError("it is not JSON");
  }
  const result = earlierReport.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new EarlierReportError(`${issue?.path.join(".") || "its top"}: ${issue?.message ?? "unknown"}`);
}

export function trendSince(
  earlier: EarlierReport,
  now: Pick<AuditReport, "summary" | "scores" | "tasks" | "findings">,
): Trend {
  const statusBefore = new Map(earlier.tasks.map(({ id, status }) => [id, status]));
  const scoreBefore = new Map(earlier.scores.map(({ area, score }) => [area, score]));
  const known = new Set(earlier.findings.map(({ fingerprint }) => fingerprint));
  const present = new Set(now.findings.map(({ fingerprint }) => fingerprint));
  const changedTo = (status: string, from: (before: string) => boolean): readonly string[] =>
    now.tasks
      .filter((task) => task.status === status && from(statusBefore.get(task.id) ?? status))
      .map(({ id, title }) => `${id} ${title}`);
  return {
    since: earlier.date,
    score: { before: earlier.summary.score, now: now.summary.score },
    areas: now.scores.flatMap(({ area, score }) => {
      const before = scoreBefore.get(area);
      return before === undefined || before === score ? [] : [{ area, before, now: score }];
    }),
    done: changedTo("done", (before) => before === "open" || before === "unknown"),
    reopened: changedTo("open", (before) => before === "done"),
    newFindings: now.findings.filter(({ fingerprint }) => !known.has(fingerprint)),
    fixedFindings: [...known].filter((fingerprint) => !present.has(fingerprint)).length,
  };
}
