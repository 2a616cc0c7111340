/** What commands share that let Django make SQL. */
import type { PythonChoice } from "../../explain/compiler-pool.ts";
import type { ExplainProject } from "../../explain/explain-project.ts";
import { usualPython } from "../../explain/python-choice.ts";
import type { Log } from "../check/log.ts";
import type { CliEnvironment } from "../environment.ts";
import { UsageError } from "../usage-error.ts";

/** The interpreter that the user named, else the project's own. */
export function pythonFor(
  project: ExplainProject,
  python: string | undefined,
  { files, workingFolder, variables }: CliEnvironment,
  log: Log,
): PythonChoice {
  const path = python ?? usualPython(files, [project.root, ...project.sourceRoots, workingFolder], variables);
  log.detail(`interpreter: ${path}`);
  return { path, named: python !== undefined };
}

/** The variables that the project may see. @param wanted `NAME` or `NAME=VALUE` */
export function projectVariables(
  wanted: readonly string[],
  { variables }: CliEnvironment,
): Record<string, string> {
  const given: Record<string, string> = {};
  for (const entry of wanted) {
    const separator = entry.indexOf("=");
    const name = separator < 0 ? entry : entry.slice(0, separator);
    const value = separator < 0 ? variables[name] : entry.slice(separator + 1);
    if (value === undefined) throw new UsageError(`--env: the variable ${name} is not set`);
    given[name] = value;
  }
  return given;
}

/** Interpreters that hang would outlive this process otherwise: they have a process group of their own. */
export function exitAfterInterrupt(): void {
  process.exit(130);
}
