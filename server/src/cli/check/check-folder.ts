import { unifiedDiff } from "../../edits/unified-diff.ts";
import { type Baseline, isInBaseline } from "../../lint/baseline.ts";
import type { LoadedConfiguration } from "../../lint/configuration-loading.ts";
import { withCountedRows } from "../../lint/counted-rows.ts";
import type { ReportedFinding } from "../../lint/fingerprint.ts";
import type { FileSystem } from "../../platform/file-system.ts";
import { joinPath } from "../../platform/paths.ts";
import type { CliEnvironment } from "../environment.ts";
import type { Progress } from "../terminal/progress.ts";
import { readBaseline } from "./baseline.ts";
import { type FixOutcome, fixFindings } from "./fix.ts";
import { loadFor, openFolder } from "./folder-check.ts";
import { type FolderOutcome, keptOutcome, outcomeOf } from "./folder-outcome.ts";
import type { CheckOptions } from "./options.ts";
import { baselineAt } from "./since.ts";
import { isWanted, type Target } from "./targets.ts";

/** What came of one folder, as plain data. */
export interface CheckedFolder {
  readonly target: Target;
  readonly loaded: LoadedConfiguration;
  /** The state that is reported: after fixes with `--fix`. */
  readonly outcome: FolderOutcome;
  /** Only with `--fix` and `--diff`. Not written yet. */
  readonly fixes: Pick<FixOutcome, "changes" | "fixed" | "rejected"> | undefined;
  /** Texts that places refer to and that are not on the disk, by path: standard input, and fixed files. */
  readonly texts: ReadonlyMap<string, string>;
  /** What `--verbose` tells. */
  readonly notes: readonly string[];
}

export interface CheckRequest {
  readonly options: CheckOptions;
  readonly baseline: Baseline | undefined;
  /** The text of standard input, which stands for the only file of the target. */
  readonly stdin: string | undefined;
  /** By table, of the database of `--connection`. */
  readonly tableRows: Readonly<Record<string, number>>;
}

export interface CheckInput extends CheckRequest {
  readonly environment: CliEnvironment;
  readonly progress: Progress;
}

export async function checkFolder(target: Target, input: CheckInput): Promise<CheckedFolder> {
  const { options, environment, stdin } = input;
  const loaded = withCountedRows(loadFor(target, options, environment), input.tableRows);
  const baseline = input.baseline ?? configuredBaseline(loaded, input);
  const notes = [
    `checking ${target.folder}`,
    `configuration: ${loaded.file?.path ?? "defaults, no file found"}`,
  ];
  const note = (message: string): void => void notes.push(message);
  const before =
    options.since === undefined ? undefined : await baselineAt(options.since, target, loaded, input, note);
  const settings = { loaded, files: environment.files, ...(baseline && { baseline }) };
  const isReported = (finding: ReportedFinding): boolean =>
    isWanted(target, finding.location.path) && !(before && isInBaseline(finding, before));
  const reported = (outcome: FolderOutcome): FolderOutcome => ({
    ...outcome,
    findings: outcome.findings.filter(isReported),
  });
  const folder = { target, loaded, notes };
  if (stdin === undefined && !options.fix && !options.diff) {
    const outcome = await keptOutcome(target, { ...settings, state: "now" }, input, note);
    return { ...folder, outcome: reported(outcome), fixes: undefined, texts: new Map() };
  }
  const check = await openFolder(target, options, environment, input.progress, settings);
  const [stdinPath] = target.filters;
  const buffers = stdin === undefined || stdinPath === undefined ? [] : [[stdinPath, stdin] as const];
  for (const [path, text] of buffers) check.workspace.setBuffer(path, text);
  const analysis = await check.analyze();
  const first = outcomeOf(analysis, check.lint(analysis), loaded);
  if (!options.fix && !options.diff) {
    return { ...folder, outcome: reported(first), fixes: undefined, texts: new Map(buffers) };
  }
  const fixes = await fixFindings(
    {
      workspace: check.workspace,
      mode: options["unsafe-fixes"] ? "unsafe" : "safe",
      analyze: check.analyze,
      lint(state) {
        const result = check.lint(state);
        return { ...result, findings: result.findings.filter(isReported) };
      },
      // Standard output has room for one file only.
      mayChange: (path) => stdin === undefined || path === stdinPath,
    },
    analysis,
  );
  const { changes, fixed, rejected } = fixes;
  const done = { ...folder, fixes: { changes, fixed, rejected } };
  return options.diff
    ? { ...done, outcome: reported(first), texts: new Map(buffers) }
    : {
        ...done,
        outcome: outcomeOf(fixes.analysis, fixes.result, loaded),
        texts: new Map([...buffers, ...changes.map(({ path, after }) => [path, after] as const)]),
      };
}

/** Not what is about to be written anew. */
function configuredBaseline(
  { baselinePath }: LoadedConfiguration,
  { options, environment }: CheckInput,
): Baseline | undefined {
  return options["write-baseline"] ? undefined : readBaseline(baselinePath, baselinePath, environment);
}

/** The texts that the places of the outcome refer to. */
export function textsOf(
  { target, texts }: Pick<CheckedFolder, "target" | "texts">,
  files: FileSystem,
): (path: string) => string | undefined {
  const read = new Map<string, string | undefined>(texts);
  return (path) => {
    if (!read.has(path)) {
      const result = files.readText(joinPath(target.folder, path));
      read.set(path, result.kind === "text" ? result.text : undefined);
    }
    return read.get(path);
  };
}

export function diffOf({ fixes }: CheckedFolder, showPath: (path: string) => string): string {
  return (fixes?.changes ?? [])
    .map(({ path, before, after }) => unifiedDiff(showPath(path), before, after))
    .join("");
}
