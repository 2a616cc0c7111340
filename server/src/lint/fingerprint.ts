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

/** 64 bits as 16 hexadecimal digits: two lanes of FNV-1a, each mixed at the end. */
function hashOf(text: string): string {
  let first = 0x811c9dc5;
  let second = 0x9e3779b9;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ unit, 0x85ebca6b);
  }
  return hex(mix(first)) + hex(mix(second ^ first));
}

function mix(lane: number): number {
  const half = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  const most = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
  return (most ^ (most >>> 16)) >>> 0;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}
