import * as z from "zod";
import type { TextReader } from "./configuration-loading.ts";
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

type Entry = z.output<typeof baselineSchema>["findings"][number];

/** @throws BaselineError when the text is not a baseline. */
export function parseBaseline(text: string): Baseline {
  return new Map(parseEntries(text).map(({ fingerprint, count }) => [fingerprint, count]));
}

/**
 * Reads a baseline that need not exist.
 * @throws BaselineError when it cannot be read, or is none
 */
export function readBaselineFile(path: string, files: TextReader): Baseline | undefined {
  const read = files.readText(path);
  if (read.kind === "missing") return undefined;
  if (read.kind === "failed") throw new BaselineError(`it cannot be read: ${read.reason}`);
  return parseBaseline(read.text);
}

function parseEntries(text: string): readonly Entry[] {
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
  return result.data.findings;
}

/** The text of a baseline file, in an order that gives small diffs. */
export function formatBaseline(findings: readonly ReportedFinding[]): string {
  return changeBaseline(undefined, { add: findings, remove: [] });
}

export interface BaselineChange {
  readonly add: readonly ReportedFinding[];
  readonly remove: readonly ReportedFinding[];
}

/**
 * The text of a baseline file after a change; entries that the change does not name stay.
 * @param text of the file as it is; undefined where there is none
 * @throws BaselineError when the text is not a baseline
 */
export function changeBaseline(text: string | undefined, { add, remove }: BaselineChange): string {
  const present = text === undefined ? [] : parseEntries(text);
  const entries = new Map(present.map((entry) => [entry.fingerprint, entry]));
  const count = ({ fingerprint, code, location, symbol }: ReportedFinding, difference: 1 | -1): void => {
    const { hash } = splitFingerprint(fingerprint);
    const changed = (entries.get(hash)?.count ?? 0) + difference;
    if (changed < 1) entries.delete(hash);
    else entries.set(hash, { fingerprint: hash, count: changed, code, path: location.path, symbol });
  };
  for (const finding of add) count(finding, 1);
  for (const finding of remove) count(finding, -1);
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
