import { hashOf } from "../base/hash.ts";
import type { Analysis } from "../program/workspace.ts";
import type { Finding } from "../rules/finding.ts";

/** A finding with its identity across runs: `3f09c1d2a4b5e6f7:1`. */
export interface ReportedFinding extends Finding {
  readonly fingerprint: string;
}

/**
 * Gives each finding an identity that survives moved lines: a hash of its code, path, symbol and the source text of its
 * evidence, and the ordinal among findings with the same hash.
 */
export function withFingerprints(
  findings: readonly Finding[],
  text: Analysis["text"],
): readonly ReportedFinding[] {
  const ordinals = new Map<string, number>();
  return findings.map((finding) => {
    const hash = hashOf(identityOf(finding, text));
    const ordinal = (ordinals.get(hash) ?? 0) + 1;
    ordinals.set(hash, ordinal);
    return { ...finding, fingerprint: `${hash}:${ordinal}` };
  });
}

export function splitFingerprint(fingerprint: string): { readonly hash: string; readonly ordinal: number } {
  const [hash = "", ordinal = "1"] = fingerprint.split(":");
  return { hash, ordinal: Number(ordinal) };
}

/** Of multi-line evidence only the first line counts: a change in a loop's body is not another loop. */
function identityOf(finding: Finding, text: Analysis["text"]): string {
  const places =
    finding.evidence.length > 0 ? finding.evidence.map(({ location }) => location) : [finding.location];
  const snippets = places.map(({ path, range }) => {
    const source = text(path)?.slice(range.start, range.end) ?? "";
    const [firstLine = ""] = source.trim().split(/\r|\n/, 1);
    return firstLine.trim().replace(/\s+/g, " ");
  });
  return [finding.code, finding.location.path, finding.symbol, ...finding.fields, ...snippets].join("\0");
}
