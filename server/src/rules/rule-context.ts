import { AnswersOf } from "../base/answers-of.ts";
import { groupBy } from "../base/group-by.ts";
import { remembered } from "../base/remembered.ts";
import type { Deployment } from "../deployment/deployment.ts";
import type { DjangoProject } from "../django/project.ts";
import type { Version } from "../django/version.ts";
import type { Fact } from "../interpret/facts.ts";

/** What a rule may read. */
export interface RuleContext {
  readonly project: DjangoProject;
  readonly deployment: Deployment;
  readonly django: Version;
  readonly facts: readonly Fact[];
  readonly options: RuleOptions;
  text(path: string): string;
}

export interface RuleOptions {
  /** Loops of at most this many rounds are not worth a warning. */
  readonly smallLoop: number;
  /** Rows of tables by model or table name, as far as they are known: `projects.Task`. */
  readonly tableRows?: Readonly<Record<string, number>>;
}

const groups = new AnswersOf<readonly Fact[], ReadonlyMap<Fact["kind"], readonly Fact[]>>();

/** Rules ask again and again: the facts are sorted once. */
export function factsOfKind<Kind extends Fact["kind"]>(
  facts: readonly Fact[],
  kind: Kind,
): readonly Extract<Fact, { kind: Kind }>[] {
  const byKind = remembered(groups, facts, () => groupBy(facts, (fact) => fact.kind));
  return (byKind.get(kind) ?? []) as readonly Extract<Fact, { kind: Kind }>[];
}
