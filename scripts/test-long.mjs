/**
 * `npm run test:long [-- FILTER]`: the runs that take too long for every day (`test/**\/*.long.ts`). What came of each test
 * is written to test/bench/results as it ends, to be committed. A test adds figures of its own by setting
 * `task.meta.figures`.
 */
import { ensurePackages } from "./support/packages.mjs";
import { inRepository, runMain } from "./support/repository.mjs";
import { runVitest } from "./support/suites.mjs";
import { ensureSystemParts } from "./support/system-parts.mjs";

await runMain(async () => {
  await ensurePackages();
  await ensureSystemParts();
  const { build } = await import("./build.mjs");
  await build();
  const counts = await runVitest([
    ...["--config", "vitest.long.config.ts"],
    `--reporter=${inRepository("test/bench/support/results-reporter.mjs")}`,
    ...process.argv.slice(2),
  ]);
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return counts.failed === 0 ? 0 : 1;
});
