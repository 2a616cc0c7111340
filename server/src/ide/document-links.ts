import type { TextRange } from "../base/text-range.ts";
import { matchesSelector } from "../lint/selection.ts";
import { parseDirective } from "../lint/suppression-comments.ts";
import type { RuleMetadata } from "../rules/rule.ts";
import type { Snapshot } from "./snapshot.ts";

export interface RuleLink {
  readonly range: TextRange;
  readonly rule: RuleMetadata;
}

/** The rules that suppression comments of a file name one by one; a prefix of codes has no page of its own. */
export function ruleLinksIn(
  snapshot: Snapshot,
  path: string,
  rules: readonly RuleMetadata[],
): readonly RuleLink[] {
  return snapshot.analysis.comments(path).flatMap((comment) => {
    const directive = parseDirective(comment);
    if (directive?.kind !== "suppression") return [];
    return directive.selectors.flatMap(({ text, range }) => {
      const [rule, ...others] = rules.filter((each) => matchesSelector(text, each));
      return rule === undefined || others.length > 0 ? [] : [{ range, rule }];
    });
  });
}
