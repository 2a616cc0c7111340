import { defineConfig } from "vitest/config";

/** Long runs: fuzzing, repeats, benchmarks. `npm run test:long [-- FILTER]` runs them and keeps their results. */
export default defineConfig({
  test: {
    include: ["test/**/*.long.ts"],
    testTimeout: 3 * 3600_000,
    // Servers, and their rows, are made before the first test.
    hookTimeout: 600_000,
    // Measurements disturb each other.
    fileParallelism: false,
  },
});
