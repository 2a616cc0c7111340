import { type Baseline, formatBaseline } from "../../lint/baseline.ts";
import { confidenceAtLeast, levelAtLeast } from "../../lint/severity.ts";
import { rulePage as rulePageAddress } from "../../lsp/rule-page.ts";
import { joinPath } from "../../platform/paths.ts";
import { readBaseline } from "../check/baseline.ts";
import { buildReport, shownFolder } from "../check/build-report.ts";
import { type CheckedFolder, diffOf, textsOf } from "../check/check-folder.ts";
import { configurationProblemsOf, problemLine } from "../check/configuration-problems.ts";
import { createLog, type Log } from "../check/log.ts";
import { type CheckOptions, parseCheckOptions } from "../check/options.ts";
import { resolveTargets } from "../check/targets.ts";
import { checkFolders } from "../check/threads.ts";
import { absolutePath } from "../check/working-folder.ts";
import { writeChanges } from "../check/write-files.ts";
import type { CliEnvironment, Output } from "../environment.ts";
import { formatReport } from "../output/format.ts";
import { formatGaps } from "../output/gaps.ts";
import type { PlacedProblem, Report } from "../output/report.ts";
import { formatStatistics } from "../output/statistics.ts";
import { formatSummary } from "../output/summary.ts";
import { counted } from "../output/text.ts";
import { writeOutput } from "../output/write-output.ts";
import { allRules } from "../rules.ts";
import { createProgress } from "../terminal/progress.ts";
import { plainStyles, stylesFor } from "../terminal/style.ts";
import { UsageError } from "../usage-error.ts";

/** Problems that are told without `--verbose`; a project with many has many of a kind. */
const shownProblems = 5;

/** `queryscope check`. @returns the exit status */
export async function runCheck(args: readonly string[], environment: CliEnvironment): Promise<number> {
  const start = performance.now();
  const options = parseCheckOptions(args, allRules(environment));
  const log = createLog(environment.stderr, options);
  const stdinName = options["stdin-filename"];
  const targets = resolveTargets({
    paths: stdinName === undefined ? options.paths : [stdinName],
    project: options.project,
    workingFolder: environment.workingFolder,
    files: environment.files,
    mayBeMissing: stdinName !== undefined,
  });
  const baseline = givenBaseline(options, environment);
  const stdin = stdinName === undefined ? undefined : await environment.readStdin();
  const tableRows = await countedRows(options.connection, environment.variables);
  const progress = createProgress(environment.stderr, !options.quiet);

  const folders = await checkFolders(targets, { options, environment, progress, baseline, stdin, tableRows });
  for (const line of folders.flatMap(({ notes }) => notes)) log.detail(line);
  const mistakes = configurationProblemsOf(folders, environment.workingFolder);
  const report = buildReport(folders, mistakes, environment, Math.round(performance.now() - start));

  const written = deliver(folders, report, stdin, options, environment, log);
  tell(report, folders, mistakes, options, environment, log);
  if (mistakes.length > 0 || !written) return 2;
  if (options["write-baseline"] || options["exit-zero"]) return 0;
  return report.findings.some((finding) => failsOn(finding, options)) ? 1 : 0;
}

/** Writes what was asked for. @returns false when a file could not be written */
function deliver(
  folders: readonly CheckedFolder[],
  report: Report,
  stdin: string | undefined,
  options: CheckOptions,
  environment: CliEnvironment,
  log: Log,
): boolean {
  if (options["write-baseline"]) {
    const findings = folders.flatMap(({ outcome }) => outcome.findings);
    writeOutput(options.baseline, formatBaseline(findings), environment);
    log.note(`Wrote ${counted(findings.length, "finding")} to ${options.baseline}.`);
    return true;
  }
  if (options.diff) {
    for (const folder of folders) {
      const base = shownFolder(folder.target, folders.length, environment.workingFolder);
      environment.stdout.write(diffOf(folder, (path) => joinPath(base, path)));
    }
    return true;
  }
  let written = true;
  let findingsTo = environment.stdout;
  if (options.fix && stdin !== undefined) {
    environment.stdout.write(folders.flatMap(({ fixes }) => fixes?.changes ?? [])[0]?.after ?? stdin);
    findingsTo = environment.stderr;
  } else if (options.fix) {
    written = folders
      .map(({ target, fixes }) => {
        const { refused } = writeChanges(target.folder, fixes?.changes ?? []);
        for (const { path, reason } of refused) log.error(`${path} was not fixed: ${reason}`);
        return refused.length === 0;
      })
      .every(Boolean);
  }
  writeOutput(
    options["output-file"],
    findingsText(report, options, environment, findingsTo),
    environment,
    findingsTo,
  );
  return written;
}

function findingsText(
  report: Report,
  options: CheckOptions,
  environment: CliEnvironment,
  output: Output,
): string {
  const styles =
    options["output-file"] === undefined
      ? stylesFor(output, options.color ?? "auto", environment.variables)
      : plainStyles;
  if (options.statistics) return formatStatistics(report, styles);
  return formatReport(report, options["output-format"] ?? "full", styles, {
    rulePage: environment.rulePage,
    rulePageAddress,
  });
}

/** Says on standard error what the findings do not: problems, fixes, the summary. */
function tell(
  report: Report,
  folders: readonly CheckedFolder[],
  mistakes: readonly PlacedProblem[],
  options: CheckOptions,
  { files }: CliEnvironment,
  log: Log,
): void {
  for (const mistake of mistakes) log.error(problemLine(mistake));
  const format = options["output-format"];
  if (format !== "json" && format !== "sarif") {
    const problems = report.problems.filter((problem) => !mistakes.includes(problem));
    const shown = options.verbose ? problems : problems.slice(0, shownProblems);
    for (const problem of shown) log.note(problemLine(problem));
    if (shown.length < problems.length) {
      log.note(`… and ${counted(problems.length - shown.length, "problem")} more: --verbose shows them.`);
    }
  }
  for (const folder of folders) {
    const { gaps, projects } = folder.outcome;
    for (const line of formatGaps(gaps, textsOf(folder, files))) log.detail(line);
    if (projects.length === 0)
      log.note(`No Django project found in ${folder.target.folder}: nothing to check.`);
  }
  const fixes = folders.flatMap((folder) => folder.fixes ?? []);
  for (const { finding, reason } of fixes.flatMap(({ rejected }) => rejected)) {
    log.note(
      `${finding.location.path}: the fix of ${finding.code} in ${finding.symbol} was taken back: ${reason}.`,
    );
  }
  const fixed = fixes.flatMap((outcome) => outcome.fixed).length;
  const changed = fixes.flatMap(({ changes }) => changes).length;
  if (options.fix || options.diff) {
    log.note(
      `${options.diff ? "Would fix" : "Fixed"} ${counted(fixed, "finding")} in ${counted(changed, "file")}.`,
    );
  }
  if (report.projects.length > 0 && !options["write-baseline"]) log.note(formatSummary(report));
}

/** Rows by table. The database client is loaded when it is needed. */
async function countedRows(
  connection: string | undefined,
  variables: CliEnvironment["variables"],
): Promise<Readonly<Record<string, number>>> {
  if (connection === undefined) return {};
  return (await import("../check/counted-rows.ts")).countedRows(connection, variables);
}

function givenBaseline(options: CheckOptions, environment: CliEnvironment): Baseline | undefined {
  const { baseline: file } = options;
  if (file === undefined || options["write-baseline"]) return undefined;
  const baseline = readBaseline(absolutePath(file, environment.workingFolder), file, environment);
  if (baseline !== undefined) return baseline;
  throw new UsageError(`--baseline: ${file} does not exist; --write-baseline makes it`);
}

function failsOn(
  { level, confidence }: Pick<Report["findings"][number], "level" | "confidence">,
  { failOn }: CheckOptions,
): boolean {
  return levelAtLeast(level, failOn.level) && confidenceAtLeast(confidence, failOn.confidence);
}
