import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { inRepository, root } from "./repository.mjs";

/**
 * @typedef {object} RunResult
 * @property {number} status exit status; 1 when a signal ended the program
 * @property {string} output what it wrote to both streams, empty unless captured
 */

/**
 * Runs a program to its end.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, output?: "inherit" | "capture" | "stderr" }} [options]
 *   `inherit` passes everything through, `stderr` sends all of it to standard error, `capture` keeps it
 * @returns {Promise<RunResult>} @throws when the program cannot be started
 */
export function run(program, args, { cwd = root, env = {}, output = "inherit" } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: output === "inherit" ? "inherit" : ["ignore", "pipe", "pipe"],
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk) => {
        if (output === "stderr") process.stderr.write(chunk);
        text += chunk;
      });
    }
    child.on("error", reject);
    child.on("close", (status) => resolve({ status: status ?? 1, output: text }));
  });
}

/**
 * Whether a program can be started and succeeds.
 * @param {string} program
 * @param {readonly string[]} args
 */
export async function succeeds(program, args) {
  try {
    return (await run(program, args, { output: "capture" })).status === 0;
  } catch {
    return false;
  }
}

/**
 * The script behind a command of an installed package, to be run by this very Node.
 * @param {string} packageName
 * @param {string} [command] where the package has several
 */
export function commandOf(packageName, command = packageName.replace(/^@.*\//, "")) {
  const folder = `node_modules/${packageName}`;
  const { bin } = JSON.parse(readFileSync(inRepository(`${folder}/package.json`), "utf8"));
  return inRepository(`${folder}/${typeof bin === "string" ? bin : bin[command]}`);
}
