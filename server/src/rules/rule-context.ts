import type { DjangoProject } from "../django/project.ts";
import type { Version } from "../django/version.ts";
import type { Fact } from "../interpret/facts.ts";

/** What a rule may read. */
export interface RuleContext {
  readonly project: DjangoProject;
  readonly django: Version;
  readonly facts: readonly Fact[];
  readonly options: RuleOptions;
  text(path: string): string;
}

export interface RuleOptions {
  /** Loops of at most this many rounds are not worth a warning. */
  readonly smallLoop: number;
}

export function factsOfKind<Kind extends Fact["kind"]>(
  facts: readonly Fact[],
  kind: Kind,
): readonly Extract<Fact, { kind: Kind }>[] {
  return facts.filter((fact): fact is Extract<Fact, { kind: Kind }> => fact.kind === kind);
}
