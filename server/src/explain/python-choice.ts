import type { FileSystem } from "../platform/file-system.ts";
import { joinPath } from "../platform/paths.ts";

const customaryFolders = [".venv", "venv", "env"];
const interpreters = ["bin/python", "bin/python3", "Scripts/python.exe"];

/**
 * The interpreter for a project where none is named: of the active environment, of an environment in one of the
 * folders (the project's first), else what the search path has.
 */
export function usualPython(
  files: FileSystem,
  folders: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): string {
  const active = [variables.VIRTUAL_ENV, variables.CONDA_PREFIX].filter((path) => path !== undefined);
  const own = folders.flatMap((folder) => customaryFolders.map((name) => joinPath(folder, name)));
  for (const environment of [...active, ...own]) {
    for (const interpreter of interpreters) {
      const path = joinPath(environment, interpreter);
      if (files.stat(path)?.type === "file") return path;
    }
  }
  return process.platform === "win32" ? "python" : "python3";
}
