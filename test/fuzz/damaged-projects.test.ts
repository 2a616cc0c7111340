import { readFileSync } from "node:fs";
import { test } from "vitest";
import { inRepository, repositoryFiles } from "../support/repository.ts";
import { tryDamage } from "./damaged-project.ts";

const folder = "examples/tenantly/";

/** Fewer runs of `damaged-projects.long.ts`, with the same seed each time. */
test("the example project survives what typing and accidents do to it", { timeout: 300_000 }, async () => {
  const files = new Map(
    repositoryFiles()
      .filter((file) => file.startsWith(folder) && /\.(py|html)$/.test(file))
      .map((file) => [file.slice(folder.length), readFileSync(inRepository(file), "utf8")]),
  );
  await tryDamage(files, 15, 1);
});
