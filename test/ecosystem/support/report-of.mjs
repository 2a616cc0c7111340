import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Refusal } from "../../../scripts/support/repository.mjs";
import { checkProject } from "./check-project.mjs";

/** @typedef {import("./check-project.mjs").Finding} Finding */

/**
 * What the present sources say of a project, or said of it before.
 * @param {string} folder
 * @param {string | undefined} reports folder of what `check --output-format json` said, as `<name of the project's folder>.json`; undefined to check now
 * @returns {{ readonly findings: readonly Finding[] }}
 * @throws Refusal where there is no report
 */
export function reportOf(folder, reports) {
  if (reports !== undefined)
    return JSON.parse(readFileSync(join(reports, `${basename(folder)}.json`), "utf8"));
  const { report, errors } = checkProject(folder);
  if (report === undefined) throw new Refusal(`${folder}: no report: ${errors.trim()}`);
  return report;
}
