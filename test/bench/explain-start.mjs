/**
 * How long EXPLAIN takes in an editor, without an interpreter and without a database, through the real protocol: by the
 * clock, and in CPU time of the server with all that it starts, which depends less on how busy the machine is (Linux
 * only).
 *
 *   node test/bench/explain-start.mjs [--runs 5] [--variable NAME=VALUE]… [--generate-rows N] [--no-results]
 *     FOLDER=FILE=EXPRESSION[=EXPRESSION]…
 *
 * FILE is relative to FOLDER; EXPRESSION is where the cursor stands, at its first occurrence. Each run starts with an
 * empty cache, for the first EXPLAIN ever. A new server without what Django answered is as after a change of the sources,
 * for the first of a session; the other expressions follow in it, each once, as the next ones. Then servers with all that
 * is kept, for the first of a session in which nothing changed: of the same expression, and of the last one when only the
 * first has been explained before. With `--generate-rows`, the first expression is then measured on rows that are made
 * for it, and once more on the same rows. The project has been analysed before, as in an editor. The table goes to
 * standard output, and with its origin to test/bench/results/explain-start.json.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { ProgressType } from "vscode-languageserver-protocol/node";
import { build } from "../../scripts/build.mjs";
import { inRepository, Refusal, runMain, say } from "../../scripts/support/repository.mjs";
import { startLanguageServer } from "./support/language-server.mjs";
import { median } from "./support/median.mjs";
import { originOfResult } from "./support/origin.mjs";
import { treeCpuMs } from "./support/process-cpu.mjs";
import { writeResult } from "./support/write-result.mjs";

/** @typedef {{ cpuMs: number, wallMs: number }} Cost */
/** @typedef {{ sql: Cost, plan: Cost }} Explained until the SQL is shown, and until the plan is */
/** @typedef {{ folder: string, file: string, expressions: string[], variables: Record<string, string>, generatedRows?: number }} Project */

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: "string", default: "5" },
      variable: { type: "string", multiple: true, default: [] },
      "generate-rows": { type: "string" },
      "no-results": { type: "boolean" },
    },
  });
  const runs = Number(values.runs);
  if (positionals.length === 0 || !Number.isInteger(runs) || runs < 1)
    throw new Refusal("usage: explain-start.mjs [--runs 5] [--variable NAME=VALUE]… FOLDER=FILE=EXPRESSION…");
  await build();
  const variables = Object.fromEntries(values.variable.map(pair));
  const generatedRows = values["generate-rows"] === undefined ? undefined : Number(values["generate-rows"]);
  const projects = [];
  for (const argument of positionals) {
    const [folder, rest] = pair(argument);
    const [file, listed] = pair(rest);
    const expressions = listed.split("=");
    projects.push(
      await measure({ folder: resolve(folder), file, expressions, variables, generatedRows }, runs),
    );
  }
  console.log(table(projects));
  if (!values["no-results"]) {
    const content = { ...originOfResult(), load: loadavg(), runs, projects };
    await writeResult("test/bench/results/explain-start.json", content);
  }
  return 0;
});

/**
 * @param {Project} project
 * @param {number} runs
 */
async function measure(project, runs) {
  /** @type {Explained[]} */
  const ever = [];
  /** @type {Explained[]} */
  const ofSession = [];
  /** @type {Explained[]} */
  const unchanged = [];
  /** @type {Explained[]} */
  const unseen = [];
  /** @type {Explained[]} */
  const further = [];
  /** @type {Explained[]} */
  const withRows = [];
  /** @type {Explained[]} */
  const onSameRows = [];
  let failures = 0;
  while (ever.length < runs) {
    const cache = mkdtempSync(join(tmpdir(), "queryscope-start-"));
    try {
      const { generatedRows, ...planned } = project;
      const asked = { ...planned, expressions: project.expressions.slice(0, 1) };
      const [first] = await session(asked, cache);
      const [other] = await session({ ...planned, expressions: project.expressions.slice(-1) }, cache);
      for (const name of readdirSync(cache)) if (name.endsWith(".result")) rmSync(join(cache, name));
      const [next, ...others] = await session(planned, cache);
      const [again] = await session(asked, cache);
      if (!first || !other || !next || !again) throw new Error("nothing was measured");
      say(
        `${project.file}: ${[first, next, other, again].map(({ plan }) => `${plan.cpuMs.toFixed()} ms`).join(", ")}`,
      );
      if (generatedRows !== undefined) {
        const [, made, measured] = await session({ ...asked, generatedRows }, cache);
        if (made && measured) {
          withRows.push(made);
          onSameRows.push(measured);
        }
      }
      ever.push(first);
      ofSession.push(next);
      unseen.push(other);
      unchanged.push(again);
      further.push(...others);
    } catch (error) {
      // Starting has a limit of time, which a busy machine exceeds.
      if (++failures > runs) throw error;
      say(`once more: ${error instanceof Error ? error.message : error}`);
    } finally {
      rmSync(cache, { recursive: true, force: true });
    }
  }
  return {
    failures,
    project: basename(project.folder),
    file: project.file,
    expressions: project.expressions,
    firstEver: medians(ever),
    firstOfSession: medians(ofSession),
    firstOfUnchangedSources: medians(unseen),
    sameOfUnchangedSources: medians(unchanged),
    next: medians(further),
    ...(withRows.length > 0 && {
      generatedRows: project.generatedRows,
      rowsMadeAndMeasured: medians(withRows),
      measuredOnSameRows: medians(onSameRows),
    }),
  };
}

/**
 * @param {Project} project
 * @param {string} cache
 * @returns {Promise<Explained[]>} of each request
 */
async function session({ folder, file, expressions, variables, generatedRows }, cache) {
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  const uri = pathToFileURL(path).href;
  const { connection, pid, stop } = await startLanguageServer(inRepository("dist/server.cjs"), folder, {
    QUERYSCOPE_CACHE_DIR: cache,
  });
  try {
    await connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "python", version: 1, text },
    });
    await connection.sendRequest("textDocument/diagnostic", { textDocument: { uri } });
    const explained = [];
    const plain = expressions.map((expression) => ({ expression, rows: undefined }));
    const measured =
      generatedRows === undefined
        ? []
        : [0, 1].map(() => ({ expression: expressions[0] ?? "", rows: generatedRows }));
    for (const [request, { expression, rows }] of [...plain, ...measured].entries()) {
      const offset = text.indexOf(expression);
      if (offset < 0) throw new Refusal(`${file} has no ${expression}`);
      const before = text.slice(0, offset).split("\n");
      const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
      const start = { cpu: treeCpuMs(pid), wall: performance.now() };
      const cost = () => ({ cpuMs: treeCpuMs(pid) - start.cpu, wallMs: performance.now() - start.wall });
      /** @type {Cost | undefined} */
      let sql;
      const token = `sql ${request}`;
      const listening = connection.onProgress(new ProgressType(), token, () => {
        sql = cost();
      });
      const { explanation } = await connection.sendRequest("workspace/executeCommand", {
        command: "queryscope.server.explain",
        arguments: [
          {
            uri,
            range: { start: position, end: position },
            workspaceTrusted: true,
            environment: variables,
            partialResultToken: token,
            ...(rows !== undefined && { analyze: true, generatedRows: rows }),
          },
        ],
      });
      const plan = cost();
      listening.dispose();
      if (explanation.plan === null || sql === undefined)
        throw new Error(explanation.error?.message ?? "there is no plan");
      explained.push({ sql, plan });
    }
    return explained;
  } finally {
    await stop();
  }
}

/** @param {readonly Explained[]} explained */
function medians(explained) {
  const of = (/** @type {"sql" | "plan"} */ step, /** @type {keyof Cost} */ measure) =>
    Math.round(median(explained.map((each) => each[step][measure])));
  return {
    sql: { cpuMs: of("sql", "cpuMs"), wallMs: of("sql", "wallMs") },
    plan: { cpuMs: of("plan", "cpuMs"), wallMs: of("plan", "wallMs") },
  };
}

/** The two sides of the first `=`.
 * @param {string} text
 * @returns {[string, string]}
 */
function pair(text) {
  const separator = text.indexOf("=");
  if (separator < 0) throw new Refusal(`${text} has no =`);
  return [text.slice(0, separator), text.slice(separator + 1)];
}

/** @param {readonly Awaited<ReturnType<typeof measure>>[]} projects */
function table(projects) {
  return [
    "| project | request | SQL: CPU, ms | wall | with the plan: CPU, ms | wall |",
    "|---|---|---|---|---|---|",
    ...projects.flatMap(
      ({
        project,
        firstEver,
        firstOfSession,
        firstOfUnchangedSources,
        sameOfUnchangedSources,
        next,
        ...rows
      }) =>
        Object.entries({
          "first ever": firstEver,
          "first of a session": firstOfSession,
          "first of a session, unchanged sources": firstOfUnchangedSources,
          "the same again, first of a session": sameOfUnchangedSources,
          next,
          ...(rows.rowsMadeAndMeasured && {
            [`${rows.generatedRows} rows, made and measured`]: rows.rowsMadeAndMeasured,
          }),
          ...(rows.measuredOnSameRows && { "measured on the same rows": rows.measuredOnSameRows }),
        }).map(
          ([request, { sql, plan }]) =>
            `| ${project} | ${request} | ${sql.cpuMs} | ${sql.wallMs} | ${plan.cpuMs} | ${plan.wallMs} |`,
        ),
    ),
  ].join("\n");
}
