import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** By duration: a long file that is started last runs alone at the end. */
const longest = [
  "test/oracle/specs.test.ts",
  "test/editor/vscode.test.ts",
  "test/mdtest/mdtest.test.ts",
  "test/repository/set-up.test.ts",
  "test/oracle/indexes/indexes.test.ts",
  "test/oracle/example/example.test.ts",
  "test/explain/index-proof.test.ts",
  "test/explain/explain-command.test.ts",
  "test/lsp/explain.test.ts",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const index = longest.findIndex((file) => moduleId.endsWith(file));
      return index === -1 ? longest.length : index;
    };
    return sorted.sort((first, second) => rank(first) - rank(second));
  }
}

export default defineConfig({
  test: {
    include: ["server/src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    // What they prepare, building a server or starting one, is most of the work of many tests.
    hookTimeout: 60_000,
    // More than two cores have work for in JavaScript: many files wait for processes, one of them for minutes.
    maxWorkers: 3,
    // Loading the analysis anew for each of the 250 files took more time than most of their tests.
    isolate: false,
    sequence: { sequencer: LongestFirst },
  },
});
