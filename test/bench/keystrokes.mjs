/**
 * How long diagnostics and completions take after a keystroke, through the real protocol: from `textDocument/didChange`
 * to the answer of `textDocument/diagnostic`, and of `textDocument/completion`, by the clock and in CPU time of the
 * server; and the memory that the server then has, in use and at its peak (Linux only).
 *
 *   node test/bench/keystrokes.mjs [--edits 30] [--no-results] [--server dist/server.cjs]… FOLDER=FILE…
 *
 * FILE is relative to FOLDER. A statement is typed into the first function of the file, character by character, as an
 * editor sends it; then lookups into the first `filter()` of the file. Several servers, of several builds, are measured
 * one after the other. The table goes to standard output, and with its origin to test/bench/results/keystrokes.json.
 */
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { basename, join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "../../scripts/build.mjs";
import { inRepository, Refusal, runMain } from "../../scripts/support/repository.mjs";
import { startLanguageServer } from "./support/language-server.mjs";
import { originOfResult } from "./support/origin.mjs";
import { cpuMs } from "./support/process-cpu.mjs";
import { writeResult } from "./support/write-result.mjs";

/** What is typed; it is valid only at its end, as code is. */
const statement = "answer = [str(number) for number in range(10) if number]";

/** What is typed behind the parenthesis of a `filter()`, with a completion after each character. */
const lookups = ["pk__in=", "id__gt=", "name__icontains="];

/** Seconds without work after which the server has given back what it does not need, and the longest wait for them. */
const rest = { quiet: 15, longest: 600 };
/** Milliseconds of work in a second that are none. */
const quietWork = 20;

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      edits: { type: "string", default: "30" },
      server: { type: "string", multiple: true },
      "no-results": { type: "boolean" },
    },
  });
  const edits = Number(values.edits);
  if (positionals.length === 0 || !Number.isInteger(edits) || edits < 1 || edits > statement.length)
    throw new Refusal(`usage: keystrokes.mjs [--edits 1 to ${statement.length}] FOLDER=FILE…`);
  await build();
  const projects = [];
  for (const argument of positionals) {
    const [folder = "", file = ""] = argument.split("=");
    for (const server of values.server ?? ["dist/server.cjs"])
      projects.push({ server, ...(await measure(inRepository(server), resolve(folder), file, edits)) });
  }
  console.log(table(projects));
  if (!values["no-results"]) {
    await writeResult("test/bench/results/keystrokes.json", { ...originOfResult(), edits, projects });
  }
  return 0;
});

/**
 * @param {string} program
 * @param {string} folder
 * @param {string} file
 * @param {number} edits
 */
async function measure(program, folder, file, edits) {
  const { connection, pid, stop } = await startLanguageServer(program, folder);
  try {
    const uri = pathToFileURL(join(folder, file)).href;
    const text = readFileSync(join(folder, file), "utf8");
    const place = firstBody(text);
    await connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "python", version: 1, text },
    });
    const start = performance.now();
    await connection.sendRequest("textDocument/diagnostic", { textDocument: { uri } });
    const firstMs = performance.now() - start;
    await type(connection, uri, 2, place.line, 0, `${place.indentation}\n`);
    await connection.sendRequest("textDocument/diagnostic", { textDocument: { uri } });
    const times = [];
    for (let index = 0; index < edits; index++) {
      const cpu = cpuMs(pid);
      const began = performance.now();
      const column = place.indentation.length + index;
      await type(connection, uri, 3 + index, place.line, column, statement[index] ?? "");
      await connection.sendRequest("textDocument/diagnostic", { textDocument: { uri } });
      times.push({ wallMs: performance.now() - began, cpuMs: cpuMs(pid) - cpu });
    }
    const completion = await completions(connection, pid, uri, text, 3 + edits);
    await rested(pid);
    return {
      project: basename(folder),
      file,
      firstMs: Math.round(firstMs),
      wallMs: quantiles(times.map(({ wallMs }) => wallMs)),
      cpuMs: quantiles(times.map(({ cpuMs }) => cpuMs)),
      completion,
      // Above the number of cores the clock tells of others' work, and pauses come while somebody types fast.
      loadAverage: Math.round(loadavg()[1] ?? 0),
      memory: { restMegabytes: megabytes(pid, "VmRSS"), peakMegabytes: megabytes(pid, "VmHWM") },
    };
  } finally {
    await stop();
  }
}

/**
 * Types lookups into the first `filter()` of the file as it is on disk.
 * @param {import("vscode-languageserver-protocol/node").MessageConnection} connection
 * @param {number} pid
 * @param {string} uri
 * @param {string} text
 * @param {number} firstVersion the next of the document
 */
async function completions(connection, pid, uri, text, firstVersion) {
  let version = firstVersion;
  const lines = text.split("\n");
  const line = lines.findIndex((each) => each.includes(".objects.filter("));
  const column = (lines[line] ?? "").indexOf(".filter(") + ".filter(".length;
  if (line < 0) throw new Refusal("the file has no .objects.filter()");
  const times = [];
  let items = 0;
  for (const lookup of lookups) {
    await connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version: version++ },
      contentChanges: [{ text }],
    });
    for (const [index, character] of [...lookup].entries()) {
      const cpu = cpuMs(pid);
      const began = performance.now();
      await type(connection, uri, version++, line, column + index, character);
      const position = { line, character: column + index + 1 };
      const answer = await connection.sendRequest("textDocument/completion", {
        textDocument: { uri },
        position,
      });
      items += answer?.items.length ?? 0;
      times.push({ wallMs: performance.now() - began, cpuMs: cpuMs(pid) - cpu });
      // As an editor does, which is where the time between two keystrokes goes.
      await connection.sendRequest("textDocument/diagnostic", { textDocument: { uri } });
    }
  }
  if (items === 0) throw new Refusal("nothing was completed");
  return {
    wallMs: quantiles(times.map(({ wallMs }) => wallMs)),
    cpuMs: quantiles(times.map(({ cpuMs }) => cpuMs)),
  };
}

/** @param {number} pid */
async function rested(pid) {
  let quiet = 0;
  for (let second = 0; second < rest.longest && quiet < rest.quiet; second++) {
    const before = cpuMs(pid);
    await setTimeout(1_000);
    quiet = cpuMs(pid) - before < quietWork ? quiet + 1 : 0;
  }
}

/**
 * @param {number} pid
 * @param {"VmRSS" | "VmHWM"} field of the kernel's status of the process
 */
function megabytes(pid, field) {
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(
    readFileSync(`/proc/${pid}/status`, "utf8"),
  )?.[1];
  return Math.round((Number(kibibytes) * 1024) / 1e6);
}

/**
 * @param {import("vscode-languageserver-protocol/node").MessageConnection} connection
 * @param {string} uri
 * @param {number} version
 * @param {number} line
 * @param {number} character
 * @param {string} text
 */
function type(connection, uri, version, line, character, text) {
  const place = { line, character };
  return connection.sendNotification("textDocument/didChange", {
    textDocument: { uri, version },
    contentChanges: [{ range: { start: place, end: place }, text }],
  });
}

/** The first line of the first indented block below a `def`, where a statement can stand.
 * @param {string} text
 */
function firstBody(text) {
  const lines = text.split("\n");
  const head = lines.findIndex((line) => /^\s*(async )?def .*:\s*$/.test(line));
  const indentation = /^\s*/.exec(lines[head + 1] ?? "")?.[0] ?? "";
  if (head < 0) throw new Refusal("the file has no function whose head is one line");
  return { line: head + 1, indentation };
}

/** @param {readonly number[]} numbers */
function quantiles(numbers) {
  const sorted = numbers.toSorted((first, second) => first - second);
  const at = (/** @type {number} */ share) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0);
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}

/** @typedef {ReturnType<typeof quantiles>} Quantiles */

/** @param {readonly ({ server: string } & Awaited<ReturnType<typeof measure>>)[]} projects */
function table(projects) {
  return [
    "| project | server | first, ms | diagnostics p50 | p95 | CPU p50 | p95 | completion p50 | p95 | CPU p95 | MB at rest | peak |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ...projects.map(
      ({ project, file, server, firstMs, wallMs, cpuMs: cpu, completion, memory }) =>
        `| ${project} ${file} | ${server} | ${firstMs} | ${wallMs.p50} | ${wallMs.p95} | ${cpu.p50} | ${cpu.p95} | ` +
        `${completion.wallMs.p50} | ${completion.wallMs.p95} | ${completion.cpuMs.p95} | ${memory.restMegabytes} | ${memory.peakMegabytes} |`,
    ),
  ].join("\n");
}
