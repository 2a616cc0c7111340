import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sandboxed } from "./sandbox.ts";

export interface SnapshotPlace {
  /** The program in the sandbox. */
  readonly program: string;
  readonly readable: readonly string[];
  /** Absolute path of a folder of the user's. */
  readonly cacheFolder: string;
  /** Names all that a snapshot depends on. */
  readonly key: string;
  /** Told when one is made, which takes time. */
  readonly onProgress: ((message: string) => void) | undefined;
}

const timeoutMs = 120_000;
const cpuSeconds = 120;
const largest = 256 * 1024 * 1024;
const extension = ".snapshot";

/** By file: two requests at the same time make one snapshot. */
const underway = new Map<string, Promise<string | undefined>>();

/**
 * The file with the memory of an interpreter that has imported Django and nothing else, made where it is missing.
 * @returns undefined where it cannot be kept: the interpreter then starts without, which takes seconds longer
 */
export function pythonSnapshot(place: SnapshotPlace): Promise<string | undefined> {
  const file = join(place.cacheFolder, `python-${place.key}-${process.versions.node}${extension}`);
  if (isOwn(file)) return Promise.resolve(file);
  let made = underway.get(file);
  if (made === undefined) {
    made = make(place, file).finally(() => underway.delete(file));
    underway.set(file, made);
  }
  return made;
}

async function make(place: SnapshotPlace, file: string): Promise<string | undefined> {
  place.onProgress?.("preparing Queryscope's own Django, which takes some seconds the first time");
  const bytes = await snapshotBytes(place);
  if (bytes === undefined) return undefined;
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(place.cacheFolder, { recursive: true, mode: 0o700 });
    writeFileSync(temporary, bytes, { mode: 0o600, flag: "wx" });
    chmodSync(temporary, 0o600);
    renameSync(temporary, file);
    removeOthers(place.cacheFolder, file);
    return file;
  } catch {
    // A full disk, a folder that cannot be written: it works without, only slower.
    rmSync(temporary, { force: true });
    return undefined;
  }
}

/** No project code runs in that process. */
async function snapshotBytes({ program, readable }: SnapshotPlace): Promise<Buffer | undefined> {
  const launch = await sandboxed({ program, args: ["snapshot"], readable, cpuSeconds });
  return new Promise((resolve) => {
    const child = spawn(launch.command, launch.args, {
      cwd: launch.folder,
      env: launch.environment,
      stdio: ["ignore", "pipe", "ignore"],
      timeout: timeoutMs,
      killSignal: "SIGKILL",
      windowsHide: true,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > largest) child.kill("SIGKILL");
      else chunks.push(chunk);
    });
    child.on("error", () => resolve(undefined));
    child.on("close", (status) => resolve(status === 0 ? Buffer.concat(chunks) : undefined));
  });
}

/** Memory of a stranger is not continued. */
function isOwn(file: string): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() === true && (process.getuid === undefined || stats.uid === process.getuid());
}

/** Of earlier versions. */
function removeOthers(folder: string, kept: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (name.endsWith(extension) && file !== kept) rmSync(file, { force: true });
  }
}
