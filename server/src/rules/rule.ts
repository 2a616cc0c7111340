/**
 * The declaration of a rule. This metadata is the only place where a rule's code, name, summary and level are written:
 * documentation, configuration schema and output formats are generated from it.
 */
import type { ConsumerKind, RelationRead } from "../interpret/facts.ts";
import type { Finding, Level, RuleCode } from "./finding.ts";
import type { RuleContext } from "./rule-context.ts";

export interface RuleMetadata {
  readonly code: RuleCode;
  /** Kebab case, the name of its file, page and test. */
  readonly name: string;
  /** One sentence without a full stop. */
  readonly summary: string;
  readonly level: Level;
  /** What its best fix is. */
  readonly fix: "safe" | "unsafe" | "suggestion" | "none";
  /** Stage of the scaling roadmap. */
  readonly stage: 1 | 2 | 3 | 4;
}

export type Rule = FactRule | RelationReadRule;

/** Derives its findings from facts on its own. Pure. */
export interface FactRule extends RuleMetadata {
  readonly kind: "facts";
  run(context: RuleContext): readonly Finding[];
}

/**
 * Claims some of the relation reads that eager loading cures. All reads of one queryset become one finding, whichever
 * rules claim them; the finding has the code of the first of them in the order of the registry.
 */
export interface RelationReadRule extends RuleMetadata {
  readonly kind: "relationReads";
  /** Whose reads it claims. */
  readonly consumers: readonly (ConsumerKind | "code")[];
  claims(read: RelationRead): boolean;
}
