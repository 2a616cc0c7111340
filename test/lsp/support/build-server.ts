import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * Bundles a server's entry as the build does, so that Node can run it from its sources of this moment.
 * @param entry relative to the repository
 * @returns the path of the program
 */
export async function buildServer(entry: string): Promise<string> {
  const root = mkdtempSync(path.join(tmpdir(), "queryscope-server-"));
  const outfile = path.join(root, "dist", "server.cjs");
  await build({
    absWorkingDir: repository,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "warning",
    alias: { "web-tree-sitter": path.join(repository, "node_modules/web-tree-sitter/web-tree-sitter.cjs") },
    define: { "import.meta.url": "bundleUrl" },
    banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
  });
  for (const asset of [
    "web-tree-sitter/web-tree-sitter.wasm",
    "tree-sitter-python/tree-sitter-python.wasm",
    "libpg-query/wasm/libpg-query.wasm",
  ]) {
    copyFileSync(path.join(repository, "node_modules", asset), path.join(root, "dist", path.basename(asset)));
  }
  const bridge = path.join(repository, "server/src/explain/bridge");
  cpSync(bridge, path.join(root, "dist/bridge"), { recursive: true });
  // What a build made; no test that needs it passes without one.
  symlinkSync(path.join(repository, "dist/embedded"), path.join(root, "dist/embedded"));
  writeFileSync(path.join(root, "package.json"), readFileSync(path.join(repository, "package.json")));
  return outfile;
}

/** @param program what {@link buildServer} answered */
export function removeServer(program: string): void {
  rmSync(path.dirname(path.dirname(program)), { recursive: true, force: true });
}
