/** The built command line as a process. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const commandFile = fileURLToPath(new URL("../../../dist/cli.cjs", import.meta.url));

export interface ProcessResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessOptions {
  readonly folder: string;
  readonly input?: string;
  /** On top of those of the tests. */
  readonly variables?: Readonly<Record<string, string>>;
}

export function queryscope(
  { folder, input = "", variables = {} }: ProcessOptions,
  ...args: string[]
): Promise<ProcessResult> {
  if (!existsSync(commandFile)) throw new Error(`${commandFile} is missing: run npm run build`);
  return runProcess(process.execPath, [commandFile, ...args], folder, input, variables);
}

export function runProcess(
  command: string,
  args: readonly string[],
  folder: string,
  input = "",
  variables: Readonly<Record<string, string>> = {},
): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
    const child = spawn(command, args, {
      cwd: folder,
      // Not the user's own.
      env: { QUERYSCOPE_CACHE_DIR: join(tmpdir(), "queryscope-test-cache"), ...env, ...variables },
    });
    const written = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      written.stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      written.stderr += text;
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, ...written }));
    // A process may leave without reading what nobody asked it to read.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

export async function git(folder: string, ...args: string[]): Promise<void> {
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
  const { status, stderr } = await runProcess("git", [...identity, ...args], folder);
  if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
}

/** A folder with files, removed at the end of the test. Its name has a space, as users' folders do. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const outer = realpathSync(mkdtempSync(join(tmpdir(), "queryscope-")));
  onTestFinished(() => rmSync(outer, { recursive: true, force: true }));
  const folder = join(outer, "my shop");
  mkdirSync(folder);
  writeFiles(folder, files);
  return folder;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}
