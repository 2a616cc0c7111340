/** Everything that `npm test` runs. Add a check here and it is run, counted and required in CI. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRepository } from "./repository.mjs";
import { commandOf, run } from "./run.mjs";

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ name: string, run: () => Promise<Counts> }} Suite
 */

/**
 * A command whose exit status is its whole result: counts as one. What it wrote is shown when it failed.
 * @param {string} name
 * @param {() => readonly string[]} args a script and its arguments, asked for when its packages are installed
 * @returns {Suite}
 */
const check = (name, args) => ({
  name,
  run: async () => {
    const { status, output } = await run(process.execPath, args(), { output: "capture" });
    if (status !== 0) process.stderr.write(output);
    return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
  },
});

/** Each takes one core, most of the time, and none looks into `dist`. @type {readonly Suite[]} */
export const checks = [
  check("types", () => [commandOf("typescript", "tsc"), "--noEmit", "-p", "tsconfig.json"]),
  check("types of scripts", () => [commandOf("typescript", "tsc"), "--noEmit", "-p", "scripts"]),
  check("lint and format", () => [commandOf("@biomejs/biome"), "check", "--error-on-warnings", "."]),
  check("layers", () => [
    commandOf("dependency-cruiser", "depcruise"),
    "--config",
    ".dependency-cruiser.cjs",
    "server",
    "src",
    "test",
    "scripts",
  ]),
  // Everything that it looks for unasked, and cycles: asked for alone, they take as long once more.
  check("unused code, import cycles", () => [
    commandOf("knip"),
    ...["--files", "--dependencies", "--exports", "--cycles"],
  ]),
  check("generated files", () => [inRepository("scripts/generate.mjs"), "--check"]),
];

/** What is in the bundles, of a repository that is built. @type {Suite} */
export const checkOfBuild = check("third-party notices", () => [
  inRepository("scripts/third-party-notices.mjs"),
  "--check",
]);

/** Takes every core. @type {Suite} */
export const tests = { name: "tests", run: () => runVitest([]) };

/**
 * One run of vitest.
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env]
 * @returns {Promise<Counts & { report: any }>}
 */
export async function runVitest(args, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), "queryscope-test-"));
  const reportFile = join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
    const { status } = await run(process.execPath, [commandOf("vitest"), "run", ...reporters, ...args], {
      output: "stderr",
      env,
    });
    const report = JSON.parse(readFileSync(reportFile, "utf8"));
    return { ...countsOf(report, status), report };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A file that could not be loaded and an error outside any test are failures too, though no test has failed.
 * @param {any} report of vitest's JSON reporter
 * @param {number} status
 * @returns {Counts}
 */
function countsOf(report, status) {
  const unloaded = report.testResults.filter(
    (/** @type {any} */ file) =>
      file.status === "failed" &&
      file.assertionResults.every((/** @type {any} */ result) => result.status !== "failed"),
  ).length;
  const failed = report.numFailedTests + unloaded;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
