import { groupBy } from "../base/group-by.ts";
import type { TextRange } from "../base/text-range.ts";
import type { ConfigurationProblem } from "../lint/configuration-file.ts";
import type { ReportedFinding } from "../lint/fingerprint.ts";
import type { StatementTimes } from "../lint/slow-statements.ts";
import type { Analysis } from "../program/workspace.ts";
import type { Access, Finding } from "../rules/finding.ts";

/** One analysed state of a folder, arranged by file for the editor's questions. Immutable. */
export interface Snapshot {
  readonly analysis: Analysis;
  /** What is reported, in order of path and position. */
  readonly findings: readonly ReportedFinding[];
  /** What the baseline knows and is therefore not reported, in the same order. */
  readonly knownFindings: readonly ReportedFinding[];
  /** Paths of the files that have something to show, in order. */
  readonly paths: readonly string[];
  findingsIn(path: string): readonly ReportedFinding[];
  readingsIn(path: string): readonly Reading[];
  configurationProblemsIn(path: string): readonly ConfigurationProblem[];
  /** What the database measured of the querysets in a range of a file, where the configuration names a report. */
  timesAt(path: string, range: TextRange): StatementTimes | undefined;
  /** The text of a first-party file, or of the configuration file, as it was analysed. */
  text(path: string): string | undefined;
}

/** A place where rows are read that some querysets do not bring along. */
export interface Reading {
  readonly range: TextRange;
  /** What is read there, each with the finding that stands on the queryset's origin. */
  readonly accesses: readonly [ReadingAccess, ...ReadingAccess[]];
}

export interface ReadingAccess {
  readonly access: Access;
  readonly finding: ReportedFinding;
}

/** The configuration file of a folder, where it lies inside of it. */
export interface ConfigurationState {
  readonly path: string;
  readonly text: string;
  readonly problems: readonly ConfigurationProblem[];
}

export function createSnapshot(
  analysis: Analysis,
  findings: readonly ReportedFinding[],
  configuration?: ConfigurationState,
  knownFindings: readonly ReportedFinding[] = [],
  timesAt: Snapshot["timesAt"] = () => undefined,
): Snapshot {
  const findingsByPath = groupBy(findings, (finding) => finding.location.path);
  const readingsByPath = readingsOf(findings);
  const problems = configuration?.problems ?? [];
  return {
    analysis,
    findings,
    knownFindings,
    paths: [
      ...new Set([
        ...findingsByPath.keys(),
        ...readingsByPath.keys(),
        ...(configuration !== undefined && problems.length > 0 ? [configuration.path] : []),
      ]),
    ].sort(),
    findingsIn: (path) => findingsByPath.get(path) ?? [],
    readingsIn: (path) => readingsByPath.get(path) ?? [],
    timesAt,
    configurationProblemsIn: (path) => (path === configuration?.path ? problems : []),
    text: (path) => (path === configuration?.path ? configuration.text : analysis.text(path)),
  };
}

/** Accesses of different findings at one place become one reading: a helper is read by many querysets. */
function readingsOf(findings: readonly ReportedFinding[]): ReadonlyMap<string, readonly Reading[]> {
  const accesses = findings.flatMap((finding) =>
    finding.accesses
      .filter((access) => !standsOnFinding(access, finding))
      .map((access): ReadingAccess => ({ access, finding })),
  );
  const result = new Map<string, readonly Reading[]>();
  for (const [path, ofFile] of groupBy(accesses, ({ access }) => access.location.path)) {
    const byRange = groupBy(
      ofFile,
      ({ access: { location } }) => `${location.range.start}:${location.range.end}`,
    );
    const readings = [...byRange.values()].map((atRange) => ({
      range: atRange[0].access.location.range,
      accesses: atRange,
    }));
    result.set(path, readings.sort(byPosition));
  }
  return result;
}

/** Where the rows are read in the very expression that the finding marks, a second mark would say nothing new. */
function standsOnFinding(access: Access, { location }: Finding): boolean {
  return (
    access.location.path === location.path &&
    access.location.range.start === location.range.start &&
    access.location.range.end === location.range.end
  );
}

function byPosition(first: Reading, second: Reading): number {
  return first.range.start - second.range.start || first.range.end - second.range.end;
}
