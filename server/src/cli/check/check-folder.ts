import { unifiedDiff } from "../../edits/unified-diff.ts";
import type { Baseline } from "../../lint/baseline.ts";
import type { LoadedConfiguration } from "../../lint/configuration-loading.ts";
import type { LintResult } from "../../lint/lint.ts";
import type { Analysis } from "../../program/workspace.ts";
import type { CliEnvironment } from "../environment.ts";
import type { Progress } from "../terminal/progress.ts";
import { type FixOutcome, fixFindings } from "./fix.ts";
import { openFolder } from "./folder-check.ts";
import type { CheckOptions } from "./options.ts";
import { baselineAt } from "./since.ts";
import type { Target } from "./targets.ts";

/** What came of one folder. */
export interface CheckedFolder {
  readonly target: Target;
  readonly loaded: LoadedConfiguration;
  /** The state that is reported: after fixes with `--fix`. */
  readonly analysis: Analysis;
  readonly result: LintResult;
  /** Only with `--fix` and `--diff`. Not written yet. */
  readonly fixes: FixOutcome | undefined;
}

export interface CheckInput {
  readonly options: CheckOptions;
  readonly environment: CliEnvironment;
  readonly progress: Progress;
  readonly baseline: Baseline | undefined;
  /** The text of standard input, which stands for the only file of the target. */
  readonly stdin: string | undefined;
}

export async function checkFolder(target: Target, input: CheckInput): Promise<CheckedFolder> {
  const { options, environment, progress, baseline, stdin } = input;
  const before =
    options.since === undefined
      ? undefined
      : await baselineAt(options.since, target, options, environment, progress);
  const check = await openFolder(target, options, environment, progress, {
    ...(baseline && { baseline }),
    ...(before && { before }),
  });
  const [stdinPath] = target.filters;
  if (stdin !== undefined && stdinPath !== undefined) check.workspace.setBuffer(stdinPath, stdin);
  const analysis = await check.analyze();
  const folder = { target, loaded: check.loaded };
  if (!options.fix && !options.diff) {
    return { ...folder, analysis, result: check.lint(analysis), fixes: undefined };
  }
  const fixes = await fixFindings(
    {
      workspace: check.workspace,
      mode: options["unsafe-fixes"] ? "unsafe" : "safe",
      analyze: check.analyze,
      lint: check.lint,
      // Standard output has room for one file only.
      mayChange: (path) => stdin === undefined || path === stdinPath,
    },
    analysis,
  );
  return options.diff
    ? { ...folder, analysis, result: check.lint(analysis), fixes }
    : { ...folder, analysis: fixes.analysis, result: fixes.result, fixes };
}

export function diffOf({ fixes }: CheckedFolder, showPath: (path: string) => string): string {
  return (fixes?.changes ?? [])
    .map(({ path, before, after }) => unifiedDiff(showPath(path), before, after))
    .join("");
}
