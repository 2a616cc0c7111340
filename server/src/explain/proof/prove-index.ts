import type { Finding, Fix } from "../../rules/finding.ts";
import type { ExplainError } from "../explain-error.ts";
import type { PlanSource } from "../plan-source.ts";
import type {
  CompiledStatement,
  ProjectSchema,
  QuerysetCompiler,
  SchemaResult,
} from "../queryset-compiler.ts";
import { tablesIn } from "../statement-tables.ts";
import type { FindingQueryset } from "./finding-querysets.ts";
import { type IndexChange, indexChanges } from "./index-change.ts";
import { type IndexProof, notTried, type ProofTrial, verdictOn } from "./index-proof.ts";

export interface ProofTools {
  readonly compiler: QuerysetCompiler;
  /** The tables of the project with a fix in it. */
  readonly schemaWith: (fix: Fix) => Promise<SchemaResult>;
  readonly plans: PlanSource;
  /** Where indexes can be tried that `plans` can't try; undefined where that is nowhere. */
  readonly substitute: (() => Promise<PlanSource>) | undefined;
  /** Of a table, where a database was asked that counts them. */
  readonly rows: (table: string) => Promise<number | undefined>;
}

/** More say nothing new. */
const mostTrials = 8;

/**
 * Plans the queries that a finding rests on with the change of its fix and without it. Django itself says what the change
 * is: the difference between the tables of both.
 */
export async function proveIndex(
  finding: Finding,
  querysets: readonly FindingQueryset[],
  tools: ProofTools,
): Promise<IndexProof> {
  const fix = finding.fixes.find(({ preferred }) => preferred) ?? finding.fixes[0];
  const failed = (error: ExplainError): IndexProof => notTried(finding, fix?.title, error);
  const useless = (message: string): IndexProof => failed({ kind: "usage", message });
  if (fix === undefined) return useless("the finding has no fix that could be tried");
  const opened = await tools.plans.open();
  if (opened.kind === "failed") return failed(opened.error);
  const before = await tools.compiler.schema();
  if (before.kind === "failed") return failed(before.error);
  const after = await tools.schemaWith(fix);
  if (after.kind === "failed") return failed(after.error);
  const change = changeFor(finding, before.schema, after.schema);
  if (change === undefined) return useless("the fix changes no index of the table");
  const { statements, notes } = await compiled(querysets, change.table, tools.compiler);
  const tried = await trialsOf(statements, change, tools);
  const rows = await tools.rows(change.table);
  const verdict = verdictOn(change, tried.trials, rows);
  return {
    finding,
    fix: fix.title,
    change,
    verdict,
    rows,
    trials: tried.trials,
    notes: [...notes, ...tried.notes],
    error: undefined,
  };
}

/** A change of an abstract model changes several tables: that of the finding's model is meant. */
function changeFor({ model }: Finding, before: ProjectSchema, after: ProjectSchema): IndexChange | undefined {
  const changes = indexChanges(before, after);
  const table = before.tables.find(({ label }) => label === model)?.table;
  return changes.find((change) => change.table === table) ?? changes[0];
}

interface PlacedStatement {
  readonly source: FindingQueryset;
  readonly statement: CompiledStatement;
}

interface Compiled {
  /** That read the table, each once. */
  readonly statements: readonly PlacedStatement[];
  readonly notes: readonly string[];
}

async function compiled(
  querysets: readonly FindingQueryset[],
  table: string,
  compiler: QuerysetCompiler,
): Promise<Compiled> {
  const statements = new Map<string, PlacedStatement>();
  const notes: string[] = [];
  for (const source of querysets) {
    const { text, bindings } = source.queryset;
    const result = await compiler.compile({ module: source.module, expression: text, bindings });
    if (result.kind === "failed") {
      notes.push(`${firstLine(text)} could not be made into SQL: ${result.error.message}`);
      continue;
    }
    for (const statement of result.statements) {
      const known = statements.has(statement.sql);
      if (!known && (await tablesIn(statement.sql)).includes(table))
        statements.set(statement.sql, { source, statement });
    }
  }
  return { statements: [...statements.values()].slice(0, mostTrials), notes };
}

async function trialsOf(
  statements: readonly PlacedStatement[],
  change: IndexChange,
  { plans, substitute }: ProofTools,
): Promise<Pick<IndexProof, "trials" | "notes">> {
  const trials: ProofTrial[] = [];
  const notes = new Set<string>();
  let source = plans;
  for (const {
    source: { location, queryset },
    statement,
  } of statements) {
    let result = await source.tryIndexes(statement, change);
    if (result.kind === "impossible" && substitute !== undefined && source === plans) {
      notes.add(
        `Not tried in the database, as ${result.reason}: planned by the embedded PostgreSQL for as many rows as the database has.`,
      );
      source = await substitute();
      result = await source.tryIndexes(statement, change);
    }
    if (result.kind === "tried") {
      const { sql, params } = statement;
      trials.push({ ...result, location, expression: queryset.text, sql, params });
    } else {
      const reason = result.kind === "impossible" ? result.reason : result.error.message;
      notes.add(`${firstLine(queryset.text)} could not be planned: ${reason}`);
    }
  }
  return { trials, notes: [...notes] };
}

function firstLine(text: string): string {
  const [line = "", ...more] = text.split("\n");
  return more.length === 0 ? line : `${line} …`;
}
