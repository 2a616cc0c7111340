/**
 * Says what the present sources do to findings that were judged: which false ones are gone, which true ones were lost.
 *
 *   node test/ecosystem/compare.mjs [--reports FOLDER] PROJECT…
 *
 * The folders must hold the versions that were judged; others are left out. Then it says of each rule how many of the
 * judged findings that are of high confidence now are true, of all and of up to 30 that are spread over the projects:
 * what was repaired after a sample shows here, so it is no measure for code that nobody has seen. `--reports`: see
 * draw-sample.mjs. Exit status 1 when a true finding was lost.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "../../scripts/build.mjs";
import { Refusal, runMain, say } from "../../scripts/support/repository.mjs";
import { identityOf } from "./support/check-project.mjs";
import { reportOf } from "./support/report-of.mjs";
import { stratifiedSample } from "./support/sampling.mjs";
import { judgedFindings, readVerdicts } from "./support/verdicts.mjs";

/**
 * @typedef {import("./support/check-project.mjs").Finding} Finding
 * @typedef {import("./support/verdicts.mjs").JudgedFinding} JudgedFinding
 */

const confidences = ["low", "medium", "high", "certain"];

await runMain(async () => {
  const { values, positionals: folders } = parseArgs({
    allowPositionals: true,
    options: { reports: { type: "string" } },
  });
  if (folders.length === 0) throw new Refusal("usage: node test/ecosystem/compare.mjs PROJECT…");
  if (values.reports === undefined) await build();
  const judged = judgedFindings(readVerdicts());
  const outcomes = folders.flatMap((path) => {
    const folder = resolve(path);
    const { project, version } = identityOf(folder);
    const ofProject = judged.filter(
      ({ verdict }) => verdict.project === project && verdict.version === version,
    );
    if (ofProject.length === 0) {
      say(`${project} ${version}: nothing was judged`);
      return [];
    }
    const { findings } = reportOf(folder, values.reports);
    return ofProject.map((finding) => ({
      finding,
      outcome: outcomeOf(finding, findings),
      isSure: isSure(finding, findings),
    }));
  });
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { finding, outcome } of outcomes) {
    const kind = `${finding.isTrue ? "true" : "false"} finding ${outcome}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (outcome === "kept") continue;
    const { project, path, line, code, relationPaths } = finding.verdict;
    console.log(`${kind}: ${project} ${path}:${line} ${code} ${relationPaths.join(", ")}`);
  }
  for (const [kind, count] of [...counts].sort()) console.log(`${count} × ${kind}`);
  const sure = outcomes.flatMap((each) => (each.isSure ? [each.finding] : []));
  for (const code of [...new Set(sure.map(({ verdict }) => verdict.code))].sort()) {
    const all = sure.filter(({ verdict }) => verdict.code === code);
    const some = stratifiedSample(all, { seed: code, size: 30, stratum: projectOf, identity: placeOf });
    const projects = new Set(all.map(projectOf)).size;
    console.log(`${code} at high: ${share(all)} true in ${projects} projects; of up to 30: ${share(some)}`);
  }
  return outcomes.some(({ finding, outcome }) => finding.isTrue && outcome === "gone") ? 1 : 0;
});

/** @param {JudgedFinding} judged */
function projectOf({ verdict }) {
  return verdict.project;
}

/** @param {JudgedFinding} judged */
function placeOf({ verdict: { project, path, line, relationPaths } }) {
  return [project, path, line, ...relationPaths].join(" ");
}

/** @param {readonly JudgedFinding[]} findings */
function share(findings) {
  return `${findings.filter(({ isTrue }) => isTrue).length} of ${findings.length}`;
}

/**
 * Whether the finding is of high confidence now.
 * @param {JudgedFinding} judged
 * @param {readonly Finding[]} findings
 */
function isSure({ verdict }, findings) {
  return findings.some(
    ({ confidence, path, range, rule }) =>
      path === verdict.path &&
      range.start.line === verdict.line &&
      rule === verdict.rule &&
      ["certain", "high"].includes(confidence),
  );
}

/**
 * @param {JudgedFinding} judged
 * @param {readonly Finding[]} findings
 */
function outcomeOf({ verdict }, findings) {
  const same = findings.filter(
    ({ path, range, rule }) =>
      path === verdict.path && range.start.line === verdict.line && rule === verdict.rule,
  );
  const paths = JSON.stringify(verdict.relationPaths);
  const exact = same.find(({ relationPaths }) => JSON.stringify(relationPaths) === paths);
  if (exact === undefined) return same.length > 0 ? "kept with other paths" : "gone";
  if (confidences.indexOf(exact.confidence) < confidences.indexOf(verdict.confidence))
    return "with less confidence";
  if (verdict.fix !== "none" && exact.fixes.length === 0) return "kept without its fix";
  return "kept";
}
