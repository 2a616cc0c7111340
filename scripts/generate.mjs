/**
 * Writes what follows from the configuration schema, the rules' metadata and the verdicts about them: documentation, JSON
 * schema and the settings in package.json. With `--check` it writes nothing and fails where a file is not what it should be.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { measuredPrecision } from "../test/ecosystem/support/precision.mjs";
import { inRepository, isMain, root, runMain, say } from "./support/repository.mjs";

/** @returns {Promise<typeof import("../server/src/lint/generated-documents.ts")>} */
async function loadGenerators() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["server/src/lint/generated-documents.ts"],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
  });
  const [file] = outputFiles;
  return import(`data:text/javascript;base64,${Buffer.from(file?.contents ?? []).toString("base64")}`);
}

/** @param {string} path */
const read = (path) =>
  existsSync(inRepository(path)) ? readFileSync(inRepository(path), "utf8") : undefined;

async function generate() {
  const check = process.argv.includes("--check");
  const { generatedDocuments } = await loadGenerators();
  const documents = generatedDocuments(
    read("package.json") ?? "",
    read("README.md") ?? "",
    measuredPrecision(),
  );
  const stale = documents.filter(({ path, text }) => read(path) !== text);
  for (const { path, text } of stale) {
    if (check) say(`${path} is out of date: run node scripts/generate.mjs`);
    else {
      writeFileSync(inRepository(path), text);
      say(`wrote ${path}`);
    }
  }
  return check && stale.length > 0 ? 1 : 0;
}

if (isMain(import.meta)) await runMain(generate);
