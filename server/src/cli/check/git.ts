import { spawnSync } from "node:child_process";
import { UsageError } from "../usage-error.ts";

/** The files below a folder that are not what they were at a commit, relative to the folder. */
export interface ChangesSince {
  /** Contents at the commit; undefined for files that did not exist then. */
  readonly contents: ReadonlyMap<string, Uint8Array | undefined>;
}

/** Megabytes of changed files that can be read at once. */
const maximumOutput = 1024 * 1024 * 1024;

/**
 * @param reference a commit, branch or tag
 * @throws UsageError when git is missing, the folder is in no repository, or the reference names no commit.
 */
export function changesSince(folder: string, reference: string): ChangesSince {
  const commit = resolveCommit(folder, reference);
  const changed = parseNameStatus(
    git(folder, ["diff", "--relative", "--no-renames", "--name-status", "-z", commit]),
  );
  const untracked = names(git(folder, ["ls-files", "--others", "--exclude-standard", "-z"]));
  const contents = new Map<string, Uint8Array | undefined>();
  for (const path of [...changed.added, ...untracked]) contents.set(path, undefined);
  for (const [path, content] of readBlobs(folder, commit, changed.existed)) contents.set(path, content);
  return { contents };
}

function resolveCommit(folder: string, reference: string): string {
  if (reference.startsWith("-")) throw new UsageError(`--since: "${reference}" is not a commit`);
  const inside = run(folder, ["rev-parse", "--is-inside-work-tree"]);
  if (inside.status !== 0) throw new UsageError(`--since: ${folder} is not in a git repository`);
  const result = run(folder, ["rev-parse", "--verify", "--quiet", `${reference}^{commit}`]);
  if (result.status !== 0) throw new UsageError(`--since: git knows no commit "${reference}"`);
  return result.stdout.toString().trim();
}

function parseNameStatus(output: Buffer): {
  readonly added: readonly string[];
  readonly existed: readonly string[];
} {
  const added: string[] = [];
  const existed: string[] = [];
  const fields = names(output);
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [status, path] = fields.slice(index, index + 2);
    if (path === undefined) break;
    (status === "A" ? added : existed).push(path);
  }
  return { added, existed };
}

/** `git cat-file --batch` answers each name with `<object> blob <size>`, the content and a line break. */
function readBlobs(
  folder: string,
  commit: string,
  paths: readonly string[],
): readonly (readonly [string, Uint8Array])[] {
  // The protocol has no way to ask for a name with a line break.
  const asked = paths.filter((path) => !path.includes("\n"));
  if (asked.length === 0) return [];
  const output = git(folder, ["cat-file", "--batch"], asked.map((path) => `${commit}:./${path}\n`).join(""));
  const blobs: (readonly [string, Uint8Array])[] = [];
  let position = 0;
  for (const path of asked) {
    const lineEnd = output.indexOf("\n", position);
    if (lineEnd < 0) break;
    const header = output.toString("utf8", position, lineEnd);
    position = lineEnd + 1;
    const blob = /^[0-9a-f]+ (\w+) (\d+)$/.exec(header);
    if (blob === null) continue;
    const size = Number(blob[2]);
    if (blob[1] === "blob") blobs.push([path, output.subarray(position, position + size)]);
    position += size + 1;
  }
  return blobs;
}

function names(output: Buffer): readonly string[] {
  return output
    .toString()
    .split("\0")
    .filter((name) => name !== "");
}

function git(folder: string, args: readonly string[], input = ""): Buffer {
  const { status, stdout, stderr } = run(folder, args, input);
  if (status !== 0) throw new UsageError(`--since: git ${args[0]} failed: ${stderr.toString().trim()}`);
  return stdout;
}

function run(folder: string, args: readonly string[], input = "") {
  const result = spawnSync("git", ["-C", folder, ...args], { input, maxBuffer: maximumOutput });
  if (result.error !== undefined) throw new UsageError(`--since: git cannot be run: ${result.error.message}`);
  return result;
}
