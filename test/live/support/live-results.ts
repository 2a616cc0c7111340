import type { LiveMeasurements, LiveResult } from "../../../server/src/audit/live-measurements.ts";

export function resultOf({ results }: LiveMeasurements, code: string): LiveResult | undefined {
  return results.find((result) => result.code === code);
}

/** What a check has found, as `level: message`, or why it was not made. */
export const messages = (result: LiveResult | undefined): readonly string[] =>
  result?.kind === "measured"
    ? result.findings.map(({ level, message }) => `${level}: ${message}`)
    : [`skipped: ${result?.reason}`];
