import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Bundles a server's entry, so that Node can run it. @returns the path of the program */
export async function buildServer(entry: string): Promise<string> {
  const outfile = join(mkdtempSync(join(tmpdir(), "queryscope-server-")), "server.cjs");
  await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "warning",
  });
  return outfile;
}
