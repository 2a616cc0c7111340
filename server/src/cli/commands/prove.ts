import { neverCancelled } from "../../base/cancellation.ts";
import { lineIndexOf } from "../../base/line-index.ts";
import type { Location } from "../../base/text-range.ts";
import type { DjangoProject } from "../../django/project.ts";
import { placesIn } from "../../explain/api.ts";
import type { ConnectionDetails } from "../../explain/connection-url.ts";
import type { ColumnStatisticsSetting } from "../../explain/embedded/column-setting.ts";
import { EmbeddedPool } from "../../explain/embedded/embedded-pool.ts";
import { explainProjectOf } from "../../explain/explain-project.ts";
import type { ExplainRun, PlanOrigin } from "../../explain/explain-run.ts";
import { LivePostgres } from "../../explain/live-postgres.ts";
import { querysetsOf } from "../../explain/proof/finding-querysets.ts";
import type { IndexProof } from "../../explain/proof/index-proof.ts";
import { proofJson } from "../../explain/proof/proof-json.ts";
import { proofText } from "../../explain/proof/proof-text.ts";
import { type LintResult, lintAnalysis } from "../../lint/lint.ts";
import { unknownTableNames } from "../../lint/table-names.ts";
import { joinPath, relativePath } from "../../platform/paths.ts";
import type { Analysis } from "../../program/workspace.ts";
import type { Finding } from "../../rules/finding.ts";
import { proposesIndex } from "../../rules/indexes/proposes-index.ts";
import type { parseArguments } from "../arguments.ts";
import { problemLine, problemsOfNames } from "../check/configuration-problems.ts";
import { loadFor } from "../check/folder-check.ts";
import type { Log } from "../check/log.ts";
import { resolveTargets } from "../check/targets.ts";
import { absolutePath, shownPath } from "../check/working-folder.ts";
import type { CliEnvironment } from "../environment.ts";
import { printable } from "../output/text.ts";
import { createProgress } from "../terminal/progress.ts";
import { UsageError } from "../usage-error.ts";
import type { explainOptions } from "./explain-options.ts";
import { connectionFor, copiedStatistics, type FileArgument, withExplainRun } from "./explain-tools.ts";

type Options = ReturnType<typeof parseArguments<typeof explainOptions>>["options"];

/**
 * `queryscope explain --prove`: what a planner says of the advice about indexes at some places, of big tables first.
 * @returns the exit status: 0 when all of it was tried, else 1
 */
export async function runProve(
  places: readonly FileArgument[],
  options: Options,
  environment: CliEnvironment,
  log: Log,
): Promise<number> {
  for (const other of ["sql-only", "analyze", "generate-rows"] as const)
    if (options[other]) throw new UsageError(`--prove and --${other} exclude each other`);
  const details = await connectionFor(options, environment, log);
  const databases = new EmbeddedPool({ folder: environment.embeddedPostgres });
  const plans = originOf(options, details, databases);
  try {
    const proofs = await withExplainRun(options, environment, log, { plans, analyze: false }, async (run) => {
      const tried: PlacedProof[] = [];
      for (const folder of await foldersAt(places, options, environment, log))
        for (const finding of findingsAt(folder, environment))
          tried.push({ folder, proof: await prove(finding, folder, run) });
      return tried;
    });
    if (proofs.length === 0) throw new UsageError("there is no finding about an index there");
    proofs.sort((a, b) => (b.proof.rows ?? 0) - (a.proof.rows ?? 0));
    environment.stdout.write(await written(proofs, options, environment));
    return proofs.some(({ proof }) => proof.verdict.kind === "undecided") ? 1 : 0;
  } finally {
    await databases.close();
  }
}

function originOf(
  { "copy-statistics": copyStatistics }: Options,
  details: ConnectionDetails | undefined,
  databases: EmbeddedPool,
): PlanOrigin {
  if (copyStatistics) return { kind: "embedded", databases, statistics: copiedStatistics(details) };
  return details === undefined
    ? { kind: "embedded", databases }
    : { kind: "server", source: new LivePostgres(details), databases };
}

interface AnalysedTarget {
  /** Absolute. */
  readonly path: string;
  readonly places: readonly FileArgument[];
  readonly analysis: Analysis;
  readonly findings: LintResult["findings"];
  readonly tableRows: Readonly<Record<string, number>>;
  readonly columnStatistics: ColumnStatisticsSetting;
}

interface PlacedProof {
  readonly folder: AnalysedTarget;
  readonly proof: IndexProof;
}

async function foldersAt(
  places: readonly FileArgument[],
  { project, config, settings, quiet }: Options,
  environment: CliEnvironment,
  log: Log,
): Promise<readonly AnalysedTarget[]> {
  const { workingFolder, files, rules } = environment;
  const paths = places.map(({ path }) => path);
  const targets = resolveTargets({ paths, project, workingFolder, files });
  const analysed: AnalysedTarget[] = [];
  for (const target of targets) {
    const loaded = loadFor(target, { config, layer: {} }, environment);
    const settingsModule = settings ?? loaded.configuration.settingsModule;
    const configuration = { ...loaded.configuration, ...(settingsModule && { settingsModule }) };
    const { folder } = target;
    const { pathPrefix } = loaded;
    const workspace = await environment.openWorkspace({ folder, files, configuration, pathPrefix });
    const progress = createProgress(environment.stderr, !quiet);
    const analysis = await workspace.analyze(neverCancelled, progress.update);
    progress.clear();
    const { findings } = lintAnalysis(analysis, configuration, {
      rules,
      pathPrefix,
      minimumLevel: "hint",
      minimumConfidence: "medium",
    });
    const { tableRows, columnStatistics } = configuration;
    const unknown = unknownTableNames(loaded.named, analysis.projects);
    for (const problem of problemsOfNames(unknown, loaded, workingFolder)) log.note(problemLine(problem));
    analysed.push({ path: folder, places, analysis, findings, tableRows, columnStatistics });
  }
  return analysed;
}

/** On the lines that are named, or about a queryset there. */
function findingsAt(
  { path: folder, places, analysis, findings }: AnalysedTarget,
  { workingFolder }: CliEnvironment,
): readonly Finding[] {
  const isNamed = ({ path, range }: Location): boolean => {
    const { line } = lineIndexOf(analysis.text(path) ?? "").positionAt(range.start);
    return places.some(
      (place) =>
        relativePath(folder, absolutePath(place.path, workingFolder)) === path &&
        (place.line === undefined || place.line === line + 1),
    );
  };
  const isMeant = ({ location, accesses }: Finding): boolean =>
    isNamed(location) ||
    accesses.some((access) => places.some(({ line }) => line !== undefined) && isNamed(access.location));
  return findings.filter((finding) => proposesIndex(finding) && isMeant(finding));
}

async function prove(
  finding: Finding,
  { path: folder, analysis, tableRows, columnStatistics }: AnalysedTarget,
  run: ExplainRun,
): Promise<IndexProof> {
  const project = projectOf(analysis, finding);
  const found = explainProjectOf(project, folder);
  if (found.kind === "failed") throw new UsageError(found.error.message);
  const text = (path: string) => analysis.text(path);
  const place = { folder, tableRows, columnStatistics, text };
  return run.prove(finding, querysetsOf(finding, project), found.project, place);
}

function projectOf({ projects }: Analysis, { location }: Finding): DjangoProject {
  const project = projects.find(({ program }) => program.moduleOfFile(location.path) !== undefined);
  if (project === undefined) throw new UsageError(`${location.path} belongs to no Django project`);
  return project;
}

async function written(
  proofs: readonly PlacedProof[],
  { "output-format": format }: Options,
  { workingFolder }: CliEnvironment,
): Promise<string> {
  const shown = ({ path: folder }: AnalysedTarget, path: string) =>
    shownPath(joinPath(folder, path), workingFolder);
  if (format === "json") {
    const all = proofs.map(({ folder, proof }) =>
      proofJson(
        proof,
        (path) => shown(folder, path),
        (path) => lineIndexOf(folder.analysis.text(path) ?? ""),
      ),
    );
    return `${JSON.stringify(all, null, 2)}\n`;
  }
  const texts = await Promise.all(
    proofs.map(({ folder, proof }) =>
      proofText(proof, ({ path, range }) =>
        placesIn(shown(folder, path), folder.analysis.text(path) ?? "")(range.start),
      ),
    ),
  );
  return texts.map(printable).join("\n");
}
