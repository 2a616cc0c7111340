/**
 * The declaration of a rule. This metadata is the only place where a rule's code, name, summary and level are written:
 * documentation, configuration schema and output formats are generated from it.
 */
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

export interface Rule extends RuleMetadata {
  /** Pure: reads facts, returns findings. */
  run(context: RuleContext): readonly Finding[];
}
