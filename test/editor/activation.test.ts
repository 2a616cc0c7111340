import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { inRepository, readRepositoryFile } from "../support/repository.ts";

/** Milliseconds of processor time that VS Code may spend on us where there is no Django. */
const limit = 100;

it("the extension is loaded in little time, as the client of the server is not loaded with it", () => {
  const args = [inRepository("test/editor/in-host/load.cjs"), inRepository("dist/extension.cjs")];
  const times = [1, 2, 3].map(() => Number(execFileSync(process.execPath, args, { encoding: "utf8" })));
  // Of the three the one that was disturbed least.
  expect(Math.min(...times)).toBeLessThan(limit);
});

it("the client has a bundle of its own, which is packaged with the extension", () => {
  const required = readRepositoryFile("dist/extension.cjs").matchAll(/\brequire\("\.\/([^"]+)"\)/g);
  const bundles = [...new Set([...required].map(([, name]) => name))];
  expect(bundles).toEqual(["language-client.cjs"]);
  expect(bundles.filter((name) => !existsSync(inRepository(`dist/${name}`)))).toEqual([]);
  expect(readRepositoryFile(".vscodeignore").split("\n")).toContain("!dist/language-client.cjs");
});
