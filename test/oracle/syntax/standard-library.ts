/** Real Python files that are on most machines: the standard library of the installed Python. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

export interface Python {
  readonly command: string;
  readonly minor: number;
  readonly standardLibrary: string;
}

/** The newest Python that is installed, at least 3.11. */
export function findPython(): Python | undefined {
  const script = "import sys, sysconfig; print(sys.version_info.minor, sysconfig.get_path('stdlib'))";
  for (const command of ["python3.14", "python3.13", "python3.12", "python3"]) {
    const { status, stdout } = spawnSync(command, ["-c", script], { encoding: "utf8" });
    if (status !== 0) continue;
    const [minor = "0", ...path] = stdout.trim().split(" ");
    if (Number(minor) >= 11) return { command, minor: Number(minor), standardLibrary: path.join(" ") };
  }
  return undefined;
}

export function standardLibraryFiles({ standardLibrary }: Python): readonly string[] {
  return readdirSync(standardLibrary, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".py") && !path.includes("site-packages"))
    .sort()
    .map((path) => join(standardLibrary, path));
}

/** The same files at every run: evenly spread over the list. */
export function sample(files: readonly string[], size: number): readonly string[] {
  const step = Math.max(1, files.length / size);
  return Array.from(
    { length: Math.min(size, files.length) },
    (_, index) => files[Math.floor(index * step)] ?? "",
  );
}
