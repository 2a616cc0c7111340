import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { inRepository, say } from "../../../scripts/support/repository.mjs";
import { commandOf, run } from "../../../scripts/support/run.mjs";

/**
 * Writes what was measured, in the format of the repository.
 * @param {string} file relative to the repository
 * @param {object} content
 */
export async function writeResult(file, content) {
  const path = inRepository(file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(content, undefined, 2));
  const biome = commandOf("@biomejs/biome", "biome");
  await run(process.execPath, [biome, "format", "--write", path], { output: "capture" });
  say(`${file} written`);
}
