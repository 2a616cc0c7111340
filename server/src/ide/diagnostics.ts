import type { Location, TextRange } from "../base/text-range.ts";
import type { ConfigurationProblem } from "../lint/configuration-file.ts";
import type { ReportedFinding } from "../lint/fingerprint.ts";
import type { Level, RuleCode } from "../rules/finding.ts";
import type { Reading, Snapshot } from "./snapshot.ts";

export interface Diagnostic {
  readonly range: TextRange;
  readonly level: Level;
  /** Undefined for a mistake in the configuration, which no rule reports. */
  readonly code: RuleCode | undefined;
  /** The rule whose page explains it. */
  readonly rule: string | undefined;
  readonly message: string;
  readonly related: readonly RelatedInformation[];
  /** Fingerprints of the findings behind it. */
  readonly findings: readonly string[];
}

export interface RelatedInformation {
  readonly message: string;
  readonly location: Location;
}

/** What to show in a file: its findings, and hints where it reads rows that a queryset elsewhere should bring along. */
export function diagnosticsIn(snapshot: Snapshot, path: string): readonly Diagnostic[] {
  const diagnostics = [
    ...snapshot.findingsIn(path).map(diagnosticOfFinding),
    ...snapshot.readingsIn(path).map(hintOfReading),
    ...snapshot.configurationProblemsIn(path).map(diagnosticOfProblem),
  ];
  return diagnostics.sort(
    (first, second) => first.range.start - second.range.start || first.range.end - second.range.end,
  );
}

function diagnosticOfFinding(finding: ReportedFinding): Diagnostic {
  return {
    range: finding.location.range,
    level: finding.level,
    code: finding.code,
    rule: finding.rule,
    message: [finding.message, ...estimateOf(finding), finding.help].filter((part) => part !== "").join("\n"),
    related: finding.evidence,
    findings: [finding.fingerprint],
  };
}

function estimateOf({ queries }: ReportedFinding): readonly string[] {
  if (queries === undefined) return [];
  const { n, before, after } = queries.example;
  return [`${n} rows: ${before} queries → ${after}`];
}

/** Says at the place of reading what the finding says at the queryset, and leads there. */
function hintOfReading({ range, accesses }: Reading): Diagnostic {
  const [first] = accesses;
  return {
    range,
    level: "hint",
    code: first.access.code,
    rule: first.finding.rule,
    message: messageOfReading(accesses),
    related: accesses.map(({ access, finding }) => ({
      message:
        access.relationPath === "" ? finding.message : `This queryset does not load "${access.relationPath}"`,
      location: finding.origin,
    })),
    findings: [...new Set(accesses.map(({ finding }) => finding.fingerprint))],
  };
}

function messageOfReading(accesses: Reading["accesses"]): string {
  const [{ access, finding }, ...others] = accesses;
  const symbols = [...new Set(accesses.map((each) => each.finding.symbol))];
  const querysets =
    symbols.length === 1 ? `the queryset in ${finding.symbol}` : `${symbols.length} querysets`;
  if (access.relationPath === "") return `${finding.message} (${querysets})`;
  const paths = [
    ...new Set(
      [access, ...others.map((other) => other.access)].map(({ relationPath }) => `"${relationPath}"`),
    ),
  ];
  return `Each row read here runs a query for ${paths.join(", ")}: not loaded by ${querysets}.`;
}

function diagnosticOfProblem({ range, message }: ConfigurationProblem): Diagnostic {
  return { range, level: "warning", code: undefined, rule: undefined, message, related: [], findings: [] };
}
