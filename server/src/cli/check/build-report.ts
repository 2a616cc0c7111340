import { isInside, joinPath, relativePath } from "../../platform/paths.ts";
import { biggestTableFirst } from "../../rules/biggest-table-first.ts";
import type { CliEnvironment } from "../environment.ts";
import { createPlacer } from "../output/create-report.ts";
import type { PlacedFinding, PlacedProblem, Report } from "../output/report.ts";
import { allRules } from "../rules.ts";
import { type CheckedFolder, textsOf } from "./check-folder.ts";
import { problemsOfNames } from "./configuration-problems.ts";
import { slowStatementsOf } from "./slow-statements.ts";
import type { Target } from "./targets.ts";

export function buildReport(
  folders: readonly CheckedFolder[],
  configurationProblems: readonly PlacedProblem[],
  environment: CliEnvironment,
  durationMs: number,
): Report {
  const parts = folders.map((folder) => {
    const base = shownFolder(folder.target, folders.length, environment.workingFolder);
    const showPath = (path: string): string => joinPath(base, path);
    const { outcome } = folder;
    const text = textsOf(folder, environment.files);
    const placer = createPlacer({ showPath, text });
    const slow = slowStatementsOf(folder.loaded, environment);
    return {
      base,
      text,
      outcome,
      projects: outcome.projects.map(placer.project),
      findings: byMeasuredTime(
        bigTablesFirst(
          outcome.findings.map((finding) => placer.finding(finding, slow.timesOf(finding, text))),
        ),
      ),
      problems: [
        ...problemsOfNames(outcome.unknownNames, folder.loaded, environment.workingFolder),
        ...outcome.problems.map(placer.problem),
        ...slow.problems,
      ],
    };
  });
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  return {
    version: environment.version,
    projects: parts.flatMap(({ projects }) => projects),
    findings: parts.flatMap(({ findings }) => findings),
    problems: [...configurationProblems, ...parts.flatMap(({ problems }) => problems)],
    files: sum(parts.map(({ outcome }) => outcome.files)),
    suppressed: sum(parts.map(({ outcome }) => outcome.suppressed)),
    baselined: sum(parts.map(({ outcome }) => outcome.baselined)),
    durationMs,
    rules: allRules(environment),
    text(path) {
      const part = parts.find(({ base }) => isInside(base, path));
      return part?.text(relativePath(part.base, path));
    },
  };
}

/** Findings about indexes of tables whose rows are known take each other's places; the others keep theirs. */
function bigTablesFirst(findings: readonly PlacedFinding[]): readonly PlacedFinding[] {
  const hasRows = ({ tableRows }: PlacedFinding): boolean => tableRows !== undefined;
  const sorted = findings.filter(hasRows).toSorted(biggestTableFirst).values();
  return findings.map((finding) => (hasRows(finding) ? (sorted.next().value ?? finding) : finding));
}

/** Findings on the querysets that take most of the database's time come first; the others keep their order. */
function byMeasuredTime(findings: readonly PlacedFinding[]): readonly PlacedFinding[] {
  return findings.toSorted((a, b) => (b.measured?.totalTime ?? 0) - (a.measured?.totalTime ?? 0));
}

/**
 * What is put before the paths of a folder: from the working folder where it lies in there, so that editors and
 * terminals can open them. Paths of one folder elsewhere are relative to that folder.
 */
export function shownFolder({ folder }: Target, folders: number, workingFolder: string): string {
  if (isInside(workingFolder, folder)) return relativePath(workingFolder, folder);
  return folders === 1 ? "." : folder;
}
