import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { createCacheFolder } from "../../platform/cache-folder.ts";
import { AnswersInFolder } from "./kept-answers.ts";

const project = ["build 1", { files: [{ path: "/project/shop/models.py", text: "class Order: …" }] }];
const schema = { method: "schema" };
const orders = { method: "compile", expression: "Order.objects.all()" };

afterEach(() => void vi.useRealTimers());

test("keeps answers for the next session", () => {
  const folder = temporaryFolder();
  const first = answersIn(folder, project);
  first.write(schema, { tables: ["shop_order"] });
  first.write(orders, { statements: ["SELECT …"] });
  first.flush();

  const second = answersIn(folder, project);
  expect(second.read(schema)).toEqual({ tables: ["shop_order"] });
  expect(second.read(orders)).toEqual({ statements: ["SELECT …"] });
  expect(second.read({ method: "compile", expression: "Order.objects.none()" })).toBeUndefined();
});

test.each([
  ["another build", ["build 2", project[1]]],
  ["another text of a file", ["build 1", { files: [{ path: "/project/shop/models.py", text: "" }] }]],
])("%s has answers of its own", (_, inputs) => {
  const folder = temporaryFolder();
  keep(folder);
  expect(answersIn(folder, inputs).read(schema)).toBeUndefined();
});

test("SQL is kept for a day, since modules may hold the date on which they were loaded; tables for longer", () => {
  vi.useFakeTimers({ now: new Date("2026-03-01T12:00:00Z") });
  const folder = temporaryFolder();
  const answers = answersIn(folder, project);
  answers.write(schema, "tables");
  answers.write(orders, "created_at > '2026-02-22'");
  answers.flush();

  vi.setSystemTime(new Date("2026-03-02T12:00:00Z"));
  expect(answersIn(folder, project).read(orders)).toBeUndefined();
  expect(answersIn(folder, project).read(schema)).toBe("tables");
});

test("SQL of former days goes when there is some of today", () => {
  vi.useFakeTimers({ now: new Date("2026-03-01T12:00:00Z") });
  const folder = temporaryFolder();
  const first = answersIn(folder, project);
  first.write(orders, "created_at > '2026-02-22'");
  first.flush();

  vi.setSystemTime(new Date("2026-03-02T12:00:00Z"));
  const second = answersIn(folder, project);
  second.write(orders, "created_at > '2026-02-23'");
  second.flush();

  vi.setSystemTime(new Date("2026-03-01T12:00:00Z"));
  expect(answersIn(folder, project).read(orders)).toBeUndefined();
});

test("what is damaged counts as missing and is written anew", () => {
  const folder = temporaryFolder();
  keep(folder);
  const file = path.join(folder, readdirSync(folder).find((name) => name.endsWith(".result")) ?? "");
  writeFileSync(file, readFileSync(file).subarray(0, 40));

  expect(answersIn(folder, project).read(schema)).toBeUndefined();
  keep(folder);
  expect(answersIn(folder, project).read(schema)).toBe("tables");
});

test("of two processes that write at the same time, one's answers stay, whole", () => {
  const folder = temporaryFolder();
  const [one, other] = [answersIn(folder, project), answersIn(folder, project)];
  one.write(orders, "the one's");
  other.write(orders, "the other's");
  one.flush();
  other.flush();

  expect(answersIn(folder, project).read(orders)).toBe("the other's");
});

test("a folder that can't be written is no reason to fail", () => {
  const file = path.join(temporaryFolder(), "file");
  writeFileSync(file, "");
  const answers = answersIn(file, project);
  answers.write(schema, "tables");
  answers.flush();
  expect(answers.read(schema)).toBe("tables");
  expect(answersIn(file, project).read(schema)).toBeUndefined();
});

function keep(folder: string): void {
  const answers = answersIn(folder, project);
  answers.write(schema, "tables");
  answers.flush();
}

function answersIn(folder: string, inputs: unknown): AnswersInFolder {
  return new AnswersInFolder(createCacheFolder(folder), inputs);
}

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "queryscope-answers-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
