/** Runs test files as `npm test` does, in processes of their own. */

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

export interface SuiteOutcome {
  readonly passed: number;
  /** A text for each test that failed or was skipped, and for each file that could not be run. */
  readonly failures: readonly string[];
}

// A name that the compiler does not follow: scripts have no types of their own here.
const suites = new URL("../../scripts/support/suites.mjs", import.meta.url).href;

export async function runSuites(
  files: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<SuiteOutcome> {
  const { runVitest }: Suites = await import(suites);
  const { passed, report } = await runVitest(files, env);
  const failures = report.testResults.flatMap(({ message, assertionResults }) => [
    ...(message === "" ? [] : [message]),
    ...assertionResults
      .filter(({ status }) => status !== "passed")
      .map(({ fullName, status, failureMessages }) => [fullName, status, ...failureMessages].join("\n")),
  ]);
  return { passed, failures };
}
