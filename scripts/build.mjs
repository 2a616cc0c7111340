/** Bundles the command line, the language server and the VS Code client into `dist/`, with what they read at run time. */
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { build as bundle } from "esbuild";
import { hashOf } from "./support/file-hash.mjs";
import { inRepository, isMain, Refusal, root, runMain, say } from "./support/repository.mjs";

const bundles = [
  { entry: "server/src/cli/main.ts", output: "dist/cli.cjs", executable: true },
  { entry: "server/src/lsp/main.ts", output: "dist/server.cjs" },
  { entry: "src/extension.ts", output: "dist/extension.cjs", external: ["vscode"] },
];

/** Read at run time from the folder of the bundle. */
export const assets = [
  "node_modules/web-tree-sitter/web-tree-sitter.wasm",
  "node_modules/tree-sitter-python/tree-sitter-python.wasm",
  "node_modules/libpg-query/wasm/libpg-query.wasm",
];

/** Folders that are read at run time, and their names beside the bundles. */
const assetFolders = [
  { source: "docs/rules", target: "dist/rules" },
  { source: "server/src/explain/bridge", target: "dist/bridge" },
];

const inputs = ["server/src", "src", "docs/rules", "scripts/build.mjs", "package.json", "package-lock.json"];
const stamp = "dist/.inputs";

/** Where esbuild's descriptions of what is in each bundle are written. */
export const metafile = "dist/metafile.json";

/**
 * Builds everything; does nothing when no input changed since the last build.
 * @param {{ force?: boolean }} [options]
 */
export async function build({ force = false } = {}) {
  const hash = hashOf(inputs);
  if (!force && lastHash() === hash) {
    say("dist is up to date");
    return;
  }
  const start = performance.now();
  mkdirSync(inRepository("dist"), { recursive: true });
  rmSync(inRepository(stamp), { force: true });
  const results = await Promise.all(bundles.map(bundleOne)).catch(() => {
    throw new Refusal("the bundles could not be built: esbuild's errors stand above.");
  });
  for (const asset of assets) cpSync(inRepository(asset), inRepository(`dist/${basename(asset)}`));
  for (const { source, target } of assetFolders) copyFolder(source, target);
  writeFileSync(inRepository(metafile), JSON.stringify(results.map((result) => result.metafile)));
  writeFileSync(inRepository(stamp), hash);
  say(
    `built ${bundles.map(({ output }) => output).join(", ")} in ${Math.round(performance.now() - start)} ms`,
  );
}

/** @param {{ entry: string, output: string, executable?: boolean, external?: string[] }} options */
async function bundleOne({ entry, output, executable = false, external = [] }) {
  const result = await bundle({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: output,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    metafile: true,
    external,
    // Its ES module reaches for `import.meta.url` while it loads, which a CommonJS bundle does not have.
    alias: { "web-tree-sitter": inRepository("node_modules/web-tree-sitter/web-tree-sitter.cjs") },
    define: { "import.meta.url": "bundleUrl" },
    banner: {
      js: `${executable ? "#!/usr/bin/env node\n" : ""}"use strict";const bundleUrl = require("node:url").pathToFileURL(__filename).href;`,
    },
    logLevel: "warning",
  });
  if (executable) chmodSync(inRepository(output), 0o755);
  return result;
}

/** The hash of the inputs that `dist` was built from. */
function lastHash() {
  try {
    return readFileSync(inRepository(stamp), "utf8");
  } catch {
    return undefined;
  }
}

/**
 * @param {string} source
 * @param {string} target is replaced
 */
function copyFolder(source, target) {
  rmSync(inRepository(target), { recursive: true, force: true });
  cpSync(inRepository(source), inRepository(target), {
    recursive: true,
    filter: (file) => !file.endsWith("__pycache__"),
  });
}

if (isMain(import.meta)) await runMain(() => build({ force: process.argv.includes("--force") }));
