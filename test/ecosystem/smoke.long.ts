/** Registers smoke.mjs among the long runs: they build before, and keep the outcome. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { inRepository } from "../support/repository.ts";

test("real projects are checked without a failure", ({ task }) => {
  const { status, stdout } = spawnSync(process.execPath, [inRepository("test/ecosystem/smoke.mjs")], {
    encoding: "utf8",
  });
  Object.assign(task.meta, { figures: { projects: stdout.trim().split("\n") } });
  expect(status, stdout).toBe(0);
});
