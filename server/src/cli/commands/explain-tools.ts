/** What commands share that let Django make SQL. */
import { CompilerPool, type PythonChoice } from "../../explain/compiler-pool.ts";
import { resolveConnection } from "../../explain/connection-resolution.ts";
import type { ConnectionDetails } from "../../explain/connection-url.ts";
import { LiveStatistics } from "../../explain/embedded/copied-statistics.ts";
import type { ExplainProject } from "../../explain/explain-project.ts";
import { ExplainRun, type ExplainRunOptions } from "../../explain/explain-run.ts";
import { usualPython } from "../../explain/python-choice.ts";
import { joinPath } from "../../platform/paths.ts";
import type { parseArguments } from "../arguments.ts";
import type { Log } from "../check/log.ts";
import type { CliEnvironment } from "../environment.ts";
import { UsageError } from "../usage-error.ts";
import type { explainOptions } from "./explain-options.ts";

/** The interpreter that the user named, else the project's own. */
function pythonFor(
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
function projectVariables(wanted: readonly string[], { variables }: CliEnvironment): Record<string, string> {
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

type RunOptions = Pick<ReturnType<typeof parseArguments<typeof explainOptions>>["options"], "python" | "env">;

/** Runs what needs SQL or plans, and ends the interpreters and servers behind them, also where it is interrupted. */
export async function withExplainRun<Result>(
  { python, env }: RunOptions,
  environment: CliEnvironment,
  log: Log,
  planning: Pick<ExplainRunOptions, "plans" | "analyze">,
  use: (run: ExplainRun) => Promise<Result>,
): Promise<Result> {
  const compilers = new CompilerPool({
    files: environment.files,
    cacheFolder: environment.cache?.path,
    onProgress: (message) => log.note(`${message} …`),
  });
  const run = new ExplainRun({
    // Whoever runs such a command on a project trusts it, as with `manage.py`.
    workspaceTrusted: true,
    compilers,
    pythonFor: (project) => pythonFor(project, python, environment, log),
    environment: projectVariables(env ?? [], environment),
    ...planning,
  });
  process.once("SIGINT", exitAfterInterrupt);
  try {
    return await use(run);
  } finally {
    process.off("SIGINT", exitAfterInterrupt);
    await run.close();
    await compilers.close();
  }
}

/** Interpreters that hang would outlive this process otherwise: they have a process group of their own. */
function exitAfterInterrupt(): void {
  process.exit(130);
}

export type ConnectionOptions = Pick<
  ReturnType<typeof parseArguments<typeof explainOptions>>["options"],
  "connection" | "analyze" | "generate-rows"
>;

export interface FileArgument {
  readonly path: string;
  /** From 1; undefined for the whole file. */
  readonly line: number | undefined;
  /** From 1, in UTF-16 units. */
  readonly column: number | undefined;
}

/** `FILE`, `FILE:LINE` or `FILE:LINE:COLUMN`, as editors and compilers write places. */
export function parsePlace(argument: string, { files, workingFolder }: CliEnvironment): FileArgument {
  const isFile = (path: string) =>
    files.stat(joinPath(workingFolder, path)) !== undefined || files.stat(path) !== undefined;
  const match = /^(.+?)(?::(\d+))?(?::(\d+))?$/.exec(argument);
  if (match?.[1] === undefined || isFile(argument))
    return { path: argument, line: undefined, column: undefined };
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  return { path: match[1], line: number(match[2]), column: number(match[3]) };
}

/** Of the database that was named. @throws UsageError where none was */
export function copiedStatistics(details: ConnectionDetails | undefined): LiveStatistics {
  if (details === undefined) throw new UsageError("--copy-statistics needs a database: --connection NAME");
  return new LiveStatistics(details);
}

export async function connectionFor(
  options: ConnectionOptions,
  { variables }: CliEnvironment,
  log: Log,
): Promise<ConnectionDetails | undefined> {
  const resolution = await resolveConnection(options.connection, variables);
  switch (resolution.kind) {
    case "found":
      return resolution.details;
    case "failed":
      throw new UsageError(resolution.error.message);
    case "none": {
      if (options.analyze && options["generate-rows"] === undefined)
        throw new UsageError("--analyze needs a database: --connection NAME, or --generate-rows N");
      const [first] = resolution.offers;
      const found = first === undefined ? "" : ` (found: ${resolution.offers.join(", ")})`;
      log.note(
        `No database was named: the plans assume sizes. For real ones, give --connection NAME${found}.`,
      );
      return undefined;
    }
  }
}
