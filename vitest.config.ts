import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Takes minutes, in processes of its own: started last, it would run alone at the end. */
const longest = "test/oracle/specs.test.ts";

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLongest = (file: TestSpecification) => file.moduleId.endsWith(longest);
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))];
  }
}

export default defineConfig({
  test: {
    include: ["server/src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    // What they prepare, building a server or starting one, is most of the work of many tests.
    hookTimeout: 60_000,
    // One less than there are cores is the default: on two cores, one would wait for the longest file.
    maxWorkers: 2,
    // Loading the analysis anew for each of the 250 files took more time than most of their tests.
    isolate: false,
    sequence: { sequencer: LongestFirst },
  },
});
