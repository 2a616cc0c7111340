/**
 * What the first and the following SQL of EXPLAIN cost without an interpreter: CPU time of all processes, which does not
 * depend on how busy the machine is. Usage:
 *
 *   node test/bench/explain-start.mjs PROJECT SETTINGS MODULE EXPRESSION [RUNS]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { inRepository } from "../../scripts/support/repository.mjs";
import { importTypeScript } from "./support/bundled.mjs";
import { measureProcess } from "./support/measure-process.mjs";

const [project, settings, module, expression, runs = "3"] = process.argv.slice(2);
if (expression === undefined) {
  console.error("usage: node test/bench/explain-start.mjs PROJECT SETTINGS MODULE EXPRESSION [RUNS]");
  process.exit(2);
}
const root = resolve(project);

if (process.env.QUERYSCOPE_BENCH_CACHE !== undefined) {
  // Measured from outside: the process with its children.
  await compileOnce(process.env.QUERYSCOPE_BENCH_CACHE, 1);
} else {
  const cache = mkdtempSync(join(tmpdir(), "queryscope-start-"));
  try {
    const first = await times(Number(runs), async () => {
      rmSync(cache, { recursive: true, force: true });
      return cost(cache);
    });
    const next = await times(Number(runs), () => cost(cache));
    const following = await compileOnce(cache, 50);
    const row = (/** @type {string} */ name, /** @type {string} */ value) =>
      console.log(`${name.padEnd(34)}${value}`);
    row("first ever", `${median(first.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2)} s CPU`);
    row("first of a session", `${median(next.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2)} s CPU`);
    row("peak memory", `${Math.round(median(next.map(({ peakMegabytes }) => peakMegabytes)))} MB`);
    row("each further one, wall clock", `${median(following.slice(1)).toFixed(1)} ms`);
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}

/** @param {string} cache */
async function cost(cache) {
  const args = [
    "-c",
    'QUERYSCOPE_BENCH_CACHE="$0" exec "$@"',
    cache,
    process.execPath,
    ...process.argv.slice(1),
  ];
  const measured = await measureProcess({ program: "/bin/sh", args, cwd: process.cwd(), limitSeconds: 300 });
  if (measured.status !== 0) throw new Error("the measured process failed");
  return measured;
}

/**
 * @param {string} cacheFolder
 * @param {number} times
 * @returns {Promise<readonly number[]>} milliseconds of each
 */
async function compileOnce(cacheFolder, times) {
  const { PyodideCompiler, nodeFileSystem } = await importTypeScript("test/bench/support/pyodide-bench.ts");
  const compiler = new PyodideCompiler({
    workspaceTrusted: true,
    root,
    sourceRoots: [root],
    settings,
    environment: {},
    serverVersion: 150000,
    files: nodeFileSystem,
    cacheFolder,
    bundle: inRepository("dist"),
  });
  const durations = [];
  for (let count = 0; count < times; count++) {
    const start = performance.now();
    const result = await compiler.compile({ module, expression, bindings: [] });
    if (result.kind === "failed") throw new Error(result.error.message);
    durations.push(performance.now() - start);
  }
  await compiler.close();
  // The system counts the time of children that have ended.
  await setTimeout(500);
  return durations;
}

/**
 * @template Result
 * @param {number} count
 * @param {() => Promise<Result>} action
 * @returns {Promise<Result[]>}
 */
async function times(count, action) {
  const results = [];
  for (let index = 0; index < count; index++) results.push(await action());
  return results;
}

/** @param {readonly number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
