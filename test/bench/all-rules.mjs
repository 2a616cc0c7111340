/**
 * What all rules cost beside the N+1 family alone: CPU time of a check with every rule, and of one with `--select QS1`.
 *
 *   node test/bench/all-rules.mjs [--pairs 5] [--no-results] PROJECT…
 *
 * The two take turns, and the ratio is that of their medians. CPU time is that of the whole process, start-up included.
 * The table goes to standard output, and with its origin to test/bench/results/all-rules.json.
 */
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "../../scripts/build.mjs";
import { inRepository, Refusal, runMain, say } from "../../scripts/support/repository.mjs";
import { importTypeScript } from "./support/bundled.mjs";
import { measureProcess } from "./support/measure-process.mjs";
import { median } from "./support/median.mjs";
import { originOfResult } from "./support/origin.mjs";
import { writeResult } from "./support/write-result.mjs";

/** All rules may take this many times what the N+1 family takes. */
const largestRatio = 1.4;
const limitSeconds = 600;

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { pairs: { type: "string", default: "5" }, "no-results": { type: "boolean" } },
  });
  if (positionals.length === 0) throw new Refusal("usage: node test/bench/all-rules.mjs PROJECT…");
  await build();
  const origin = originOfResult();
  const { sizeInDefaultScope } = await importTypeScript("test/bench/support/default-scope.ts");

  const projects = [];
  for (const folder of positionals.map((path) => resolve(path))) {
    const { pythonLines } = sizeInDefaultScope(folder);
    const measured = await measurePairs(folder, Number(values.pairs));
    projects.push({ project: basename(folder), pythonLines, ...measured });
    say(`${basename(folder)}: ${measured.ratio}`);
  }
  console.log(
    "| project | Python lines | all rules, CPU s | N+1 only, CPU s | ratio |\n|---|---|---|---|---|",
  );
  for (const { project, pythonLines, medians, ratio } of projects)
    console.log(
      `| ${project} | ${pythonLines.toLocaleString("en")} | ${medians.all} | ${medians.nPlusOne} | ${ratio} |`,
    );
  if (!values["no-results"])
    await writeResult("test/bench/results/all-rules.json", { ...origin, largestRatio, projects });
  const broken = projects.filter(({ ratio }) => ratio > largestRatio);
  for (const { project, ratio } of broken) console.log(`${project}: ${ratio}, the limit is ${largestRatio}`);
  return broken.length === 0 ? 0 : 1;
});

/**
 * @param {string} folder
 * @param {number} pairs
 */
async function measurePairs(folder, pairs) {
  /** @type {number[]} */
  const all = [];
  /** @type {number[]} */
  const nPlusOne = [];
  for (let pair = 0; pair < pairs; pair++) {
    all.push(await cpuSeconds(folder, []));
    nPlusOne.push(await cpuSeconds(folder, ["--select", "QS1"]));
  }
  const medians = { all: median(all), nPlusOne: median(nPlusOne) };
  return { all, nPlusOne, medians, ratio: round(medians.all / medians.nPlusOne) };
}

/**
 * @param {string} cwd
 * @param {readonly string[]} selection
 */
async function cpuSeconds(cwd, selection) {
  const check = [
    inRepository("dist/cli.cjs"),
    "check",
    ".",
    "--output-format",
    "json",
    "--no-cache",
    "--exit-zero",
  ];
  const { cpuSeconds, status } = await measureProcess({
    program: process.execPath,
    args: [...check, ...selection],
    cwd,
    limitSeconds,
  });
  if (status !== 0)
    throw new Refusal(`check ${cwd} ${selection.join(" ")} ended with ${status ?? "the time limit"}`);
  return round(cpuSeconds);
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}
