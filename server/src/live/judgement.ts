/** What a check makes of the answers that it was given. */
import type { LiveFinding, LiveResult, LiveValue } from "../audit/live-measurements.ts";
import type { RuleCode } from "../rules/finding.ts";

export type Judgement =
  | {
      readonly kind: "judged";
      readonly values: readonly LiveValue[];
      readonly findings: readonly LiveFinding[];
    }
  /** A sentence. */
  | { readonly kind: "skipped"; readonly reason: string };

export function judged(
  values: readonly LiveValue[],
  findings: readonly (LiveFinding | undefined)[],
): Judgement {
  return { kind: "judged", values, findings: findings.filter((finding) => finding !== undefined) };
}

export function skipped(reason: string): Judgement {
  return { kind: "skipped", reason };
}

export function resultOf(code: RuleCode, judgement: Judgement): LiveResult {
  return judgement.kind === "skipped"
    ? { kind: "skipped", code, reason: judgement.reason }
    : { kind: "measured", code, values: judgement.values, findings: judgement.findings };
}

/** `1.5 GB`, `128 MB`, `12 kB` */
export function bytesInWords(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let index = 0;
  while (value >= 1024 && index < units.length - 1) {
    value /= 1024;
    index += 1;
  }
  const rounded = value >= 100 || Number.isInteger(value) ? Math.round(value) : Number(value.toFixed(1));
  return `${rounded} ${units[index]}`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
