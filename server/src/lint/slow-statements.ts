/** What a database measured of the project's querysets: the report of `queryscope statements`. */
import { z } from "zod";
import type { TextRange } from "../base/text-range.ts";

/** Of one queryset. Times are milliseconds. */
export interface StatementTimes {
  readonly calls: number;
  readonly meanTime: number;
  readonly totalTime: number;
}

/** By path of the file, as the report has it. */
export type SlowStatements = ReadonlyMap<string, readonly MeasuredQueryset[]>;

interface MeasuredQueryset {
  /** Source text, by which it is found again when lines have moved. */
  readonly expression: string;
  readonly times: StatementTimes;
}

const report = z.object({
  statements: z.array(
    z.object({
      calls: z.number(),
      meanTime: z.number(),
      totalTime: z.number(),
      places: z.array(z.object({ path: z.string(), expression: z.string() })),
    }),
  ),
});

/** What is wrong with a file that can't be read or is not such a report. */
export const notSlowStatements = "is not a report of queryscope statements --output-format json";

/** Undefined for what is not such a report. */
export function parseSlowStatements(text: string): SlowStatements | undefined {
  const parsed = report.safeParse(parsedJson(text));
  if (!parsed.success) return undefined;
  const found = new Map<string, MeasuredQueryset[]>();
  for (const { places, ...times } of parsed.data.statements) {
    for (const { path, expression } of places) {
      const known = found.get(path) ?? [];
      found.set(path, known);
      known.push({ expression, times });
    }
  }
  return found;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The schema says what is wrong.
  }
}

/**
 * What was measured of the querysets that a range touches, all together; undefined where nothing was.
 * @param path as the report has it
 * @param text of the file as it is now
 */
export function timesAt(
  slow: SlowStatements,
  path: string,
  range: TextRange,
  text: string,
): StatementTimes | undefined {
  const here = (slow.get(path) ?? []).filter(({ expression }) => touches(text, expression, range));
  if (here.length === 0) return undefined;
  const calls = here.reduce((sum, { times }) => sum + times.calls, 0);
  const totalTime = here.reduce((sum, { times }) => sum + times.totalTime, 0);
  return { calls, totalTime, meanTime: calls === 0 ? 0 : totalTime / calls };
}

function touches(text: string, expression: string, { start, end }: TextRange): boolean {
  const first = text.lastIndexOf(expression, end);
  return first >= 0 && first <= end && first + expression.length >= start;
}
