/** `npm test`: installs what is missing, builds, runs every suite, and ends with `N passed, N failed, N skipped`. */
import { availableParallelism } from "node:os";
import { ensurePackages } from "./support/packages.mjs";
import { inRepository, Refusal, runMain, say } from "./support/repository.mjs";
import { run } from "./support/run.mjs";
import { checkOfBuild, checks, tests } from "./support/suites.mjs";
import { ensureSystemParts } from "./support/system-parts.mjs";

await runMain(async () => {
  await Promise.all([ensurePackages(), ensureSystemParts()]);

  const total = { passed: 0, failed: 0, skipped: 0 };
  /** @param {import("./support/suites.mjs").Suite} suite */
  const runSuite = async (suite) => {
    const start = performance.now();
    const counts = await countsOf(suite);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    say(`${suite.name}: ${sentence(counts)} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  };
  const waiting = checks.values();
  const worker = async () => {
    for (const check of waiting) await runSuite(check);
  };
  say(`build, ${[...checks, checkOfBuild].map(({ name }) => name).join(", ")} …`);
  await Promise.all([build(), ...Array.from({ length: availableParallelism() }, worker)]);
  await runSuite(checkOfBuild);
  say(`${tests.name} …`);
  await runSuite(tests);
  if (process.env.QUERYSCOPE_REQUIRE_ALL === "1" && total.skipped > 0) {
    say(`${total.skipped} skipped, which counts as failed because QUERYSCOPE_REQUIRE_ALL is set`);
    total.failed += total.skipped;
    total.skipped = 0;
  }
  console.log(sentence(total));
  return total.failed === 0 ? 0 : 1;
});

/** In a process of its own: compiling Django lets nothing else of its process go on, and needs one core only. */
async function build() {
  const { status } = await run(process.execPath, [inRepository("scripts/build.mjs")], { output: "stderr" });
  if (status !== 0) throw new Refusal("the build failed: its errors stand above.");
}

/**
 * A suite that breaks is one failure, and the others still run.
 * @param {import("./support/suites.mjs").Suite} suite
 */
async function countsOf(suite) {
  try {
    return await suite.run();
  } catch (error) {
    console.error(error);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** @param {import("./support/suites.mjs").Counts} counts */
function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
