/** The repository's own files, for tests about it. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

/** Paths, relative and with `/`, of what belongs to the repository, also where it is not committed yet. */
export function repositoryFiles(): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: repository,
    encoding: "utf8",
  });
  return listed.split("\0").filter((file) => file !== "" && existsSync(inRepository(file)));
}

export const inRepository = (file: string): string => path.join(repository, file);

export const readRepositoryFile = (file: string): string => readFileSync(inRepository(file), "utf8");
