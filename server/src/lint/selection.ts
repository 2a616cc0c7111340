import { closest, distance } from "fastest-levenshtein";
import type { RuleMetadata } from "../rules/rule.ts";

/** A code (`QS101`), a prefix of codes (`QS`, `QS1`, `QS10`) or a name (`n-plus-one-forward`). */
export type RuleSelector = string;

export type RuleIdentity = Pick<RuleMetadata, "code" | "name">;

export interface SelectionOptions {
  readonly select: readonly RuleSelector[];
  readonly extendSelect: readonly RuleSelector[];
  readonly ignore: readonly RuleSelector[];
}

/** How specific a selector is that matches a rule: the length of its code. 0 for one that does not match. */
function specificity(selector: RuleSelector, { code, name }: RuleIdentity): number {
  if (selector === name) return code.length;
  return isCodePrefix(selector) && code.startsWith(selector) ? selector.length : 0;
}

export function matchesSelector(selector: RuleSelector, rule: RuleIdentity): boolean {
  return specificity(selector, rule) > 0;
}

/** The most specific selector decides; `ignore` does where both are equal. */
export function isSelected(rule: RuleIdentity, { select, extendSelect, ignore }: SelectionOptions): boolean {
  const strongest = (selectors: readonly RuleSelector[]): number =>
    Math.max(0, ...selectors.map((selector) => specificity(selector, rule)));
  return Math.max(strongest(select), strongest(extendSelect)) > strongest(ignore);
}

/**
 * Whether a selector means something. Prefixes are groups of the catalogue and valid even where no rule of the group
 * exists yet; a full code and a name must be those of a rule.
 */
export function isKnownSelector(selector: RuleSelector, rules: readonly RuleIdentity[]): boolean {
  if (isCodePrefix(selector) && selector.length < fullCodeLength) return true;
  return rules.some((rule) => matchesSelector(selector, rule));
}

/** `unknown rule "QS1O1"; did you mean "QS101"?` */
export function describeUnknownSelector(selector: RuleSelector, rules: readonly RuleIdentity[]): string {
  const suggestion = nearestRule(selector, rules);
  return `unknown rule "${selector}"${suggestion === undefined ? "" : `; did you mean "${suggestion}"?`}`;
}

/** The name or code that a misspelt selector most likely means. Numbers say little: of a code one sign may be wrong. */
export function nearestRule(selector: RuleSelector, rules: readonly RuleIdentity[]): string | undefined {
  return (
    nearest(
      selector,
      rules.map(({ name }) => name),
    ) ??
    nearest(
      selector,
      rules.map(({ code }) => code),
      1,
    )
  );
}

/**
 * The candidate that a misspelt word most likely means; undefined where none is near.
 * @param limit letters that may be added, missing or wrong; by default two fifths of the candidate
 */
export function nearest(word: string, candidates: readonly string[], limit?: number): string | undefined {
  if (candidates.length === 0) return undefined;
  const candidate = closest(word, candidates);
  return distance(word, candidate) <= (limit ?? Math.floor(candidate.length * 0.4)) ? candidate : undefined;
}

const fullCodeLength = "QS101".length;

function isCodePrefix(selector: RuleSelector): boolean {
  return /^QS\d{0,3}$/.test(selector);
}
