/**
 * Queryscope beside its peers on the same projects: CPU time, memory and number of findings.
 *
 *   node test/bench/peers.mjs [--rounds 3] [--limit 120] [--only TOOL]… [--no-results] PROJECT…
 *
 * The tools take turns, and the best of the rounds counts: noise of a shared machine only ever adds. CPU time is that
 * of the whole process, start-up included. The table goes to standard output, and with its origin to
 * test/bench/results/peers.json. `--limit` is in seconds of real time; a tool that needs more did not finish.
 */
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "../../scripts/build.mjs";
import { inRepository, Refusal, runMain, say } from "../../scripts/support/repository.mjs";
import { importTypeScript } from "./support/bundled.mjs";
import { measureProcess } from "./support/measure-process.mjs";
import { originOfResult } from "./support/origin.mjs";
import { prepareTools } from "./support/tools.mjs";
import { writeResult } from "./support/write-result.mjs";

/** From this size on, a project has to stay below the limits. */
const countedLines = 20_000;
const limits = { microsecondsPerLine: 60, peakMegabytes: 450 };

/**
 * @typedef {object} Measured
 * @property {string} tool
 * @property {string} version
 * @property {number | undefined} findings undefined when it did not finish
 * @property {readonly number[]} cpuSeconds of every round
 * @property {number} bestCpuSeconds
 * @property {number} microsecondsPerLine
 * @property {number} peakMegabytes the largest of the rounds
 *
 * @typedef {object} ProjectResult
 * @property {string} project
 * @property {number} pythonLines
 * @property {number} templateLines
 * @property {readonly Measured[]} tools
 */

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "3" },
      limit: { type: "string", default: "120" },
      only: { type: "string", multiple: true },
      "no-results": { type: "boolean" },
    },
  });
  if (positionals.length === 0) throw new Refusal("usage: node test/bench/peers.mjs PROJECT…");
  await build();
  const { version } = JSON.parse(readFileSync(inRepository("package.json"), "utf8"));
  const tools = (await prepareTools(version)).filter(({ name }) => values.only?.includes(name) ?? true);
  const { sizeInDefaultScope } = await importTypeScript("test/bench/support/default-scope.ts");

  /** @type {ProjectResult[]} */
  const projects = [];
  for (const folder of positionals.map((path) => resolve(path))) {
    const size = sizeInDefaultScope(folder);
    say(`${basename(folder)}: ${size.pythonLines} lines of Python, ${size.templateLines} of templates`);
    const lines = size.pythonLines + size.templateLines;
    const measured = await measureProject(folder, lines, tools, Number(values.rounds), Number(values.limit));
    projects.push({ project: basename(folder), ...size, tools: measured });
  }
  const result = { ...originOfResult(), rounds: Number(values.rounds), limits, projects };
  console.log(table(projects));
  const broken = projects.flatMap(brokenLimits);
  console.log(broken.length === 0 ? "\nAll limits are kept." : `\n${broken.join("\n")}`);
  if (!values["no-results"]) await writeResult("test/bench/results/peers.json", result);
  return broken.length === 0 ? 0 : 1;
});

/**
 * @param {string} cwd
 * @param {number} lines
 * @param {readonly import("./support/tools.mjs").Tool[]} tools
 * @param {number} rounds
 * @param {number} limitSeconds
 * @returns {Promise<readonly Measured[]>}
 */
async function measureProject(cwd, lines, tools, rounds, limitSeconds) {
  const costs = new Map(
    tools.map(({ name }) => [name, /** @type {import("./support/measure-process.mjs").Cost[]} */ ([])]),
  );
  for (let round = 0; round < rounds; round++) {
    for (const { name, program, args } of tools) {
      const earlier = costs.get(name) ?? [];
      if (earlier.some(({ status }) => status === undefined)) continue;
      earlier.push(await measureProcess({ program, args, cwd, limitSeconds }));
    }
  }
  return tools.map(({ name, version, findings }) => {
    const runs = costs.get(name) ?? [];
    const finished = runs.every(({ status }) => status !== undefined);
    const bestCpuSeconds = Math.min(...runs.map(({ cpuSeconds }) => cpuSeconds));
    return {
      tool: name,
      version,
      findings: finished ? findings(runs[0]?.output ?? "") : undefined,
      cpuSeconds: runs.map(({ cpuSeconds }) => round(cpuSeconds, 2)),
      bestCpuSeconds: round(bestCpuSeconds, 2),
      microsecondsPerLine: round((bestCpuSeconds * 1e6) / lines, 1),
      peakMegabytes: Math.round(Math.max(...runs.map(({ peakMegabytes }) => peakMegabytes))),
    };
  });
}

/** @param {readonly ProjectResult[]} projects */
function table(projects) {
  const rows = projects.flatMap(({ project, pythonLines, templateLines, tools }) =>
    tools.map((measured, index) => [
      index === 0 ? project : "",
      index === 0 ? pythonLines.toLocaleString("en") : "",
      index === 0 ? templateLines.toLocaleString("en") : "",
      `${measured.tool} ${measured.version}`,
      measured.findings === undefined ? "did not finish" : String(measured.findings),
      measured.bestCpuSeconds.toFixed(2),
      measured.microsecondsPerLine.toFixed(1),
      String(measured.peakMegabytes),
    ]),
  );
  const head = ["project", "Python lines", "template lines", "tool", "findings", "CPU s", "µs/line", "MB"];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** @param {ProjectResult} result */
function brokenLimits({ project, pythonLines, templateLines, tools }) {
  if (pythonLines + templateLines < countedLines) return [];
  return tools
    .filter(({ tool }) => tool === "queryscope")
    .flatMap(({ findings, microsecondsPerLine, peakMegabytes }) => [
      ...(findings === undefined ? [`${project}: did not finish`] : []),
      ...(microsecondsPerLine > limits.microsecondsPerLine
        ? [`${project}: ${microsecondsPerLine} µs per line, the limit is ${limits.microsecondsPerLine}`]
        : []),
      ...(peakMegabytes > limits.peakMegabytes
        ? [`${project}: ${peakMegabytes} MB, the limit is ${limits.peakMegabytes}`]
        : []),
    ]);
}

/**
 * @param {number} value
 * @param {number} digits
 */
function round(value, digits) {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
