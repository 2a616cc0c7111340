import { type LineIndex, lineIndexOf } from "../../base/line-index.ts";
import type { Location, TextRange } from "../../base/text-range.ts";
import type { DjangoProject } from "../../django/project.ts";
import { formatVersion } from "../../django/version.ts";
import type { LocatedProblem } from "../../lint/configuration-loading.ts";
import type { ReportedFinding } from "../../lint/fingerprint.ts";
import type { StatementTimes } from "../../lint/slow-statements.ts";
import type { Problem } from "../../program/workspace.ts";
import type { Place, PlacedFinding, PlacedProblem, PositionRange, ReportedProject } from "./report.ts";

/** Turns offsets of one analysed folder into lines and columns, and its paths into those that are shown. */
export interface Placement {
  /** Also for paths outside of the folder. */
  readonly showPath: (path: string) => string;
  readonly text: (path: string) => string | undefined;
}

export interface Placer {
  place(location: Location): Place;
  finding(finding: ReportedFinding, measured?: StatementTimes): PlacedFinding;
  problem(problem: Problem): PlacedProblem;
  project(project: ReportedProject): ReportedProject;
}

export function createPlacer({ showPath, text }: Placement): Placer {
  const indexes = new Map<string, LineIndex>();
  const indexOf = (path: string): LineIndex => {
    const known = indexes.get(path);
    if (known !== undefined) return known;
    const index = lineIndexOf(text(path) ?? "");
    indexes.set(path, index);
    return index;
  };
  const place = ({ path, range }: Location): Place => ({
    path: showPath(path),
    range: toPositions(indexOf(path), range),
  });
  return {
    place,
    finding: (finding, measured) => ({
      code: finding.code,
      rule: finding.rule,
      level: finding.level,
      confidence: finding.confidence,
      message: finding.message,
      help: finding.help,
      ...place(finding.location),
      symbol: finding.symbol,
      model: finding.model ?? null,
      relationPaths: finding.relationPaths,
      fields: finding.fields,
      ...(finding.tableRows !== undefined && { tableRows: finding.tableRows }),
      origin: place(finding.origin),
      accesses: finding.accesses.map(({ location, relationPath, code }) => ({
        ...place(location),
        relationPath,
        code,
      })),
      evidence: finding.evidence.map(({ message, location }) => ({ message, ...place(location) })),
      queries: finding.queries ?? null,
      ...(measured && { measured }),
      stage: finding.stage,
      fingerprint: finding.fingerprint,
      fixes: finding.fixes.map(({ title, safety, preferred, edits }) => ({
        title,
        safety,
        preferred,
        edits: edits.map(({ path, range, newText }) => ({ ...place({ path, range }), newText })),
      })),
    }),
    problem: ({ path, message }) => ({ path: showPath(path), message }),
    project: (project) => ({ ...project, root: showPath(project.root) }),
  };
}

/** What is reported of a project; its root is relative to the analysed folder. */
export function summarizeProject(project: DjangoProject): ReportedProject {
  return {
    root: project.root,
    settings: project.settingsModule ?? null,
    django: project.django === undefined ? null : formatVersion(project.django),
    models: [...project.models.models.values()].filter(
      ({ abstract, symbol }) => !abstract && symbol?.module.firstParty === true,
    ).length,
    files: project.program.modules.filter(({ firstParty }) => firstParty).length,
  };
}

/** A mistake in the configuration file, whose text the analysis does not know. */
export function placeConfigurationProblem(
  { message, range }: LocatedProblem,
  path: string,
  text: string | undefined,
): PlacedProblem {
  return text === undefined
    ? { path, message }
    : { path, message, range: toPositions(lineIndexOf(text), range) };
}

/** Lines and columns from 1. */
export function toPositions(index: LineIndex, { start, end }: TextRange): PositionRange {
  const from = index.positionAt(start);
  const to = index.positionAt(end);
  return {
    start: { line: from.line + 1, column: from.column + 1 },
    end: { line: to.line + 1, column: to.column + 1 },
  };
}
