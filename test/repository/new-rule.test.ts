import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inRepository } from "../support/repository.ts";

let copy: string;

beforeEach(() => {
  copy = mkdtempSync(path.join(tmpdir(), "queryscope-rule-"));
  for (const folder of ["scripts", "server/src/rules"]) {
    cpSync(inRepository(folder), path.join(copy, folder), { recursive: true });
  }
});

afterEach(() => rmSync(copy, { recursive: true, force: true }));

const newRule = (...args: string[]) =>
  spawnSync(process.execPath, ["scripts/new-rule.mjs", ...args], { cwd: copy, encoding: "utf8" });
const read = (file: string) => readFileSync(path.join(copy, file), "utf8");

test("npm run new-rule writes the rule, its page and its specification beside those of its family", () => {
  expect(newRule("QS199", "n-plus-one-in-a-test")).toMatchObject({ status: 0 });
  const rule = read("server/src/rules/n-plus-one/n-plus-one-in-a-test.ts");
  expect(rule).toContain("export const nPlusOneInATest: FactRule");
  expect(rule).toContain('code: "QS199"');
  expect(read("docs/rules/n-plus-one-in-a-test.md")).toMatch(/^# n-plus-one-in-a-test \(QS199\)\n/);
  expect(read("test/mdtest/n-plus-one-in-a-test.md")).toMatch(/^# n-plus-one-in-a-test\n/);
});

test("the rule is registered", () => {
  newRule("QS199", "n-plus-one-in-a-test");
  const registry = read("server/src/rules/registry.ts");
  expect(registry).toContain('import { nPlusOneInATest } from "./n-plus-one/n-plus-one-in-a-test.ts";\n');
  expect(registry.trimEnd()).toMatch(/nPlusOneInATest,?\s*\];$/);
});

test("a code is used once", () => {
  const { status, stderr } = newRule("QS101", "n-plus-one-again");
  expect(status).toBe(2);
  expect(stderr).toBe("queryscope: QS101 is the code of another rule; numbers are never used again\n");
});
