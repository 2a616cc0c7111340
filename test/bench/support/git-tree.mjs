/** Writes the tree of a commit from a clone, without a work tree and without running anything of it. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What the analysis reads: Python, templates, settings. */
const extensions = /\.(py|html?|jinja2?|j2|djhtml|txt|xml|toml|cfg|ini|lock)$/;
const buffer = { maxBuffer: 1 << 30 };

/**
 * The git directory of `owner/name` in a folder of clones, named `owner+name`.
 * @param {string} folder
 * @param {string} repository
 */
export function gitDirectory(folder, repository) {
  const base = join(folder, repository.replace("/", "+"));
  return [join(base, "repo", ".git"), join(base, "repo"), join(base, ".git"), base].find((candidate) =>
    existsSync(join(candidate, "HEAD")),
  );
}

/**
 * Files whose blobs the clone lacks are left out and counted.
 * @param {string} git
 * @param {string} commit
 * @returns {{ folder: string, missing: number }} a temporary folder
 */
export function writeTree(git, commit) {
  const listing = execFileSync("git", ["--git-dir", git, "ls-tree", "-r", "-z", commit], buffer).toString();
  const files = listing.split("\0").flatMap((entry) => {
    const [head = "", path] = entry.split("\t");
    const [mode = "", , blob] = head.split(" ");
    // Regular files only: a symbolic link could lead out of the folder.
    return path && blob && mode.startsWith("100") && extensions.test(path) ? [{ path, blob }] : [];
  });
  const answer = execFileSync("git", ["--git-dir", git, "cat-file", "--batch"], {
    ...buffer,
    input: files.map(({ blob }) => `${blob}\n`).join(""),
    // A partial clone must not ask its server for what it lacks.
    env: { ...process.env, GIT_NO_LAZY_FETCH: "1" },
  });
  const folder = mkdtempSync(join(tmpdir(), "queryscope-tree-"));
  let position = 0;
  let missing = 0;
  for (const { path } of files) {
    const end = answer.indexOf("\n", position);
    const [, kind, size] = answer.toString("utf8", position, end).split(" ");
    position = end + 1;
    if (kind !== "blob") {
      missing += 1;
      continue;
    }
    const length = Number(size);
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, answer.subarray(position, position + length));
    position += length + 1;
  }
  return { folder, missing };
}
