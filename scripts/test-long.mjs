/**
 * `npm run test:long [-- FILTER]`: the runs that take too long for every day (`test/**\/*.long.ts`). Each file's outcome is
 * written to test/bench/results, with the commit, the date and the machine, to be committed. A test adds figures of its
 * own by setting `task.meta.figures`.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { basename } from "node:path";
import { ensurePackages } from "./support/packages.mjs";
import { inRepository, root, runMain, say } from "./support/repository.mjs";
import { runVitest } from "./support/suites.mjs";
import { ensureSystemParts } from "./support/system-parts.mjs";

const results = "test/bench/results";

await runMain(async () => {
  await ensurePackages();
  await ensureSystemParts();
  const { build } = await import("./build.mjs");
  await build();

  const origin = { ...commit(), date: new Date().toISOString(), machine: machine() };
  const { report, ...counts } = await runVitest([
    "--config",
    "vitest.long.config.ts",
    ...process.argv.slice(2),
  ]);
  mkdirSync(inRepository(results), { recursive: true });
  for (const file of report.testResults) {
    const name = basename(file.name, ".long.ts");
    writeFileSync(
      inRepository(`${results}/${name}.json`),
      `${JSON.stringify({ ...origin, tests: file.assertionResults.map(outcomeOf) }, undefined, 2)}\n`,
    );
    say(`${results}/${name}.json written`);
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return counts.failed === 0 ? 0 : 1;
});

/** @param {any} result of vitest's JSON reporter */
function outcomeOf(result) {
  return {
    name: result.fullName,
    status: result.status,
    seconds: Math.round((result.duration ?? 0) / 10) / 100,
    ...(result.meta?.figures === undefined ? {} : { figures: result.meta.figures }),
  };
}

/** The state of the sources that was run; results of uncommitted changes say so. */
function commit() {
  const git = (/** @type {string[]} */ ...args) =>
    execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  const changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", `:!${results}`) !== "";
  return { commit: git("rev-parse", "HEAD"), ...(changed ? { uncommittedChanges: true } : {}) };
}

function machine() {
  return {
    processor: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.versions.node,
  };
}
