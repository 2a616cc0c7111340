import { type AuditInput, createAuditReport } from "../../audit/create-report.ts";
import { createDocument } from "../../audit/document/create-document.ts";
import { nothingMeasured } from "../../audit/live-measurements.ts";
import { formatHtml } from "../../audit/output/html.ts";
import { formatAuditJson } from "../../audit/output/json.ts";
import { formatMarkdown } from "../../audit/output/markdown.ts";
import type { AuditReport } from "../../audit/report.ts";
import { type EarlierReport, EarlierReportError, parseEarlierReport } from "../../audit/trend.ts";
import { neverCancelled } from "../../base/cancellation.ts";
import { unreachable } from "../../base/invariant.ts";
import { askPostgres } from "../../explain/ask-postgres.ts";
import type { ConnectionDetails } from "../../explain/connection-url.ts";
import { liveRows } from "../../explain/live-rows.ts";
import { type CountedRows, withCountedRows } from "../../lint/counted-rows.ts";
import { lintAnalysis } from "../../lint/lint.ts";
import { expectedOf } from "../../live/expected-of-report.ts";
import { longestMeasuringMs, measureLive } from "../../live/measure-live.ts";
import { baseName, joinPath } from "../../platform/paths.ts";
import { type OptionSpecifications, type ParsedArguments, parseArguments } from "../arguments.ts";
import { shownFolder } from "../check/build-report.ts";
import { configurationProblemsOf, problemLine } from "../check/configuration-problems.ts";
import { loadFor } from "../check/folder-check.ts";
import { createLog } from "../check/log.ts";
import { resolveTargets, type Target } from "../check/targets.ts";
import { absolutePath } from "../check/working-folder.ts";
import type { CliEnvironment } from "../environment.ts";
import { createPlacer } from "../output/create-report.ts";
import { writeOutput } from "../output/write-output.ts";
import { createProgress } from "../terminal/progress.ts";
import { UsageError } from "../usage-error.ts";
import { auditConnectionOptions, namedConnections } from "./audit-connections.ts";

export const auditOptions = {
  "output-format": {
    kind: "choice",
    choices: ["markdown", "html", "json"],
    description: "How the report is written (default: markdown)",
  },
  "output-file": {
    kind: "value",
    placeholder: "FILE",
    description: "Write the report to FILE instead of standard output",
  },
  compare: {
    kind: "value",
    placeholder: "FILE",
    description: "Say what changed since the report in FILE, written with --output-format json",
  },
  ...auditConnectionOptions,
  config: {
    kind: "value",
    placeholder: "FILE",
    description: "Read this configuration instead of the nearest",
  },
  quiet: { kind: "flag", short: "q", description: "Print the report only" },
  verbose: { kind: "flag", short: "v", description: "Say what limits the analysis" },
} as const satisfies OptionSpecifications;

/** `queryscope audit`: how far a product scales, what to do next, and what that costs. @returns the exit status */
export async function runAudit(args: readonly string[], environment: CliEnvironment): Promise<number> {
  const { options, positionals } = parseArguments(args, auditOptions);
  const { workingFolder, files, rules } = environment;
  const log = createLog(environment.stderr, options);
  const target = onlyTarget(positionals, environment);
  const earlier = earlierReport(options, environment);
  const connections = await namedConnections(options, environment.variables);
  const loaded = withCountedRows(
    loadFor(target, { config: options.config, layer: {} }, environment),
    await rowsOf(connections?.postgres),
  );
  const mistakes = configurationProblemsOf([{ loaded }], workingFolder);
  const progress = createProgress(environment.stderr, !options.quiet);
  const workspace = await environment.openWorkspace({
    folder: target.folder,
    configuration: loaded.configuration,
    pathPrefix: loaded.pathPrefix,
    files,
    countQueries: true,
  });
  const analysis = await workspace.analyze(neverCancelled, progress.update);
  progress.clear();
  const base = shownFolder(target, 1, workingFolder);
  const placer = createPlacer({
    showPath: (path) => joinPath(base, path),
    text: (path) => analysis.text(path),
  });
  const { configuration, pathPrefix } = loaded;
  const { findings, problems } = lintAnalysis(analysis, configuration, { rules, pathPrefix });
  const input: AuditInput = {
    analysis,
    findings,
    configuration,
    rules,
    live: nothingMeasured,
    version: environment.version,
    name: baseName(target.folder),
    date: new Date().toISOString().slice(0, 10),
    placeOf(location) {
      const { path, range } = placer.place(location);
      return { path, ...range.start };
    },
    problems: problems.map(placer.problem),
    earlier,
  };
  let report = createAuditReport(input);
  if (report && connections) {
    const { root } = report.project;
    const models = analysis.projects.find((project) => project.root === root)?.models;
    const live = await measureLive(
      { ...connections, ...expectedOf(report, models) },
      AbortSignal.timeout(longestMeasuringMs),
    );
    report = createAuditReport({ ...input, live });
  }
  for (const mistake of mistakes) log.error(problemLine(mistake));
  for (const { path, message } of problems) log.detail(`${path}: ${message}`);
  if (!report) {
    log.error(`No Django project found in ${target.folder}: nothing to report about.`);
    return 2;
  }
  writeOutput(
    options["output-file"],
    formatAudit(report, options["output-format"] ?? "markdown"),
    environment,
    environment.stdout,
  );
  return mistakes.length > 0 ? 2 : 0;
}

/** Of its tables. Why a database does not answer, the report's measurements say. */
async function rowsOf(details: ConnectionDetails | undefined): Promise<CountedRows> {
  if (details === undefined) return {};
  const counted = await askPostgres(details, liveRows);
  return counted.kind === "counted" ? counted.rows : {};
}

type AuditOptions = ParsedArguments<typeof auditOptions>["options"];

function formatAudit(report: AuditReport, format: NonNullable<AuditOptions["output-format"]>): string {
  switch (format) {
    case "markdown":
      return formatMarkdown(createDocument(report));
    case "html":
      return formatHtml(createDocument(report));
    case "json":
      return formatAuditJson(report);
    default:
      return unreachable(format);
  }
}

/** A report is about one product. */
function onlyTarget(paths: readonly string[], { workingFolder, files }: CliEnvironment): Target {
  if (paths.length > 1) throw new UsageError("audit takes one PATH: a report is about one product");
  const [target] = resolveTargets({ paths, project: undefined, workingFolder, files });
  if (!target) throw new UsageError("audit needs a folder");
  return target;
}

function earlierReport({ compare }: AuditOptions, environment: CliEnvironment): EarlierReport | undefined {
  if (compare === undefined) return undefined;
  const read = environment.files.readText(absolutePath(compare, environment.workingFolder));
  if (read.kind === "missing") throw new UsageError(`--compare: ${compare} does not exist`);
  if (read.kind === "failed") throw new UsageError(`--compare: ${compare} cannot be read: ${read.reason}`);
  try {
    return parseEarlierReport(read.text);
  } catch (error) {
    if (!(error instanceof EarlierReportError)) throw error;
    throw new UsageError(
      `--compare: ${compare} is no report of audit --output-format json: ${error.message}`,
    );
  }
}
