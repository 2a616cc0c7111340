import type { Access, Evidence, Finding, RuleCode } from "../rules/finding.ts";
import type { RuleIdentity } from "./selection.ts";

/** Of a finding's accesses, the first code of this list that occurs is the finding's own. */
const codePriority: readonly RuleCode[] = [
  "QS111",
  "QS109",
  "QS110",
  "QS108",
  "QS117",
  "QS113",
  "QS114",
  "QS107",
  "QS103",
  "QS102",
  "QS101",
];

/**
 * The finding with only those accesses that `keep` accepts, and with the code, paths and evidence that follow from
 * them. Undefined when none is left. A finding that never had accesses is not for this function.
 */
export function keepAccesses(
  finding: Finding,
  keep: (access: Access) => boolean,
  rules: readonly RuleIdentity[],
): Finding | undefined {
  const accesses = finding.accesses.filter(keep);
  if (accesses.length === finding.accesses.length) return finding;
  const [first] = accesses;
  if (first === undefined) return undefined;
  const codes = new Set(accesses.map(({ code }) => code));
  const code = codePriority.find((candidate) => codes.has(candidate)) ?? first.code;
  const dropped = finding.accesses.filter((access) => !accesses.includes(access));
  return {
    ...finding,
    code,
    rule: rules.find((rule) => rule.code === code)?.name ?? finding.rule,
    accesses,
    relationPaths: finding.relationPaths.filter((path) =>
      accesses.some(
        ({ relationPath }) => isPrefixPath(path, relationPath) || isPrefixPath(relationPath, path),
      ),
    ),
    evidence: finding.evidence.filter((step) => !onlyOf(step, dropped, accesses)),
  };
}

function onlyOf(step: Evidence, dropped: readonly Access[], kept: readonly Access[]): boolean {
  const standsAt = ({ location: { path, range } }: Access): boolean =>
    path === step.location.path &&
    range.start === step.location.range.start &&
    range.end === step.location.range.end;
  return dropped.some(standsAt) && !kept.some(standsAt);
}

/** Whether the lookup path `prefix` is `path` or leads to it: `team` to `team__lead`. */
function isPrefixPath(prefix: string, path: string): boolean {
  return path === prefix || path.startsWith(`${prefix}__`);
}
