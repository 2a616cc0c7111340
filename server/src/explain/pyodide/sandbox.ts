import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { BridgeLaunch } from "../bridge-process.ts";

export interface SandboxedProgram {
  /** Absolute path of a JavaScript module. */
  readonly program: string;
  readonly args: readonly string[];
  /** Absolute paths of files and folders: all that the program can read. */
  readonly readable: readonly string[];
  readonly cpuSeconds: number;
}

/** Of JavaScript's heap, in megabytes. The program limits the memory of WebAssembly itself. */
const heapMegabytes = 512;
const probeTimeoutMs = 5_000;

/**
 * How to start a program that reaches nothing: this Node with its permission model (no writing, no processes, no
 * threads, no native code; reading of what is named), without code made of strings, in an empty environment, with
 * limits of the system where it has them, and without a network where that can be taken away.
 */
export async function sandboxed({
  program,
  args,
  readable,
  cpuSeconds,
}: SandboxedProgram): Promise<BridgeLaunch> {
  const node = [
    process.execPath,
    "--no-warnings",
    permissionFlag(),
    ...readable.map((path) => `--allow-fs-read=${path}`),
    "--disallow-code-generation-from-strings",
    `--max-old-space-size=${heapMegabytes}`,
    program,
    ...args,
  ];
  const [command = "", ...rest] = [...limits(cpuSeconds), ...(await withoutNetwork()), ...node];
  return {
    command,
    args: rest,
    folder: join(program, ".."),
    environment: environment(),
    description: "Python in the sandbox",
  };
}

/** Node 20 calls it experimental. */
function permissionFlag(): string {
  return process.allowedNodeEnvironmentFlags.has("--permission")
    ? "--permission"
    : "--experimental-permission";
}

/** An editor is Node under another name, and Windows starts nothing without its own folder. */
function environment(): Record<string, string> {
  const { SYSTEMROOT } = process.env;
  return {
    ...(process.versions.electron === undefined ? {} : { ELECTRON_RUN_AS_NODE: "1" }),
    ...(SYSTEMROOT === undefined ? {} : { SYSTEMROOT }),
  };
}

/** Of processor time, so that nothing runs on when this process is killed, and of files: none may grow. */
function limits(cpuSeconds: number): readonly string[] {
  if (process.platform === "win32") return [];
  return ["/bin/sh", "-c", `ulimit -t ${cpuSeconds}; ulimit -f 0; ulimit -c 0; unset PWD; exec "$@"`, "sh"];
}

let networkRemoval: Promise<readonly string[]> | undefined;

/** The start of a command that runs the rest in a network name space of its own; empty where the system refuses. */
export function withoutNetwork(): Promise<readonly string[]> {
  networkRemoval ??= findNetworkRemoval();
  return networkRemoval;
}

function findNetworkRemoval(): Promise<readonly string[]> {
  const unshare = ["/usr/bin/unshare", "/bin/unshare"].find((path) => existsSync(path));
  if (process.platform !== "linux" || unshare === undefined) return Promise.resolve([]);
  const command = [unshare, "--map-root-user", "--net", "--"];
  return new Promise((resolve) => {
    execFile(unshare, [...command.slice(1), "/bin/true"], { timeout: probeTimeoutMs }, (error) =>
      resolve(error === null ? command : []),
    );
  });
}
