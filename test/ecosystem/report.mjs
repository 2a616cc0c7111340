/**
 * Prints what the verdicts amount to: per rule, how many claims are true and how many preferred fixes are right. Where
 * judges disagree, the finding counts as false and the fix as wrong.
 *
 *   node test/ecosystem/report.mjs [--confidence high|medium] [--commit COMMIT]
 */
import { parseArgs } from "node:util";
import { runMain } from "../../scripts/support/repository.mjs";
import { judgedFindings, readVerdicts } from "./support/verdicts.mjs";

/** @typedef {import("./support/verdicts.mjs").JudgedFinding} JudgedFinding */

await runMain(async () => {
  const { values } = parseArgs({
    options: { confidence: { type: "string", default: "high" }, commit: { type: "string" } },
  });
  const wanted = values.confidence === "high" ? ["certain", "high"] : [values.confidence];
  const findings = judgedFindings(readVerdicts()).filter(
    ({ verdict }) =>
      wanted.includes(verdict.confidence) &&
      (values.commit === undefined || verdict.commit.startsWith(values.commit)),
  );
  /** @type {Map<string, JudgedFinding[]>} */
  const byRule = new Map();
  for (const finding of findings) {
    const name = `${finding.verdict.code} ${finding.verdict.rule}`;
    byRule.set(name, [...(byRule.get(name) ?? []), finding]);
  }
  const rows = [...byRule]
    .sort(([first], [second]) => (first < second ? -1 : 1))
    .map(([name, group]) => row(name, group));
  const head = ["rule", "judged", "by two", "true", "fixes", "right"];
  console.log(
    [head, head.map(() => "---"), ...rows, row("**all**", findings)]
      .map((cells) => `| ${cells.join(" | ")} |`)
      .join("\n"),
  );
  const projects = new Set(findings.map(({ verdict }) => verdict.project));
  const executed = findings.filter(({ isExecuted }) => isExecuted);
  const confirmed = executed.filter(({ isTrue }) => isTrue);
  console.log(
    `\n${findings.length} findings of ${projects.size} projects. ${confirmed.length} verdicts are confirmed by execution, ${executed.length - confirmed.length} were refuted by it.`,
  );
  const wrong = findings.filter(({ isTrue, fix }) => !isTrue || fix === "wrong");
  for (const { verdict, isTrue } of wrong) {
    const { project, version, path, line, code, reason } = verdict;
    console.log(
      `\n${isTrue ? "fix wrong" : "false"}: ${project} ${version} ${path}:${line} ${code}\n  ${reason}`,
    );
  }
});

/**
 * @param {string} name
 * @param {readonly JudgedFinding[]} group
 */
function row(name, group) {
  const offered = group.filter(({ fix }) => fix !== "none");
  return [
    name,
    group.length,
    group.filter(({ judges }) => judges.length > 1).length,
    share(group.filter(({ isTrue }) => isTrue).length, group.length),
    offered.length,
    share(offered.filter(({ fix }) => fix === "right").length, offered.length),
  ];
}

/**
 * @param {number} part
 * @param {number} whole
 */
function share(part, whole) {
  return whole === 0 ? "–" : `${part} (${Math.round((100 * part) / whole)} %)`;
}
