import { lineIndexOf } from "../../base/line-index.ts";
import type { TextRange } from "../../base/text-range.ts";
import { placesIn } from "../../explain/api.ts";
import { isLoopback } from "../../explain/connection-profile.ts";
import type { ConnectionDetails } from "../../explain/connection-url.ts";
import { EmbeddedPool } from "../../explain/embedded/embedded-pool.ts";
import type { ExplainError } from "../../explain/explain-error.ts";
import { findExplainProject } from "../../explain/explain-project.ts";
import type { ExplainRun, PlanOrigin } from "../../explain/explain-run.ts";
import { type ExplanationJson, explanationJson, failureJson } from "../../explain/explanation-json.ts";
import { explanationText } from "../../explain/explanation-text.ts";
import { LivePostgres } from "../../explain/live-postgres.ts";
import {
  type QuerysetExpression,
  querysetAt,
  querysetsIn,
  querysetsOnLine,
} from "../../explain/queryset-at.ts";
import type { LoadedConfiguration } from "../../lint/configuration-loading.ts";
import { joinPath } from "../../platform/paths.ts";
import type { SourceFile } from "../../syntax/source-file.ts";
import { parseArguments } from "../arguments.ts";
import { loadFor } from "../check/folder-check.ts";
import { createLog } from "../check/log.ts";
import { resolveTargets } from "../check/targets.ts";
import { shownPath } from "../check/working-folder.ts";
import type { CliEnvironment } from "../environment.ts";
import { printable } from "../output/text.ts";
import { UsageError } from "../usage-error.ts";
import { explainOptions } from "./explain-options.ts";
import {
  connectionFor,
  copiedStatistics,
  type FileArgument,
  parsePlace,
  withExplainRun,
} from "./explain-tools.ts";
import { ProjectKnowledge } from "./project-knowledge.ts";
import { runProve } from "./prove.ts";
import { ToldNames } from "./told-names.ts";

type Options = ReturnType<typeof parseArguments<typeof explainOptions>>["options"];

/**
 * `queryscope explain`: SQL and plan of querysets. Like `manage.py`, it imports the project's code.
 * @returns the exit status: 0 when everything was explained, else 1
 */
export async function runExplain(args: readonly string[], environment: CliEnvironment): Promise<number> {
  const { options, positionals } = parseArguments(args, explainOptions);
  if (positionals.length === 0) throw new UsageError("explain needs a file: queryscope explain FILE[:LINE]");
  const log = createLog(environment.stderr, options);
  const files = positionals.map((argument) => parsePlace(argument, environment));
  if (options.prove) return runProve(files, options, environment, log);
  const details = options["sql-only"] ? undefined : await connectionFor(options, environment, log);
  if (options.analyze) await confirmAnalyze(options, details, environment);
  const generatedRows = generatedRowsOf(options, details);
  const databases = new EmbeddedPool({ folder: environment.embeddedPostgres });
  const plans = originOf(options, details, { databases, generatedRows });
  const places = locate(files, options, environment);
  const analyze = options.analyze || generatedRows !== undefined;
  try {
    const results = await withExplainRun(options, environment, log, { plans, analyze }, async (run) => {
      const explained: ExplanationJson[] = [];
      const knowledge = new ProjectKnowledge(environment, options.config, log);
      const unknownNames = new ToldNames(run, environment.workingFolder, log);
      const tools = { run, knowledge, unknownNames, saidNotes: new Set<string>() };
      for (const place of places) explained.push(...(await explainPlace(place, tools, options, environment)));
      return explained;
    });
    if (options["output-format"] === "json")
      environment.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
    return results.some(({ error }) => error !== null) ? 1 : 0;
  } finally {
    await databases.close();
  }
}

function originOf(
  { "copy-statistics": copyStatistics, "sql-only": sqlOnly, analyze }: Options,
  details: ConnectionDetails | undefined,
  embedded: Pick<Extract<PlanOrigin, { kind: "embedded" }>, "databases" | "generatedRows">,
): PlanOrigin {
  if (sqlOnly) {
    if (copyStatistics) throw new UsageError("--copy-statistics and --sql-only exclude each other");
    return { kind: "none" };
  }
  if (!copyStatistics)
    return details === undefined
      ? { kind: "embedded", ...embedded }
      : { kind: "server", source: new LivePostgres(details) };
  if (analyze) throw new UsageError("--copy-statistics and --analyze exclude each other: no rows are copied");
  return { kind: "embedded", ...embedded, statistics: copiedStatistics(details) };
}

/** Nothing is run without a yes to a question that names the database. */
async function confirmAnalyze(
  { yes, "sql-only": sqlOnly }: Options,
  details: ConnectionDetails | undefined,
  environment: CliEnvironment,
): Promise<void> {
  if (sqlOnly) throw new UsageError("--analyze and --sql-only exclude each other");
  if (details === undefined) return;
  const { profile } = details;
  if (yes && isLoopback(profile)) return;
  const answer = await environment.confirm(
    `Run the query on database "${profile.database}" at ${profile.host}:${profile.port} to measure it?`,
  );
  if (answer) return;
  if (answer === false) throw new UsageError("nothing was run");
  throw new UsageError(
    isLoopback(profile)
      ? "--analyze runs the query: confirm it at a terminal, or give --yes"
      : "--analyze runs the query on another machine: that has to be confirmed at a terminal, --yes is not enough",
  );
}

/** More would take minutes to make. */
const mostGeneratedRows = 500_000;

function generatedRowsOf(
  { "generate-rows": rows, "sql-only": sqlOnly }: Options,
  details: ConnectionDetails | undefined,
): number | undefined {
  if (rows === undefined) return undefined;
  if (sqlOnly) throw new UsageError("--generate-rows and --sql-only exclude each other");
  if (details !== undefined) throw new UsageError("--generate-rows is for plans without a database");
  if (rows > mostGeneratedRows) throw new UsageError(`--generate-rows takes at most ${mostGeneratedRows}`);
  return rows;
}

interface Place extends FileArgument {
  /** Absolute. */
  readonly folder: string;
  /** Relative to the folder. */
  readonly relativePath: string;
  readonly settings: string | undefined;
  readonly loaded: LoadedConfiguration;
}

interface Tools {
  readonly run: ExplainRun;
  readonly knowledge: ProjectKnowledge;
  readonly unknownNames: ToldNames;
  /** Notes that hold for a whole project, which are said once. */
  readonly saidNotes: Set<string>;
}

function locate(
  wanted: readonly FileArgument[],
  { project, config, settings }: Options,
  environment: CliEnvironment,
): readonly Place[] {
  const { workingFolder, files } = environment;
  return wanted.flatMap((file) =>
    resolveTargets({ paths: [file.path], project, workingFolder, files }).map((target) => {
      const [relativePath = "."] = target.filters;
      if (files.stat(joinPath(target.folder, relativePath))?.type !== "file") {
        throw new UsageError(`${file.path} is not a file`);
      }
      const loaded = loadFor(target, { config, layer: {} }, environment);
      return {
        ...file,
        folder: target.folder,
        relativePath,
        settings: settings ?? loaded.configuration.settingsModule,
        loaded,
      };
    }),
  );
}

async function explainPlace(
  place: Place,
  { run, knowledge, unknownNames, saidNotes }: Tools,
  options: Options,
  environment: CliEnvironment,
): Promise<readonly ExplanationJson[]> {
  const shown = shownPath(joinPath(place.folder, place.relativePath), environment.workingFolder);
  const fail = (error: ExplainError): readonly ExplanationJson[] => {
    if (options["output-format"] !== "json") environment.stdout.write(`${shown}: ${error.message}\n`);
    return [failureJson(shown, error)];
  };
  const read = environment.files.readText(joinPath(place.folder, place.relativePath));
  if (read.kind !== "text") throw new UsageError(`${shown} cannot be read`);
  const found = findExplainProject(environment.files, place.folder, place.relativePath, place.settings);
  if (found.kind === "failed") return fail(found.error);
  const module = found.project.moduleOf(place.relativePath);
  if (module === undefined) return fail({ kind: "no-project", message: "it is not a module of the project" });

  const file = (await environment.pythonParser()).parse(place.relativePath, read.text);
  const querysets = querysetsAt(file, place);
  if (querysets.length === 0) {
    const where = place.line === undefined ? "in the file" : `on line ${place.line}`;
    return fail({ kind: "no-queryset", message: `there is no queryset ${where}` });
  }
  const lines = lineIndexOf(read.text);
  const results: ExplanationJson[] = [];
  const { tableRows, columnStatistics } = place.loaded.configuration;
  for (const queryset of querysets) {
    const explainPlace = {
      module,
      tableRows,
      columnStatistics,
      known: () => knowledge.querysetsIn(place.folder, place.relativePath, queryset.range),
    };
    const explanation = await run.explain(queryset, found.project, explainPlace);
    const result = explanationJson(shown, explanation, lines);
    results.push(result);
    if (options["output-format"] === "json") continue;
    const { line = 0, column = 0 } = result.range?.start ?? {};
    const heading = `${shown}:${line}:${column}\n${indented(queryset.text)}`;
    const notes = explanation.notes.filter((note) => !saidNotes.has(note));
    const text = await explanationText({ ...explanation, notes }, placesIn(shown, read.text));
    environment.stdout.write(`${printable(heading)}\n\n${printable(text)}\n`);
    for (const note of await run.notesOn(found.project, explainPlace)) saidNotes.add(note);
  }
  if (run.assumes) await unknownNames.tell(found.project, place.loaded);
  return results;
}

function querysetsAt(file: SourceFile, { line, column }: FileArgument): readonly QuerysetExpression[] {
  if (line === undefined) return querysetsIn(file);
  if (column === undefined) return querysetsOnLine(file, line - 1);
  const offset = lineIndexOf(file.text).offsetAt({ line: line - 1, column: column - 1 });
  const cursor: TextRange = { start: offset, end: offset };
  return [querysetAt(file, cursor) ?? []].flat();
}

function indented(text: string): string {
  return text.replace(/^/gm, "    ");
}
