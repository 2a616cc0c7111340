/** The built command line on a real project, and what the project is. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { inRepository } from "../../../scripts/support/repository.mjs";

/**
 * A finding as in the JSON report, of which only what is read here is described.
 * @typedef {{ line: number, column: number }} Position
 * @typedef {{ start: Position, end: Position }} Range
 * @typedef {object} Finding
 * @property {string} code
 * @property {string} rule
 * @property {string} level
 * @property {"certain" | "high" | "medium" | "low"} confidence
 * @property {string} message
 * @property {string} help
 * @property {string} path
 * @property {Range} range
 * @property {string} symbol
 * @property {string | null} model
 * @property {readonly string[]} relationPaths
 * @property {readonly string[]} fields
 * @property {readonly { path: string, range: Range, relationPath: string, code: string }[]} accesses
 * @property {readonly { message: string, path: string, range: Range }[]} evidence
 * @property {{ before: string, after: string } | null} queries
 * @property {string} fingerprint
 * @property {readonly { title: string, safety: string, preferred: boolean, edits: readonly object[] }[]} fixes
 *
 * @typedef {object} Checked
 * @property {number} status
 * @property {string} errors what was written to standard error
 * @property {{ findings: readonly Finding[], problems: readonly { path: string, message: string }[], summary: { files: number } } | undefined} report undefined when there was none
 */

/**
 * @param {string} folder
 * @param {string} [environment] the active virtual environment; none by default
 * @returns {Checked}
 */
export function checkProject(folder, environment) {
  const { VIRTUAL_ENV: _, CONDA_PREFIX: __, ...variables } = process.env;
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [inRepository("dist/cli.cjs"), "check", ".", "--output-format", "json", "--no-cache"],
    {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 2 ** 30,
      env: environment === undefined ? variables : { ...variables, VIRTUAL_ENV: environment },
    },
  );
  if (error) throw error;
  return { status: status ?? 2, errors: stderr, report: stdout === "" ? undefined : JSON.parse(stdout) };
}

/**
 * Name and version of an unpacked wheel, else the folder's name.
 * @param {string} folder
 */
export function identityOf(folder) {
  const metadata = readdirSync(folder).find((name) => name.endsWith(".dist-info"));
  const text = metadata === undefined ? "" : readFileSync(join(folder, metadata, "METADATA"), "utf8");
  return {
    project: /^Name: (.+)$/m.exec(text)?.[1]?.trim().toLowerCase() ?? basename(folder),
    version: /^Version: (.+)$/m.exec(text)?.[1]?.trim() ?? "unknown",
  };
}
