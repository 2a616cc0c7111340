/** What the findings of one file are while the rest of the project has not been asked again. */
import { rangeAfter, type TextChange } from "../base/text-change.ts";
import type { Location } from "../base/text-range.ts";
import type { Finding, Fix } from "../rules/finding.ts";

export interface PreviewInput {
  /** Relative to the folder. */
  readonly path: string;
  /** Of that file. */
  readonly change: TextChange;
  /** What the whole analysis found before the change. */
  readonly known: readonly Finding[];
  /** What the changed functions alone said before the change. */
  readonly before: readonly Finding[];
  /** What they say now. */
  readonly after: readonly Finding[];
}

/**
 * The findings that have to do with the file. What the changed functions do not say alone, other functions say, and it
 * stays, moved with the text; so does what they say as before. What they said alone and the whole analysis did not, the
 * whole analysis knows better.
 */
export function previewFindings({ path, change, known, before, after }: PreviewInput): readonly Finding[] {
  const moved = (findings: readonly Finding[]): readonly Finding[] =>
    findings.flatMap((finding) => findingAfter(finding, path, change) ?? []);
  const said = byKey(moved(before));
  const present = byKey(after);
  const concerned = concerning(known, path);
  const keysOfKnown = new Set(concerned.map(keyOf));
  const unsure = new Set(moved(before.filter((finding) => !keysOfKnown.has(keyOf(finding)))).map(keyOf));
  const kept = moved(concerned).filter((finding) => {
    const earlier = said.get(keyOf(finding));
    const now = present.get(keyOf(finding));
    return earlier === undefined || (now !== undefined && saysTheSame(earlier, now));
  });
  const keysOfKept = new Set(kept.map(keyOf));
  const fresh = after.filter(
    (finding) => concerns(finding, path) && !keysOfKept.has(keyOf(finding)) && !unsure.has(keyOf(finding)),
  );
  return [...kept, ...fresh];
}

/** Those that have to do with the file. */
export function concerning(findings: readonly Finding[], path: string): readonly Finding[] {
  return findings.filter((finding) => concerns(finding, path));
}

/** It stands in the file, or rows are read there. */
function concerns({ accesses, location }: Finding, path: string): boolean {
  return location.path === path || accesses.some((access) => access.location.path === path);
}

function byKey(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  return new Map(findings.map((finding) => [keyOf(finding), finding]));
}

function keyOf({ code, fields, location }: Finding): string {
  return `${code} ${placeOf(location)} ${fields.join()}`;
}

function placeOf({ path, range }: Location): string {
  return `${path}:${range.start}:${range.end}`;
}

function saysTheSame(first: Finding, second: Finding): boolean {
  const places = ({ accesses }: Finding): string =>
    accesses.map(({ location, relationPath }) => `${placeOf(location)} ${relationPath}`).join();
  return first.message === second.message && places(first) === places(second);
}

/** Undefined where the change took away what it is about. */
function findingAfter(finding: Finding, path: string, change: TextChange): Finding | undefined {
  const moved = (location: Location): Location | undefined => {
    if (location.path !== path) return location;
    const range = rangeAfter(location.range, change);
    return range && { path, range };
  };
  const location = moved(finding.location);
  const origin = moved(finding.origin);
  if (!location || !origin) return undefined;
  const accesses = finding.accesses.flatMap((access) => {
    const place = moved(access.location);
    return place ? [{ ...access, location: place }] : [];
  });
  if (accesses.length === 0 && finding.accesses.length > 0) return undefined;
  const evidence = finding.evidence.flatMap((step) => {
    const place = moved(step.location);
    return place ? [{ ...step, location: place }] : [];
  });
  const fixes = finding.fixes.flatMap((fix) => fixAfter(fix, path, change) ?? []);
  return { ...finding, location, origin, accesses, evidence, fixes };
}

/** Undefined where what it replaces has changed. */
function fixAfter(fix: Fix, path: string, change: TextChange): Fix | undefined {
  const edits = fix.edits.flatMap((edit) => {
    if (edit.path !== path) return [edit];
    const { start, end } = edit.range;
    const isApart = end < change.start || start > change.oldEnd;
    const range = isApart ? rangeAfter(edit.range, change) : undefined;
    return range ? [{ ...edit, range }] : [];
  });
  return edits.length === fix.edits.length ? { ...fix, edits } : undefined;
}
