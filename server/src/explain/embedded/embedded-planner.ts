import { adviceFor, type WhatIf } from "../advice/advice.ts";
import type { IndexCandidate } from "../advice/index-candidate.ts";
import type { BoundStatement } from "../bound-statement.ts";
import type { PlanResult, TrialResult } from "../plan-source.ts";
import { type IndexChange, indexNameOf } from "../proof/index-change.ts";
import { type QueryPlan, readPlan, usesOneOf } from "../query-plan.ts";
import type { CompiledStatement, SchemaTable } from "../queryset-compiler.ts";
import { planOf } from "../statement-plan.ts";
import { tablesIn } from "../statement-tables.ts";
import { distinctValues } from "./column-statistics.ts";
import { describeFailure } from "./database-failure.ts";
import { embeddedServer } from "./embedded-files.ts";
import type { ExistingIndex } from "./existing-index.ts";
import type { PlantedDatabase } from "./planted-database.ts";
import type { PostgresThread } from "./postgres-thread.ts";
import { changesOf, whatIfName, withIndexes } from "./what-if-index.ts";

/** For one plan. */
const explainLimitMs = 20_000;

/** Plans of statements on planted tables, and of what could be otherwise. */
export class EmbeddedPlanner implements WhatIf {
  readonly #thread: PostgresThread;
  readonly #database: PlantedDatabase;
  /** Statements in the form in which PostgreSQL took them. */
  readonly #bound = new WeakMap<CompiledStatement, BoundStatement>();

  constructor(thread: PostgresThread, database: PlantedDatabase) {
    this.#thread = thread;
    this.#database = database;
  }

  /** The plan of a statement with what it rests on and what would make it cheaper. */
  async explain(statement: CompiledStatement): Promise<PlanResult> {
    const tables = await tablesIn(statement.sql);
    try {
      await this.#database.ensure(tables);
      const result = await this.#planOf(statement, this.#database.problems(tables));
      if (result.kind === "failed") return result;
      const advice = await adviceFor(statement, result.plan, this);
      return { ...result, assumed: this.#database.assumptions(tables), advice };
    } catch (error) {
      return { kind: "failed", error: describeFailure(error, []) };
    }
  }

  /** The plans of a statement without and with a change of indexes. */
  async tryIndexes(statement: CompiledStatement, change: IndexChange): Promise<TrialResult> {
    const tables = await tablesIn(statement.sql);
    try {
      await this.#database.ensure([...tables, change.table]);
      const result = await this.#planOf(statement, this.#database.problems(tables));
      if (result.kind === "failed") return result;
      const bound = this.#bound.get(statement);
      const planAgain = async () => bound && readPlan(await this.#ask(bound), embeddedServer.text, false);
      const after = await withIndexes(this.#thread, this.#database, [change], planAgain);
      if (after === undefined)
        return { kind: "impossible", reason: "the embedded PostgreSQL can't create the index" };
      const [assumed] = this.#database.assumptions([change.table]);
      return {
        kind: "tried",
        before: result.plan,
        after,
        usesNew: usesOneOf(after, change.added.flatMap(indexNameOf)),
        assumedRows: assumed?.rows.rows,
      };
    } catch (error) {
      return { kind: "failed", error: describeFailure(error, []) };
    }
  }

  table(name: string): SchemaTable | undefined {
    return this.#database.table(name);
  }

  rows(table: string): number {
    return this.#database.assumptions([table])[0]?.rows.rows ?? 0;
  }

  distinct(table: string, column: string): number {
    const statistics = this.#statistics(table, column);
    return statistics === undefined ? 1 : distinctValues(statistics, this.rows(table));
  }

  valueAt(table: string, column: string, share: number): string | undefined {
    const bounds = this.#statistics(table, column)?.histogram ?? [];
    return bounds[Math.round(share * (bounds.length - 1))];
  }

  existing(table: string): readonly ExistingIndex[] {
    return this.#database.indexesOf(table);
  }

  async plan(
    statement: CompiledStatement,
    candidates: readonly IndexCandidate[],
  ): Promise<QueryPlan | undefined> {
    if (candidates.length === 0 || !this.#bound.has(statement)) {
      const plain = await this.#planOf(statement, []);
      if (candidates.length === 0) return plain.kind === "planned" ? plain.plan : undefined;
    }
    const bound = this.#bound.get(statement);
    if (bound === undefined) return undefined;
    const planAgain = async () => readPlan(await this.#ask(bound), embeddedServer.text, false);
    return withIndexes(this.#thread, this.#database, changesOf(candidates), planAgain);
  }

  usesCandidate(plan: QueryPlan): boolean {
    return usesOneOf(plan, [whatIfName]);
  }

  #statistics(table: string, column: string) {
    return this.#database.assumptions([table])[0]?.columns.get(column);
  }

  #planOf(statement: CompiledStatement, problems: readonly string[]): Promise<PlanResult> {
    return planOf(statement, {
      server: embeddedServer,
      analyzed: false,
      // There is nothing that a statement could read or change.
      admit: async () => undefined,
      ask: async (bound) => {
        const answer = await this.#ask(bound);
        this.#bound.set(statement, bound);
        return answer;
      },
      describe: (error) => describeFailure(error, problems),
    });
  }

  async #ask({ text, values }: BoundStatement): Promise<unknown> {
    const [row] = await this.#thread.query(`EXPLAIN (FORMAT JSON) ${text}`, values, explainLimitMs);
    return row?.["QUERY PLAN"];
  }
}
