/** What a process costs: CPU time and memory, which do not depend on how busy the machine is. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refusal } from "../../../scripts/support/repository.mjs";

const gnuTime = "/usr/bin/time";

/**
 * @typedef {object} Cost
 * @property {number} cpuSeconds user and system time of the process and its children
 * @property {number} peakMegabytes largest resident set (1 MB = 1,000,000 bytes)
 * @property {number | undefined} status exit status; undefined when it was ended after the time limit
 * @property {string} output what it wrote to standard output
 */

/**
 * Runs a program to its end, or ends it after a time limit.
 * @param {{ program: string, args: readonly string[], cwd: string, limitSeconds: number }} command
 * @returns {Promise<Cost>}
 */
export async function measureProcess({ program, args, cwd, limitSeconds }) {
  if (!existsSync(gnuTime)) throw new Refusal(`${gnuTime} (GNU time) is missing: apt-get install time`);
  const folder = mkdtempSync(join(tmpdir(), "queryscope-bench-"));
  const figures = join(folder, "time");
  try {
    const { status, output } = await collect(
      gnuTime,
      // `timeout` ends the program itself, so that GNU time still tells what it took.
      ["-q", "-f", "%U %S %M", "-o", figures, "timeout", String(limitSeconds), program, ...args],
      cwd,
    );
    const [user = NaN, system = NaN, kibibytes = NaN] = (
      readFileSync(figures, "utf8").trim().split("\n").at(-1) ?? ""
    )
      .split(" ")
      .map(Number);
    return {
      cpuSeconds: user + system,
      peakMegabytes: (kibibytes * 1024) / 1e6,
      status: status === timedOut ? undefined : status,
      output,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The exit status of `timeout` when it had to end its program. */
const timedOut = 124;

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<{ status: number, output: string }>}
 */
function collect(program, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "ignore"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      output += text;
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status: status ?? 1, output }));
  });
}
