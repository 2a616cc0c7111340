/** The suite for VS Code is dependable: it passes again and again, each time in a VS Code that knows nothing of the last. */
import { describe, expect, it } from "vitest";
import { runSuites } from "../support/run-suites.ts";
import { installedVariable, useInstalledExtension } from "./support/installed-extension.ts";

const times = 20;

describe("the suite for VS Code", () => {
  const extension = useInstalledExtension();
  const runs = Array.from({ length: times }, (_, index) => index + 1);

  it.each(runs)("passes in run %i", async () => {
    const env = { [installedVariable]: extension.extensions() };
    const { passed, failures } = await runSuites(["test/editor/vscode.test.ts"], env);
    // A list would be shortened in the results.
    expect(failures.join("\n\n")).toBe("");
    expect(passed).toBeGreaterThan(0);
  });
});
