import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["server/src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    // Loading the analysis anew for each of the 250 files took more time than most of their tests.
    isolate: false,
  },
});
