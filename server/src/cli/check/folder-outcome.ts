/** What a check finds in a folder, as plain data: it is kept between runs and sent between threads. */
import type { Baseline } from "../../lint/baseline.ts";
import type { LoadedConfiguration } from "../../lint/configuration-loading.ts";
import type { ReportedFinding } from "../../lint/fingerprint.ts";
import type { LintResult } from "../../lint/lint.ts";
import { type UnknownName, unknownTableNames } from "../../lint/table-names.ts";
import type { FileSystem } from "../../platform/file-system.ts";
import { recordReads } from "../../platform/recorded-reads.ts";
import type { Analysis, Problem } from "../../program/workspace.ts";
import { createResultCache, type ResultCache } from "../cache/result-cache.ts";
import { summarizeProject } from "../output/create-report.ts";
import type { ReportedProject } from "../output/report.ts";
import type { CheckInput } from "./check-folder.ts";
import { type FolderSettings, openFolder } from "./folder-check.ts";
import type { Target } from "./targets.ts";

/** Paths are relative to the folder. */
export interface FolderOutcome {
  readonly projects: readonly ReportedProject[];
  readonly findings: readonly ReportedFinding[];
  readonly suppressed: number;
  readonly baselined: number;
  readonly problems: readonly Problem[];
  /** Tables and columns that the configuration names and the project does not have. */
  readonly unknownNames: readonly UnknownName[];
  readonly gaps: Analysis["gaps"];
  /** Number of first-party files analysed. */
  readonly files: number;
}

export function outcomeOf(
  { projects, gaps, files }: Analysis,
  { findings, suppressed, baselined, problems }: LintResult,
  { named }: Pick<LoadedConfiguration, "named">,
): FolderOutcome {
  return {
    projects: projects.map(summarizeProject),
    findings,
    suppressed,
    baselined: baselined.length,
    problems,
    unknownNames: unknownTableNames(named, projects),
    gaps,
    files,
  };
}

export interface OutcomeRequest extends FolderSettings {
  /** Tells the folder as it lies on the disk from other states of it. */
  readonly state: "now" | "before";
}

/**
 * The outcome of a former run where it would be the same, else that of an analysis, which is kept for the next run.
 * @param note told whether a kept outcome was used, and why not
 */
export async function keptOutcome(
  target: Target,
  request: OutcomeRequest,
  { options, environment, progress }: CheckInput,
  note: (message: string) => void,
): Promise<FolderOutcome> {
  const analyze = async (files: FileSystem): Promise<FolderOutcome> => {
    const check = await openFolder(target, options, environment, progress, { ...request, files });
    const analysis = await check.analyze();
    return outcomeOf(analysis, check.lint(analysis), request.loaded);
  };
  const { files } = request;
  const cache = options["no-cache"] ? undefined : cacheFor(target, request, { options, environment });
  if (cache === undefined) return analyze(files);
  const kept = cache.read(files);
  if (kept.kind === "hit") {
    note("cache: nothing changed since the last run");
    return kept.result;
  }
  note(`cache: ${kept.reason}`);
  const recorder = recordReads(files);
  const outcome = await analyze(recorder.files);
  const failure = cache.write(recorder.reads(), outcome);
  if (failure !== undefined) note(`cache: the result could not be kept: ${failure}`);
  return outcome;
}

function cacheFor(
  { folder }: Target,
  { loaded, baseline, state }: OutcomeRequest,
  { options, environment }: Pick<CheckInput, "options" | "environment">,
): ResultCache<FolderOutcome> | undefined {
  const { cache, build, variables } = environment;
  if (cache === undefined) return undefined;
  return createResultCache(cache, {
    build,
    folder,
    state,
    configuration: loaded.configuration,
    pathPrefix: loaded.pathPrefix,
    minimumLevel: options.minimumLevel,
    minimumConfidence: options.minimumConfidence,
    baseline: entriesOf(baseline),
    // They name the environment whose libraries are read.
    active: [variables.VIRTUAL_ENV, variables.CONDA_PREFIX],
  });
}

function entriesOf(baseline: Baseline | undefined): readonly (readonly [string, number])[] {
  return [...(baseline ?? [])];
}
