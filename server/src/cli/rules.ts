import { suppressionRules } from "../lint/suppression-rules.ts";
import type { RuleMetadata } from "../rules/rule.ts";
import type { CliEnvironment } from "./environment.ts";

/** The rules of the analysis and those about suppression comments, by code. */
export function allRules({ rules }: Pick<CliEnvironment, "rules">): readonly RuleMetadata[] {
  return [...suppressionRules, ...rules].sort((first, second) => (first.code < second.code ? -1 : 1));
}
