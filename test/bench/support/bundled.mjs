import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { inRepository } from "../../../scripts/support/repository.mjs";

/**
 * Imports a TypeScript module of the repository from a script, which Node 20 cannot do by itself.
 * @param {string} path relative to the repository
 */
export async function importTypeScript(path) {
  const folder = mkdtempSync(join(tmpdir(), "queryscope-bundle-"));
  const outfile = join(folder, "module.mjs");
  try {
    await build({
      entryPoints: [inRepository(path)],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      // CommonJS packages in the bundle ask for Node's modules through `require`.
      banner: {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      },
      logLevel: "error",
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
