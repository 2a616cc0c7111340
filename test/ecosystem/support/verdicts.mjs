/** What judges say about findings in real projects: one JSON object per line in `verdicts/<judge>.jsonl`. */
import { readdirSync, readFileSync } from "node:fs";
import { inRepository, Refusal } from "../../../scripts/support/repository.mjs";

/**
 * Lines of the project that prove the verdict. Lines are quoted by number only: no foreign code is committed.
 * @typedef {{ path: string, lines: readonly number[] }} EvidenceLines
 *
 * @typedef {object} Verdict
 * @property {string} project
 * @property {string} version
 * @property {string} commit of the sources that reported the finding
 * @property {string} path
 * @property {number} line
 * @property {string} code
 * @property {string} rule
 * @property {readonly string[]} relationPaths
 * @property {"certain" | "high" | "medium" | "low"} confidence
 * @property {boolean} verdict whether what the finding claims really happens
 * @property {"right" | "wrong" | "none"} fix the preferred fix; `none` when none is offered
 * @property {string} reason
 * @property {readonly EvidenceLines[]} evidence
 * @property {Executed} [executed] where the finding was run, with its fix if it offers one
 *
 * Queries of one page with N and 2N rows, as test/oracle/projects/executed-findings.long.ts measured them.
 * @typedef {{ n: number, queries: number }} Count
 * @typedef {{ endpoint: string, before: readonly Count[], after?: readonly Count[], sameContent?: boolean }} Executed
 *
 * @typedef {Verdict & { judge: string }} JudgedVerdict
 */

const folder = "test/ecosystem/verdicts";
const confidences = ["certain", "high", "medium", "low"];
const fixes = ["right", "wrong", "none"];

/** @returns {readonly JudgedVerdict[]} @throws Refusal for a line that is no verdict */
export function readVerdicts() {
  return readdirSync(inRepository(folder))
    .filter((name) => name.endsWith(".jsonl"))
    .sort()
    .flatMap((name) => {
      const lines = readFileSync(inRepository(`${folder}/${name}`), "utf8").split("\n");
      return lines.flatMap((line, index) => {
        if (line === "") return [];
        const verdict = parseVerdict(line);
        if (typeof verdict === "string") throw new Refusal(`${folder}/${name}:${index + 1}: ${verdict}`);
        return [{ ...verdict, judge: name.replace(/\.jsonl$/, "") }];
      });
    });
}

/**
 * @param {string} line
 * @returns {Verdict | string} what is wrong with the line
 */
function parseVerdict(line) {
  /** @type {Verdict} */
  let value;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `no JSON: ${error instanceof Error ? error.message : error}`;
  }
  for (const key of /** @type {const} */ ([
    "project",
    "version",
    "commit",
    "path",
    "code",
    "rule",
    "reason",
  ])) {
    if (typeof value[key] !== "string" || value[key] === "") return `${key} is missing`;
  }
  if (!Number.isInteger(value.line) || value.line < 1) return "line is no line number";
  if (typeof value.verdict !== "boolean") return "verdict is neither true nor false";
  if (!fixes.includes(value.fix)) return `fix is none of ${fixes.join(", ")}`;
  if (!confidences.includes(value.confidence)) return `confidence is none of ${confidences.join(", ")}`;
  if (!Array.isArray(value.relationPaths)) return "relationPaths is no list";
  const evidence = Array.isArray(value.evidence) ? value.evidence : [];
  if (evidence.length === 0) return "evidence is missing";
  if (!evidence.every(({ path, lines }) => typeof path === "string" && lines.every(Number.isInteger))) {
    return "evidence is no list of paths with line numbers";
  }
  if (value.executed !== undefined && !isExecuted(value.executed)) return "executed has no counts of queries";
  return value;
}

/** @param {Executed} executed */
function isExecuted({ endpoint, before, after = [] }) {
  return (
    typeof endpoint === "string" &&
    Array.isArray(before) &&
    before.length > 0 &&
    [...before, ...after].every(({ n, queries }) => Number.isInteger(n) && Number.isInteger(queries))
  );
}

/** What makes two verdicts speak of the same finding. @param {Verdict} verdict */
function findingOf({ project, version, path, line, rule, relationPaths }) {
  return [project, version, path, line, rule, ...relationPaths].join("\0");
}

/**
 * One judged finding with what all its judges agree on: whoever disagrees makes it false, or its fix wrong.
 * @typedef {object} JudgedFinding
 * @property {JudgedVerdict} verdict of the first judge
 * @property {readonly string[]} judges
 * @property {boolean} isTrue
 * @property {boolean} isExecuted one of them ran it
 * @property {"right" | "wrong" | "none"} fix
 */

/**
 * @param {readonly JudgedVerdict[]} verdicts
 * @returns {readonly JudgedFinding[]}
 */
export function judgedFindings(verdicts) {
  /** @type {Map<string, JudgedVerdict[]>} */
  const groups = new Map();
  for (const verdict of verdicts) {
    const key = findingOf(verdict);
    groups.set(key, [...(groups.get(key) ?? []), verdict]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const offered = group.filter(({ fix }) => fix !== "none");
    /** @type {JudgedFinding["fix"]} */
    const fix =
      offered.length === 0 ? "none" : offered.every((one) => one.fix === "right") ? "right" : "wrong";
    return [
      {
        verdict: first,
        judges: group.map(({ judge }) => judge),
        isTrue: group.every(({ verdict }) => verdict),
        isExecuted: group.some(({ executed }) => executed !== undefined),
        fix,
      },
    ];
  });
}
