/** Python in WebAssembly with Django, for EXPLAIN without an interpreter, and the program that runs it. */
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { build as bundle } from "esbuild";
import { ArchiveUnavailable, packers, pythonArchives } from "./django-archive.mjs";
import { hashOf } from "./file-hash.mjs";
import { inRepository, root, say } from "./repository.mjs";

const folder = "dist/pyodide";
const host = "server/src/explain/pyodide/host/main.ts";

/** Files of the package that ship as they are. */
export const pyodideAssets = [
  "node_modules/pyodide/pyodide.asm.mjs",
  "node_modules/pyodide/pyodide.asm.wasm",
  "node_modules/pyodide/pyodide-lock.json",
];

/** What the result depends on, besides the sources and the packages. */
export const pyodideInputs = [
  "scripts/bundled-django.txt",
  "scripts/support/django-archive.mjs",
  ...packers,
  "scripts/support/pyodide-bundle.mjs",
];

/**
 * Fills its folder in `dist`, where the bridge must be already.
 * @returns what is in the program; undefined where Django cannot be fetched: such a build explains with the user's
 *   interpreter only
 */
export async function buildPyodide() {
  rmSync(inRepository(folder), { recursive: true, force: true });
  const archives = await archivesOrReason();
  if (archives === undefined) return undefined;
  const { metafile } = await bundleHost();
  for (const file of [...archives, ...pyodideAssets.map(inRepository)])
    cpSync(file, inRepository(`${folder}/${basename(file)}`));
  // Names everything that a memory snapshot of the interpreter depends on.
  writeFileSync(inRepository(`${folder}/key`), hashOf([folder, "dist/bridge"]).slice(0, 16));
  return metafile;
}

async function archivesOrReason() {
  try {
    return (await pythonArchives()).archives;
  } catch (error) {
    if (!(error instanceof ArchiveUnavailable)) throw error;
    say(`${error.message} This build explains querysets only with an interpreter of the user's.`);
    return undefined;
  }
}

/** Runs as a program of its own, in a sandbox: a module, because those have no `require` that others could find. */
function bundleHost() {
  return bundle({
    absWorkingDir: root,
    entryPoints: [host],
    outfile: `${folder}/host.mjs`,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    legalComments: "none",
    metafile: true,
    alias: { ws: inRepository("server/src/explain/pyodide/host/no-web-sockets.ts") },
    logLevel: "warning",
  });
}
