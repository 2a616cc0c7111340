import { lineIndexOf } from "../../base/line-index.ts";
import type { TextRange } from "../../base/text-range.ts";
import { type ExplainProject, explainProjectsIn } from "../../explain/explain-project.ts";
import type { ExplainRun } from "../../explain/explain-run.ts";
import { liveStatements } from "../../explain/statements/live-statements.ts";
import {
  indexCounts,
  indexProject,
  type ProjectStatements,
} from "../../explain/statements/project-statements.ts";
import { type DatabaseStatement, readStatementExport } from "../../explain/statements/statement-export.ts";
import {
  countsRows,
  matchStatements,
  StatementIndex,
  type StatementPlace,
} from "../../explain/statements/statement-match.ts";
import { joinPath } from "../../platform/paths.ts";
import { parseArguments } from "../arguments.ts";
import { askDatabase } from "../ask-database.ts";
import { loadFor } from "../check/folder-check.ts";
import { createLog, type Log } from "../check/log.ts";
import { resolveTargets } from "../check/targets.ts";
import { absolutePath, shownPath } from "../check/working-folder.ts";
import type { CliEnvironment } from "../environment.ts";
import { toPositions } from "../output/create-report.ts";
import {
  type PlacedStatement,
  type StatementsReport,
  statementsJson,
  statementsText,
} from "../output/statements.ts";
import { writeOutput } from "../output/write-output.ts";
import { createProgress } from "../terminal/progress.ts";
import { plainStyles, stylesFor } from "../terminal/style.ts";
import { UsageError } from "../usage-error.ts";
import { withExplainRun } from "./explain-tools.ts";
import { ProjectKnowledge } from "./project-knowledge.ts";
import { statementsOptions } from "./statements-options.ts";

type Options = ReturnType<typeof parseArguments<typeof statementsOptions>>["options"];

/** `queryscope statements`: which querysets send the statements that a database spends its time on. @returns the exit status */
export async function runStatements(args: readonly string[], environment: CliEnvironment): Promise<number> {
  const { options, positionals } = parseArguments(args, statementsOptions);
  if (positionals.length > 1)
    throw new UsageError("statements takes one folder: queryscope statements --from FILE [PATH]");
  const log = createLog(environment.stderr, options);
  const statements = await databaseStatements(options, environment);
  const report = await reportOf(statements, positionals, options, environment, log);
  const isFile = options["output-file"] !== undefined;
  const styles = isFile ? plainStyles : stylesFor(environment.stdout, "auto", environment.variables);
  const text = options["output-format"] === "json" ? statementsJson(report) : statementsText(report, styles);
  writeOutput(options["output-file"], text, environment, environment.stdout);
  return 0;
}

async function databaseStatements(
  { from, connection }: Options,
  { workingFolder, files, variables }: CliEnvironment,
): Promise<readonly DatabaseStatement[]> {
  if ((from === undefined) === (connection === undefined))
    throw new UsageError("statements needs --from FILE or --connection NAME");
  if (from !== undefined) {
    const read = files.readText(absolutePath(from, workingFolder));
    if (read.kind !== "text") throw new UsageError(`${from} cannot be read`);
    const given = readStatementExport(read.text);
    if (given.kind === "failed") throw new UsageError(`${from} ${given.reason}`);
    return given.statements;
  }
  return (await askDatabase(connection, variables, liveStatements)).statements;
}

async function reportOf(
  statements: readonly DatabaseStatement[],
  paths: readonly string[],
  options: Options,
  environment: CliEnvironment,
  log: Log,
): Promise<StatementsReport> {
  const { files } = environment;
  const progress = createProgress(environment.stderr, !options.quiet);
  const compare = async (run: ExplainRun): Promise<StatementsReport> => {
    const index = new StatementIndex();
    const parser = await environment.pythonParser();
    const compared: ComparedProject[] = [];
    const knowledge = new ProjectKnowledge(environment, options.config, log);
    const toolsFor = (folder: string) => ({
      run,
      known: (path: string, range: TextRange) => knowledge.querysetsIn(folder, path, range),
    });
    for (const { folder, project } of projectsAt(paths, options, environment, log)) {
      const found = await indexProject(index, project, {
        files,
        folder,
        parser,
        ...toolsFor(folder),
        onProgress: progress.update,
      });
      compared.push({ ...found, project, folder });
    }
    const matched = await matchStatements(statements, index);
    if (matched.some((statement) => statement.places.length === 0 && countsRows(statement))) {
      for (const { project, folder, querysets } of compared)
        await indexCounts(index, project, querysets, toolsFor(folder));
    }
    const place = placer(environment, compared);
    const all = await matchStatements(statements, index);
    return {
      version: environment.version,
      statements: all.map((statement) => ({
        ...statement,
        rows: statement.rows ?? null,
        places: statement.places.map(place),
      })),
      querysets: countsOf(compared),
    };
  };
  try {
    const planning = { plans: { kind: "none" }, analyze: false } as const;
    return await withExplainRun(options, environment, log, planning, compare);
  } finally {
    progress.clear();
  }
}

interface ComparedProject extends ProjectStatements {
  readonly project: ExplainProject;
  readonly folder: string;
}

interface FoundProject {
  readonly project: ExplainProject;
  /** That its paths are relative to. */
  readonly folder: string;
}

function projectsAt(
  paths: readonly string[],
  { project, config, settings }: Options,
  environment: CliEnvironment,
  log: Log,
): readonly FoundProject[] {
  const { files, workingFolder } = environment;
  const found = resolveTargets({ paths, project, workingFolder, files }).flatMap(({ folder }) => {
    const { configuration } = loadFor({ folder }, { config, layer: {} }, environment);
    return explainProjectsIn(files, folder, settings ?? configuration.settingsModule).flatMap((result) => {
      if (result.kind === "project") return [{ project: result.project, folder }];
      log.note(result.error.message);
      return [];
    });
  });
  if (found.length === 0) throw new UsageError("there is no Django project with settings here");
  return found;
}

function placer(
  { files, workingFolder }: CliEnvironment,
  compared: readonly ComparedProject[],
): (place: StatementPlace) => PlacedStatement["places"][number] {
  return ({ path, range, ...place }) => {
    const folder = compared.find(({ project }) => project.moduleOf(path) !== undefined)?.folder ?? "";
    const absolute = joinPath(folder, path);
    const read = files.readText(absolute);
    const lines = lineIndexOf(read.kind === "text" ? read.text : "");
    return { ...place, path: shownPath(absolute, workingFolder), range: toPositions(lines, range) };
  };
}

function countsOf(compared: readonly ComparedProject[]): StatementsReport["querysets"] {
  const reasons = new Map<string, number>();
  for (const [reason, count] of compared.flatMap((each) => [...each.reasons]))
    reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  return {
    total: compared.reduce((sum, { total }) => sum + total, 0),
    compiled: compared.reduce((sum, { querysets }) => sum + querysets.length, 0),
    reasons: Object.fromEntries(reasons),
  };
}
