/**
 * Says what the present sources do to findings that were judged: which false ones are gone, which true ones were lost.
 *
 *   node test/ecosystem/compare.mjs PROJECT…
 *
 * The folders must hold the versions that were judged; others are left out. Exit status 1 when a true finding was lost.
 */
import { resolve } from "node:path";
import { build } from "../../scripts/build.mjs";
import { Refusal, runMain, say } from "../../scripts/support/repository.mjs";
import { checkProject, identityOf } from "./support/check-project.mjs";
import { judgedFindings, readVerdicts } from "./support/verdicts.mjs";

/**
 * @typedef {import("./support/check-project.mjs").Finding} Finding
 * @typedef {import("./support/verdicts.mjs").JudgedFinding} JudgedFinding
 */

const confidences = ["low", "medium", "high", "certain"];

await runMain(async () => {
  const folders = process.argv.slice(2);
  if (folders.length === 0) throw new Refusal("usage: node test/ecosystem/compare.mjs PROJECT…");
  await build();
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
    const { report, errors } = checkProject(folder);
    if (report === undefined) throw new Refusal(`${path}: no report: ${errors.trim()}`);
    return ofProject.map((finding) => ({ finding, outcome: outcomeOf(finding, report.findings) }));
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
  return outcomes.some(({ finding, outcome }) => finding.isTrue && outcome === "gone") ? 1 : 0;
});

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
