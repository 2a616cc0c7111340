import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { isBuiltin } from "node:module";
import { expect, it } from "vitest";
import { inRepository, readRepositoryFile } from "../support/repository.ts";

it("the extension loads neither the client nor the server where nobody needs them", () => {
  const args = [inRepository("test/editor/in-host/load.cjs"), inRepository("dist/extension.cjs")];
  const { modules }: { readonly modules: readonly string[] } = JSON.parse(
    execFileSync(process.execPath, args, { encoding: "utf8" }),
  );
  expect(modules.filter((name) => !isBuiltin(name))).toEqual(["vscode"]);
});

it("the client has a bundle of its own, which is packaged with the extension", () => {
  const required = readRepositoryFile("dist/extension.cjs").matchAll(/\brequire\("\.\/([^"]+)"\)/g);
  const bundles = [...new Set([...required].map(([, name]) => name))];
  expect(bundles).toEqual(["language-client.cjs"]);
  expect(bundles.filter((name) => !existsSync(inRepository(`dist/${name}`)))).toEqual([]);
  expect(readRepositoryFile(".vscodeignore").split("\n")).toContain("!dist/language-client.cjs");
});
