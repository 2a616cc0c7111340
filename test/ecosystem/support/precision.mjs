/** How often a rule's findings of high confidence were right in the newest samples, for `docs/rules.md`. */
import { readFileSync } from "node:fs";
import { inRepository, Refusal } from "../../../scripts/support/repository.mjs";
import { judgedFindings, readVerdicts } from "./verdicts.mjs";

/** Samples that are older than these many findings say little about the rule of today. */
const enough = 20;

/**
 * By code of the rule: as many of its newest samples as hold 20 findings together, or all of them.
 * @returns {import("../../../server/src/lint/rules-page.ts").PrecisionByRule}
 * @throws Refusal for a verdict on a commit that `samples.json` does not name
 */
export function measuredPrecision() {
  /** @type {readonly string[]} commits that samples were drawn at, the newest last */
  const samples = JSON.parse(readFileSync(inRepository("test/ecosystem/samples.json"), "utf8"));
  const findings = judgedFindings(readVerdicts()).filter(({ verdict }) =>
    ["certain", "high"].includes(verdict.confidence),
  );
  for (const { verdict } of findings) {
    if (!samples.includes(verdict.commit))
      throw new Refusal(`test/ecosystem/samples.json does not name ${verdict.commit}, which has verdicts`);
  }
  const codes = new Set(findings.map(({ verdict }) => verdict.code));
  return Object.fromEntries([...codes].sort().map((code) => [code, precisionOf(code, findings, samples)]));
}

/**
 * @param {string} code
 * @param {readonly import("./verdicts.mjs").JudgedFinding[]} findings
 * @param {readonly string[]} samples the newest last
 */
function precisionOf(code, findings, samples) {
  /** @type {import("./verdicts.mjs").JudgedFinding[]} */
  const newest = [];
  for (const commit of samples.toReversed()) {
    if (newest.length >= enough) break;
    newest.push(...findings.filter(({ verdict }) => verdict.code === code && verdict.commit === commit));
  }
  const offered = newest.filter(({ fix }) => fix !== "none");
  return {
    judged: newest.length,
    true: newest.filter(({ isTrue }) => isTrue).length,
    fixes: offered.length,
    right: offered.filter(({ fix }) => fix === "right").length,
  };
}
