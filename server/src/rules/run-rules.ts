/** Runs the rules over the facts of a project. A rule that throws is reported; the others still run. */
import { resultOf, type Steps } from "../base/steps.ts";
import type { DjangoProject } from "../django/project.ts";
import type { Finding } from "./finding.ts";
import { eagerLoadingFindings } from "./n-plus-one/eager-loading.ts";
import type { FactRule, RelationReadRule, Rule } from "./rule.ts";
import type { RuleContext } from "./rule-context.ts";
import { withTableSizes } from "./table-sizes.ts";

export interface RuleFailure {
  readonly rule: string;
  readonly reason: string;
}

export interface RuleRun {
  readonly findings: readonly Finding[];
  readonly failures: readonly RuleFailure[];
}

/** @param tables the project that tells the size of tables */
export function runRules(
  context: RuleContext,
  rules: readonly Rule[],
  tables: DjangoProject = context.project,
): RuleRun {
  return resultOf(ruleSteps(context, rules, tables));
}

/** The same in steps. */
export function* ruleSteps(
  given: RuleContext,
  rules: readonly Rule[],
  tables: DjangoProject = given.project,
): Steps<RuleRun> {
  const context: RuleContext = { ...given, facts: withTableSizes(given.facts, tables) };
  const findings: Finding[] = [];
  const failures: RuleFailure[] = [];
  const attempt = (name: string, run: () => readonly Finding[]): void => {
    try {
      findings.push(...run());
    } catch (error) {
      failures.push({
        rule: name,
        reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  };
  const reads = rules.filter((rule): rule is RelationReadRule => rule.kind === "relationReads");
  attempt(reads.map(({ name }) => name).join(", "), () => eagerLoadingFindings(context, reads));
  for (const rule of rules) {
    if (rule.kind !== "facts") continue;
    yield;
    attempt(rule.name, () => (rule satisfies FactRule).run(context));
  }
  return { findings, failures };
}
