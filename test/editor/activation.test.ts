import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { inRepository } from "../support/repository.ts";

/** Milliseconds of processor time that VS Code may spend on us where there is no Django. */
const limit = 100;

it("the extension is loaded in little time, as the client of the server is not loaded with it", () => {
  const args = [inRepository("test/editor/in-host/load.cjs"), inRepository("dist/extension.cjs")];
  const times = [1, 2, 3].map(() => Number(execFileSync(process.execPath, args, { encoding: "utf8" })));
  // Of the three the one that was disturbed least.
  expect(Math.min(...times)).toBeLessThan(limit);
});
