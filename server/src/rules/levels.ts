import type { Level } from "./finding.ts";
import { isForFewPeople, type OfPlace } from "./functions-in-requests.ts";
import { type Multiplicity, multiplicityOf, type Rounds } from "./loop-weight.ts";
import type { RuleContext } from "./rule-context.ts";

const order: readonly Level[] = ["hint", "info", "warning", "error"];

/** One step lower, as for code outside of requests. */
export function lowered(level: Level): Level {
  return order[Math.max(0, order.indexOf(level) - 1)] ?? "hint";
}

/**
 * The level of what happens in each of the loops: lower where they are all short, nobody waits for them, or a cache
 * spares them most of the time.
 */
export function levelInLoops(
  context: RuleContext,
  level: Level,
  facts: readonly (OfPlace & { readonly loops: readonly Rounds[]; readonly cached: boolean })[],
): Level {
  if (facts.every(({ loops }) => isSmall(context, multiplicityOf(loops)))) return "hint";
  return levelInRoots(
    context,
    level,
    facts.filter(({ cached }) => !cached),
  );
}

/** The level of what stands in code that somebody starts by hand, or for which only the staff waits: one step lower. */
export function levelInRoots(context: RuleContext, level: Level, facts: readonly OfPlace[]): Level {
  return isForFewPeople(context, facts) ? lowered(level) : level;
}

/** At most as many rounds as the setting `small-loop` says. Undefined: none that grows with the data. */
export function isSmall({ options }: RuleContext, multiplicity: Multiplicity | undefined): boolean {
  if (!multiplicity) return true;
  const { constant, unbounded, pageSizes = [] } = multiplicity;
  const pages = pageSizes.filter((size) => size !== undefined);
  if (pages.length < unbounded) return false;
  return pages.reduce((product, size) => product * size, constant) <= options.smallLoop;
}
