import type { DjangoProject } from "../django/project.ts";
import type { Fact } from "../interpret/facts.ts";

/** What a rule may read. */
export interface RuleContext {
  readonly project: DjangoProject;
  readonly facts: readonly Fact[];
  text(path: string): string;
}
