import type { Location } from "../base/text-range.ts";
import type { Analysis, Problem } from "../program/workspace.ts";
import type { Access, Confidence, Finding, Level, RuleCode } from "../rules/finding.ts";
import type { RuleMetadata } from "../rules/rule.ts";
import { keepAccesses } from "./accesses.ts";
import { type Baseline, isInBaseline } from "./baseline.ts";
import type { Configuration } from "./configuration.ts";
import { type CodeContext, type ContextOf, contextFinder } from "./file-context.ts";
import { type ReportedFinding, withFingerprints } from "./fingerprint.ts";
import { pathMatcher } from "./path-patterns.ts";
import { isSelected, matchesSelector, type RuleIdentity } from "./selection.ts";
import { confidenceAtLeast, levelAtLeast } from "./severity.ts";
import { suppressionFindings } from "./suppression-findings.ts";
import { suppressionRules } from "./suppression-rules.ts";
import { collectSuppressions, type Suppressions } from "./suppressions.ts";

export interface LintOptions {
  /** The rules of the analysis, to which those about suppression comments are added. */
  readonly rules: readonly RuleMetadata[];
  /** See `LoadedConfiguration.pathPrefix`. */
  readonly pathPrefix?: string;
  readonly minimumLevel?: Level;
  readonly minimumConfidence?: Confidence;
  readonly baseline?: Baseline;
}

export interface LintResult {
  /** Ordered by path, position and code. */
  readonly findings: readonly ReportedFinding[];
  /** Number of findings that comments suppress. */
  readonly suppressed: number;
  /** Findings that the baseline knows, in the same order. */
  readonly baselined: readonly ReportedFinding[];
  readonly problems: readonly Problem[];
}

/** From everything that the analysis found to what is reported. */
export function lintAnalysis(
  analysis: Analysis,
  configuration: Configuration,
  options: LintOptions,
): LintResult {
  const rules = [...options.rules, ...suppressionRules];
  const contextOf = contextFinder(analysis);
  const scope = createScope(configuration, options.pathPrefix ?? "", contextOf, rules);
  const suppressions = collectSuppressions(analysis);

  const selected = analysis.findings.flatMap((finding) => scope.select(finding) ?? []);
  const unsuppressed = selected.flatMap((finding) => unlessSuppressed(finding, suppressions, rules) ?? []);
  const aboutComments = suppressionFindings(analysis, suppressions, {
    rules,
    reports: ({ code }, location) => scope.includes(code, location),
  })
    .flatMap((finding) => scope.select(finding) ?? [])
    .flatMap((finding) => unlessSuppressed(finding, suppressions, rules) ?? []);

  const ordered = [...unsuppressed, ...aboutComments]
    .map((finding) => ({ ...finding, level: levelOf(finding, configuration, contextOf) }))
    .sort(byPosition);
  const fingerprinted = withFingerprints(ordered, (path) => analysis.text(path)).filter(
    ({ level, confidence }) =>
      levelAtLeast(level, options.minimumLevel ?? "hint") &&
      confidenceAtLeast(confidence, options.minimumConfidence ?? "low"),
  );
  const baseline = options.baseline ?? new Map<string, number>();
  const findings = fingerprinted.filter((finding) => !isInBaseline(finding, baseline));
  return {
    findings,
    suppressed: selected.length - unsuppressed.length,
    baselined: fingerprinted.filter((finding) => isInBaseline(finding, baseline)),
    problems: analysis.problems,
  };
}

interface Scope {
  /** Whether findings of a rule are reported at this place. */
  includes(code: RuleCode, location: Location): boolean;
  /** The finding with what is in scope of it; undefined when nothing is. */
  select(finding: Finding): Finding | undefined;
}

function createScope(
  configuration: Configuration,
  pathPrefix: string,
  contextOf: ContextOf,
  rules: readonly RuleIdentity[],
): Scope {
  const isExcluded = pathMatcher(configuration.exclude, pathPrefix);
  const perFile = Object.entries(configuration.perFileIgnores).map(([pattern, selectors]) => ({
    matches: pathMatcher([pattern], pathPrefix),
    selectors,
  }));
  const isEnabled = (rule: RuleIdentity, path: string): boolean =>
    !isExcluded(path) &&
    isSelected(rule, configuration) &&
    !perFile.some(
      ({ matches, selectors }) =>
        matches(path) && selectors.some((selector) => matchesSelector(selector, rule)),
    );
  const includes = (code: RuleCode, location: Location): boolean =>
    reportsIn(contextOf(location), code, configuration.includeTests) &&
    isEnabled(identityOf(code, rules), location.path);
  return {
    includes,
    select(finding) {
      const { accesses, code, location } = finding;
      if (accesses.length === 0) return includes(code, location) ? finding : undefined;
      const keep = (access: Access): boolean =>
        includes(access.code, location) && includes(access.code, access.location);
      return keepAccesses(finding, keep, rules);
    },
  };
}

/** Whether findings of a rule are of interest in code of this kind. */
function reportsIn(context: CodeContext, code: RuleCode, includeTests: boolean): boolean {
  switch (context) {
    case "application":
      return true;
    case "generated":
      return false;
    case "test":
      return includeTests;
    case "migration":
      return /^QS[0235]/.test(code);
  }
}

function levelOf(finding: Finding, configuration: Configuration, contextOf: ContextOf): Level {
  const context = contextOf(finding.location);
  const { accesses } = finding;
  const onlyForTests =
    context === "test" ||
    (accesses.length > 0 && accesses.every(({ location }) => contextOf(location) === "test"));
  if (onlyForTests || (context === "migration" && /^QS[23]/.test(finding.code))) return "hint";
  return configuration.rules[finding.rule]?.level ?? finding.level;
}

/** What suppression comments leave of a finding: one on its own line takes it whole, others take accesses. */
function unlessSuppressed(
  finding: Finding,
  suppressions: Suppressions,
  rules: readonly RuleIdentity[],
): Finding | undefined {
  const { code, location, origin } = finding;
  const suppressedAt = (of: RuleCode, ...places: readonly Location[]): boolean =>
    // Every place is asked, because asking marks comments as used.
    places.filter((place) => suppressions.suppress(identityOf(of, rules), place)).length > 0;
  const own = suppressedAt(code, location, origin);
  const keep = (access: Access): boolean => !suppressedAt(access.code, access.location, location, origin);
  const rest = finding.accesses.length === 0 ? finding : keepAccesses(finding, keep, rules);
  return own ? undefined : rest;
}

function identityOf(code: RuleCode, rules: readonly RuleIdentity[]): RuleIdentity {
  return rules.find((rule) => rule.code === code) ?? { code, name: "" };
}

function byPosition(first: Finding, second: Finding): number {
  return (
    compare(first.location.path, second.location.path) ||
    first.location.range.start - second.location.range.start ||
    first.location.range.end - second.location.range.end ||
    compare(first.code, second.code) ||
    compare(first.message, second.message)
  );
}

function compare(first: string, second: string): number {
  return first < second ? -1 : first > second ? 1 : 0;
}
