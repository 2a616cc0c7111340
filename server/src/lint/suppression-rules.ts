import type { RuleMetadata } from "../rules/rule.ts";

/** Rules about suppression comments. They read no facts of the analysis: `lintAnalysis` reports them itself. */
export const unusedSuppression: RuleMetadata = {
  code: "QS001",
  name: "unused-suppression",
  summary: "A suppression comment suppresses nothing",
  level: "info",
  fix: "safe",
  stage: 1,
};

export const unknownRuleInSuppression: RuleMetadata = {
  code: "QS002",
  name: "unknown-rule-in-suppression",
  summary: "A suppression comment names a rule that does not exist",
  level: "warning",
  fix: "none",
  stage: 1,
};

export const invalidSuppression: RuleMetadata = {
  code: "QS003",
  name: "invalid-suppression",
  summary: "A suppression comment cannot be understood and has no effect",
  level: "warning",
  fix: "none",
  stage: 1,
};

export const suppressionRules: readonly RuleMetadata[] = [
  unusedSuppression,
  unknownRuleInSuppression,
  invalidSuppression,
];
