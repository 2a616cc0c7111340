/** `npm test`: installs what is missing, builds, runs every suite, and ends with `N passed, N failed, N skipped`. */
import { availableParallelism } from "node:os";
import { ensurePackages } from "./support/packages.mjs";
import { runMain, say } from "./support/repository.mjs";
import { checks, tests } from "./support/suites.mjs";
import { ensureSystemParts } from "./support/system-parts.mjs";

await runMain(async () => {
  await ensurePackages();
  await ensureSystemParts();
  const { build } = await import("./build.mjs");
  await build();

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
  say(`${checks.map(({ name }) => name).join(", ")} …`);
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
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
