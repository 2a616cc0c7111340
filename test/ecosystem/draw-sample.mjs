/**
 * Draws findings in real projects for judges.
 *
 *   node test/ecosystem/draw-sample.mjs [--confidence high|medium] [--size 70] [--seed COMMIT] [--rules QS1,…]
 *     [--each-rule 10] [--unjudged] [--reports FOLDER] [--output FILE] PROJECT…
 *
 * The seed is the commit that is checked out, so that nobody can draw until they like what comes. The sample is spread
 * over rules and projects. `--rules` takes the beginnings of codes. `--each-rule` draws so many findings of each rule
 * first (or all that there are), also beyond the size: rules are named by what reads the rows. `--unjudged` leaves out
 * findings that have a verdict from an earlier sample. `--reports` has what `check --output-format json` of these sources said of each project,
 * as `<name of its folder>.json`; without it they are checked anew. What is written (to standard output without `--output`) quotes the projects: it is for the
 * judges, and not to be committed. Their verdicts are: see verdicts.mjs.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "../../scripts/build.mjs";
import { Refusal, root, runMain, say } from "../../scripts/support/repository.mjs";
import { identityOf } from "./support/check-project.mjs";
import { reportOf } from "./support/report-of.mjs";
import { stratifiedSample } from "./support/sampling.mjs";
import { readVerdicts } from "./support/verdicts.mjs";

/** @typedef {import("./support/check-project.mjs").Finding} Finding */
/** @typedef {{ project: string, version: string, commit: string, finding: Finding }} Candidate */

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      confidence: { type: "string", default: "high" },
      size: { type: "string", default: "70" },
      seed: { type: "string" },
      rules: { type: "string", default: "QS" },
      "each-rule": { type: "string", default: "0" },
      unjudged: { type: "boolean", default: false },
      reports: { type: "string" },
      output: { type: "string" },
    },
  });
  if (positionals.length === 0) throw new Refusal("usage: node test/ecosystem/draw-sample.mjs PROJECT…");
  const wanted = values.confidence === "high" ? ["certain", "high"] : [values.confidence];
  const codes = values.rules.split(",");
  const judged = new Set(values.unjudged ? readVerdicts().map(placeOf) : []);
  if (values.reports === undefined) await build();
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" }).trim();

  const candidates = positionals.flatMap((path) => {
    const folder = resolve(path);
    const identity = identityOf(folder);
    const report = reportOf(folder, values.reports);
    const findings = report.findings.filter(
      (finding) =>
        isInApplication(finding) &&
        wanted.includes(finding.confidence) &&
        codes.some((code) => finding.code.startsWith(code)) &&
        !judged.has(placeOf({ ...finding, ...identity, line: finding.range.start.line })),
    );
    say(`${identity.project} ${identity.version}: ${findings.length} of ${report.findings.length} findings`);
    return findings.map((finding) => ({ ...identity, commit, finding }));
  });
  const drawn = {
    seed: values.seed ?? commit,
    identity: (/** @type {Candidate} */ { project, finding: { path, range, rule, fingerprint } }) =>
      `${project} ${path} ${range.start.line} ${rule} ${fingerprint}`,
  };
  const rules = [...new Set(candidates.map(({ finding }) => finding.rule))].sort();
  const ofEachRule = rules.flatMap((rule) =>
    stratifiedSample(
      candidates.filter(({ finding }) => finding.rule === rule),
      { ...drawn, size: Number(values["each-rule"]), stratum: ({ project }) => project },
    ),
  );
  const others = stratifiedSample(
    candidates.filter((candidate) => !ofEachRule.includes(candidate)),
    {
      ...drawn,
      size: Math.max(0, Number(values.size) - ofEachRule.length),
      stratum: ({ project, finding }) => `${project} ${finding.rule}`,
    },
  );
  const sample = [...ofEachRule, ...others];
  const text = sample.map((item) => `${JSON.stringify(forJudges(item))}\n`).join("");
  if (values.output === undefined) process.stdout.write(text);
  else writeFileSync(values.output, text);
  say(`${sample.length} of ${candidates.length} findings drawn`);
});

/**
 * Rules about suppression comments have no precision to be measured.
 * @param {Finding} finding
 */
function isInApplication({ code, path }) {
  return !code.startsWith("QS0") && !/(^|\/)(tests?|test_utils|testing|migrations)(\/|\.py$)/.test(path);
}

/** @param {{ project: string, version: string, path: string, line: number, code: string }} finding */
function placeOf({ project, version, path, line, code }) {
  return [project, version, path, line, code].join(" ");
}

/** @param {Candidate} item */
function forJudges({ project, version, commit, finding }) {
  const lineOf = (
    /** @type {{ path: string, range: import("./support/check-project.mjs").Range }} */ place,
  ) => ({
    path: place.path,
    line: place.range.start.line,
  });
  return {
    project,
    version,
    commit,
    path: finding.path,
    line: finding.range.start.line,
    code: finding.code,
    rule: finding.rule,
    relationPaths: finding.relationPaths,
    confidence: finding.confidence,
    level: finding.level,
    message: finding.message,
    help: finding.help,
    symbol: finding.symbol,
    model: finding.model,
    fields: finding.fields,
    queries: finding.queries,
    evidence: finding.evidence.map((step) => ({ ...lineOf(step), message: step.message })),
    accesses: finding.accesses.map((access) => ({ ...lineOf(access), relationPath: access.relationPath })),
    fix: finding.fixes.find(({ preferred }) => preferred) ?? null,
    otherFixes: finding.fixes.filter(({ preferred }) => !preferred).map(({ title }) => title),
  };
}
