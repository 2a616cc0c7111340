import { writeFileSync } from "node:fs";
import { inRepository, say } from "../../../scripts/support/repository.mjs";
import { run } from "../../../scripts/support/run.mjs";

/**
 * Writes what was measured, in the format of the repository.
 * @param {string} file relative to the repository
 * @param {object} content
 */
export async function writeResult(file, content) {
  const path = inRepository(file);
  writeFileSync(path, JSON.stringify(content, undefined, 2));
  await run(inRepository("node_modules/.bin/biome"), ["format", "--write", path], { output: "capture" });
  say(`${file} written`);
}
