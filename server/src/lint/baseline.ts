import * as z from "zod";
import { type ReportedFinding, splitFingerprint } from "./fingerprint.ts";

/** Findings that are known and not reported again: how many there are of each hash. */
export type Baseline = ReadonlyMap<string, number>;

const baselineSchema = z.object({
  version: z.literal(1),
  findings: z.array(
    z.object({
      fingerprint: z.string(),
      count: z.int().min(1),
      // For people who read the file or its diff.
      code: z.string(),
      path: z.string(),
      symbol: z.string(),
    }),
  ),
});

export class BaselineError extends Error {
  override readonly name = "BaselineError";
}

/** @throws BaselineError when the text is not a baseline. */
export function parseBaseline(text: string): Baseline {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new BaselineError("it is not JSON");
  }
  const result = baselineSchema.safeParse(json);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new BaselineError(`${issue?.path.join(".") || "content"}: ${issue?.message}`);
  }
  return new Map(result.data.findings.map(({ fingerprint, count }) => [fingerprint, count]));
}

/** The text of a baseline file, in an order that gives small diffs. */
export function formatBaseline(findings: readonly ReportedFinding[]): string {
  const entries = new Map<string, z.output<typeof baselineSchema>["findings"][number]>();
  for (const { fingerprint, code, location, symbol } of findings) {
    const { hash } = splitFingerprint(fingerprint);
    const count = (entries.get(hash)?.count ?? 0) + 1;
    entries.set(hash, { fingerprint: hash, count, code, path: location.path, symbol });
  }
  const sorted = [...entries.values()].sort(
    (first, second) =>
      compare(first.path, second.path) ||
      compare(first.code, second.code) ||
      compare(first.fingerprint, second.fingerprint),
  );
  return `${JSON.stringify({ version: 1, findings: sorted }, undefined, 2)}\n`;
}

export function baselineOf(findings: readonly ReportedFinding[]): Baseline {
  const counts = new Map<string, number>();
  for (const { fingerprint } of findings) {
    const { hash } = splitFingerprint(fingerprint);
    counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  return counts;
}

/** Ordinals count from 1 in the order of the text, so with n known, those up to n are the known ones. */
export function isInBaseline({ fingerprint }: ReportedFinding, baseline: Baseline): boolean {
  const { hash, ordinal } = splitFingerprint(fingerprint);
  return ordinal <= (baseline.get(hash) ?? 0);
}

function compare(first: string, second: string): number {
  return first < second ? -1 : first > second ? 1 : 0;
}
