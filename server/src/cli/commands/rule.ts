import { matchesSelector, nearestRule } from "../../lint/selection.ts";
import { didYouMean, type OptionSpecifications, parseArguments } from "../arguments.ts";
import type { CliEnvironment } from "../environment.ts";
import { allRules } from "../rules.ts";
import { UsageError } from "../usage-error.ts";

export const ruleOptions = {} as const satisfies OptionSpecifications;

/** `queryscope rule`: the page of one rule, or the list of all. */
export function runRule(args: readonly string[], environment: CliEnvironment): number {
  const { positionals } = parseArguments(args, ruleOptions);
  const rules = allRules(environment);
  const [wanted, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError("rule takes one code or name");
  if (wanted === undefined) {
    const width = Math.max(...rules.map(({ name }) => name.length));
    for (const { code, name, level, summary } of rules) {
      environment.stdout.write(`${code}  ${name.padEnd(width)}  ${level.padEnd(7)}  ${summary}\n`);
    }
    return 0;
  }
  const rule = rules.find(({ code, name }) => code === wanted.toUpperCase() || name === wanted);
  if (rule === undefined) {
    const group = rules.filter((candidate) => matchesSelector(wanted, candidate));
    if (group.length > 0) {
      throw new UsageError(`"${wanted}" is a group of rules: ${group.map(({ code }) => code).join(", ")}`);
    }
    const suggestion = nearestRule(wanted, rules);
    throw new UsageError(`there is no rule "${wanted}"${didYouMean(suggestion)}`);
  }
  const page = environment.rulePage(rule.name);
  if (page === undefined) throw new UsageError(`${rule.code} ${rule.name} has no page: ${rule.summary}`);
  environment.stdout.write(page.endsWith("\n") ? page : `${page}\n`);
  return 0;
}
