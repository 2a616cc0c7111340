/** Bundles the command line, the language server and the VS Code client into `dist/`, with what they read at run time. */
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { build as bundle } from "esbuild";
import { bakeDataDirectory } from "./data-directory.mjs";
import { hashOf } from "./support/file-hash.mjs";
import { buildPyodide, pyodideAssets, pyodideInputs } from "./support/pyodide-bundle.mjs";
import { inRepository, isMain, Refusal, root, runMain, say } from "./support/repository.mjs";

const bundles = [
  { entry: "server/src/cli/main.ts", output: "dist/cli.cjs", executable: true },
  { entry: "server/src/lsp/main.ts", output: "dist/server.cjs" },
  { entry: "src/extension.ts", output: "dist/extension.cjs", external: ["vscode"], apart: "language-client" },
  { entry: "src/language-client.ts", output: "dist/language-client.cjs", external: ["vscode"] },
  { entry: "server/src/explain/embedded/postgres-worker.ts", output: "dist/embedded/postgres-worker.cjs" },
];

/** What a webview's browser loads when it is first shown. */
const pageBundles = {
  "plan-view": "src/plan-view/browser/main.ts",
  "plan-view-style": "src/plan-view/browser/plan-view.css",
};

const pglite = "node_modules/@electric-sql/pglite/dist";
const extensionList = "server/src/explain/embedded/extensions.json";
/** @type {readonly string[]} */
const extensions = JSON.parse(readFileSync(inRepository(extensionList), "utf8"));
const dataDirectory = "dist/embedded/data-directory.tar.br";

/** Read at run time from the folder of the bundles. */
const bundleAssets = [
  "node_modules/web-tree-sitter/web-tree-sitter.wasm",
  "node_modules/tree-sitter-python/tree-sitter-python.wasm",
  "node_modules/libpg-query/wasm/libpg-query.wasm",
];

/** What the embedded PostgreSQL reads from a folder of its own. */
const embeddedAssets = ["pglite.wasm", "pglite.data", ...extensions.map((name) => `${name}.tar.gz`)].map(
  (name) => `${pglite}/${name}`,
);

/** All files of packages that are read at run time. */
export const assets = [...bundleAssets, ...embeddedAssets, ...pyodideAssets];

/** Folders that are read at run time, and their names beside the bundles. */
const assetFolders = [
  { source: "docs/rules", target: "dist/rules" },
  { source: "server/src/explain/bridge", target: "dist/bridge" },
];

const dataDirectoryInputs = ["scripts/data-directory.mjs", extensionList, `${pglite}/../package.json`];
const inputs = [
  "server/src",
  "src",
  "docs/rules",
  "scripts/build.mjs",
  "package.json",
  "package-lock.json",
  ...dataDirectoryInputs,
  ...pyodideInputs,
];
const stamp = "dist/.inputs";
const dataDirectoryStamp = "dist/embedded/.inputs";

/** Where esbuild's descriptions of what is in each bundle are written. */
export const metafile = "dist/metafile.json";

/**
 * Builds everything; does nothing when no input changed since the last build.
 * @param {{ force?: boolean }} [options]
 */
export async function build({ force = false } = {}) {
  const hash = hashOf(inputs);
  if (!force && hashIn(stamp) === hash) {
    say("dist is up to date");
    return;
  }
  const start = performance.now();
  mkdirSync(inRepository("dist"), { recursive: true });
  rmSync(inRepository(stamp), { force: true });
  const results = await Promise.all([...bundles.map(bundleOne), bundlePages()]).catch(() => {
    throw new Refusal("the bundles could not be built: esbuild's errors stand above.");
  });
  for (const asset of bundleAssets) cpSync(inRepository(asset), inRepository(`dist/${basename(asset)}`));
  for (const asset of embeddedAssets)
    cpSync(inRepository(asset), inRepository(`dist/embedded/${basename(asset)}`));
  await bakeIfChanged();
  for (const { source, target } of assetFolders) copyFolder(source, target);
  const pyodide = await buildPyodide();
  const metafiles = [
    ...results.map((result) => result.metafile),
    ...(pyodide === undefined ? [] : [pyodide]),
  ];
  writeFileSync(inRepository(metafile), JSON.stringify(metafiles));
  // Without Django the next build tries again.
  if (pyodide !== undefined) writeFileSync(inRepository(stamp), hash);
  say(
    `built ${bundles.map(({ output }) => output).join(", ")} in ${Math.round(performance.now() - start)} ms`,
  );
}

/**
 * `apart` is a module with a bundle of its own beside this one, which is read when the module is first imported: a large
 * bundle takes its time even where little of it is run.
 * @param {{ entry: string, output: string, executable?: boolean, external?: string[], apart?: string }} options
 */
async function bundleOne({ entry, output, executable = false, external = [], apart }) {
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
    // Comments of libraries hold letters beyond Latin 1, with which V8 takes two bytes for each letter of the bundle, for as
    // long as it runs. Names stay, and lines short enough for whoever reads a stack.
    minifyWhitespace: true,
    lineLimit: 160,
    metafile: true,
    external,
    plugins: apart === undefined ? [] : [keptApart(apart)],
    // VS Code gives `vscode` to what is required; what is imported is loaded by other means.
    supported: { "dynamic-import": apart === undefined },
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

/**
 * @param {string} name of the module and of its bundle
 * @returns {import("esbuild").Plugin}
 */
function keptApart(name) {
  return {
    name: "kept-apart",
    setup({ onResolve }) {
      onResolve({ filter: new RegExp(`/${name}\\.ts$`) }, ({ kind }) =>
        kind === "dynamic-import" ? { path: `./${name}.cjs`, external: true } : undefined,
      );
    },
  };
}

async function bundlePages() {
  return bundle({
    absWorkingDir: root,
    entryPoints: pageBundles,
    outdir: "dist/plan-view",
    bundle: true,
    minify: true,
    platform: "browser",
    target: "chrome120",
    format: "iife",
    legalComments: "none",
    metafile: true,
    define: {
      "process.env.NODE_ENV": '"production"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    logLevel: "warning",
  });
}

/** Takes seconds, and nothing of this repository's usual changes touches it. */
async function bakeIfChanged() {
  const hash = hashOf(dataDirectoryInputs);
  if (hashIn(dataDirectoryStamp) === hash) return;
  await bakeDataDirectory(pglite, extensions, dataDirectory);
  writeFileSync(inRepository(dataDirectoryStamp), hash);
}

/**
 * The hash of what was built from.
 * @param {string} file
 */
function hashIn(file) {
  try {
    return readFileSync(inRepository(file), "utf8");
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
