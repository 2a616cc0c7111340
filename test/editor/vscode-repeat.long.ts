/** The suite for VS Code is dependable: it passes again and again, each time in a VS Code that knows nothing of the last. */
import { describe, expect, it } from "vitest";
import { installedVariable, useInstalledExtension } from "./support/installed-extension.ts";

const times = 20;

interface Suites {
  runVitest(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Outcome>;
}

/** What `suites.mjs` says of a run, with the report of vitest's JSON reporter. */
interface Outcome {
  readonly passed: number;
  readonly report: {
    readonly testResults: readonly {
      readonly message: string;
      readonly assertionResults: readonly {
        readonly fullName: string;
        readonly status: string;
        readonly failureMessages: readonly string[];
      }[];
    }[];
  };
}

// A name that the compiler does not follow: scripts have no types of their own here.
const suites = new URL("../../scripts/support/suites.mjs", import.meta.url).href;

describe("the suite for VS Code", () => {
  const extension = useInstalledExtension();
  const runs = Array.from({ length: times }, (_, index) => index + 1);

  it.each(runs)("passes in run %i", async () => {
    const { runVitest }: Suites = await import(suites);
    const env = { [installedVariable]: extension.extensions() };
    const { passed, report } = await runVitest(["test/editor/vscode.test.ts"], env);
    const failures = report.testResults.flatMap(({ message, assertionResults }) => [
      ...(message === "" ? [] : [message]),
      ...assertionResults
        .filter(({ status }) => status !== "passed")
        .map(({ fullName, status, failureMessages }) => [fullName, status, ...failureMessages].join("\n")),
    ]);
    // A list would be shortened in the results.
    expect(failures.join("\n\n")).toBe("");
    expect(passed).toBeGreaterThan(0);
  });
});
