import type { ExistingIndex } from "../embedded/existing-index.ts";
import { type QueryPlan, totalCost } from "../query-plan.ts";
import type { CompiledStatement, SchemaTable } from "../queryset-compiler.ts";
import { columnUsage, type TableUsage } from "./column-usage.ts";
import { type CandidateContext, type IndexCandidate, indexCandidates } from "./index-candidate.ts";
import { declarationOf, type IndexDeclaration } from "./index-declaration.ts";

/** An index that the planner uses, and that makes the query much cheaper. */
export interface IndexAdvice {
  readonly table: string;
  /** `projects.Task` */
  readonly label: string;
  readonly choice: TriedIndex;
  /** One with more columns, from which the rows come in their order. */
  readonly sorted: TriedIndex | undefined;
  /** Of the plan as it is. */
  readonly costBefore: number;
  /** Names of indexes that the new one does the work of. */
  readonly replaces: readonly string[];
}

export interface TriedIndex {
  readonly declaration: IndexDeclaration;
  readonly plan: QueryPlan;
  readonly cost: number;
}

/** Where indexes can be tried without making them. */
export interface IndexContext extends CandidateContext {
  /** Indexes that a table has. */
  existing(table: string): readonly ExistingIndex[];
  /** The plan of a statement with more indexes; undefined where there is none. */
  plan(statement: CompiledStatement, candidates: readonly IndexCandidate[]): Promise<QueryPlan | undefined>;
  /** Whether a plan contains the one index that was given for it. */
  usesCandidate(plan: QueryPlan): boolean;
}

/** What costs less reads a few pages, of a small table for instance: nobody would notice an index. */
export const leastCost = 100;
/** An index has to save this much to be worth its upkeep. */
export const worthwhile = 0.7;
/** Fewer columns are better where they cost at most so much more. */
export const tolerated = 1.1;

interface Trial {
  readonly candidate: IndexCandidate;
  readonly plan: QueryPlan;
  readonly cost: number;
}

/** @param plan of the statement, without more indexes */
export async function indexAdvice(
  statement: CompiledStatement,
  plan: QueryPlan,
  context: IndexContext,
): Promise<IndexAdvice | undefined> {
  const costBefore = totalCost(plan);
  if (costBefore < leastCost) return undefined;
  const usages = await columnUsage(statement.sql);
  const candidates = indexCandidates(usages, statement, context).filter(
    (candidate) => !context.existing(candidate.table).some((index) => beginsWith(index, candidate)),
  );
  if (candidates.length > 1) {
    // The planner takes the best of what there is: where all of them together do not help, none does.
    const together = await context.plan(statement, candidates);
    if (together !== undefined && totalCost(together) >= worthwhile * costBefore) return undefined;
  }
  const trials: Trial[] = [];
  for (const candidate of candidates) {
    const tried = await context.plan(statement, [candidate]);
    if (tried === undefined || !context.usesCandidate(tried)) continue;
    const cost = totalCost(tried);
    if (cost < worthwhile * costBefore) trials.push({ candidate, plan: tried, cost });
  }
  const choice = chosen(trials);
  const table = choice && context.table(choice.candidate.table);
  if (choice === undefined || table === undefined) return undefined;
  const sorted = sortedVariant(choice, trials, usages);
  const existing = context.existing(table.table);
  return {
    table: table.table,
    label: table.label,
    choice: triedIndex(choice, table),
    sorted: sorted && triedIndex(sorted, table),
    costBefore,
    replaces: existing.filter((index) => isBeginningOf(index, choice.candidate)).map(({ name }) => name),
  };
}

function chosen(trials: readonly Trial[]): Trial | undefined {
  const cheapest = Math.min(...trials.map(({ cost }) => cost));
  const limit = Math.max(cheapest * tolerated, cheapest + 1);
  return trials
    .filter(({ cost }) => cost <= limit)
    .toSorted((a, b) => a.candidate.keys.length - b.candidate.keys.length || a.cost - b.cost)[0];
}

/** The planner may prefer to sort a few rows; the order in the index counts once the query has a limit. */
function sortedVariant(
  choice: Trial,
  trials: readonly Trial[],
  usages: readonly TableUsage[],
): Trial | undefined {
  const order =
    usages.find(({ table, order: wanted }) => table === choice.candidate.table && wanted.length > 0)?.order ??
    [];
  const isSorted = ({ keys }: IndexCandidate) =>
    order.every(({ column }) => keys.some((key) => key.column === column));
  if (order.length === 0 || isSorted(choice.candidate)) return undefined;
  return trials
    .filter(({ candidate: other }) => isSorted(other) && extendsKeys(other, choice.candidate))
    .toSorted((a, b) => a.cost - b.cost)[0];
}

function extendsKeys(longer: IndexCandidate, { table, keys, condition }: IndexCandidate): boolean {
  return (
    longer.table === table &&
    longer.condition?.column === condition?.column &&
    keys.every(({ column }, position) => longer.keys[position]?.column === column)
  );
}

function triedIndex({ candidate, plan, cost }: Trial, table: SchemaTable): TriedIndex {
  return { declaration: declarationOf(candidate, table), plan, cost };
}

/** Whether an index that is there serves whatever the candidate would. */
function beginsWith(index: ExistingIndex, { keys, condition, method }: IndexCandidate): boolean {
  if (index.condition !== null || condition !== undefined || index.method !== method) return false;
  if (
    keys.some(({ function: applied, operatorClass }) => applied !== undefined || operatorClass !== undefined)
  )
    return false;
  const pairs = keys.map((key, position) => ({ key, existing: index.keys[position] }));
  if (!pairs.every(({ key, existing }) => existing?.usual === true && existing.text === key.column))
    return false;
  // A B-tree is read in both directions.
  const flips = new Set(pairs.map(({ key, existing }) => key.descending !== existing?.descending));
  return flips.size <= 1;
}

/** Whether an index that is there is a shorter form of the candidate. */
function isBeginningOf(index: ExistingIndex, { keys, condition }: IndexCandidate): boolean {
  if (index.isUnique || index.method !== "btree" || index.condition !== null || condition !== undefined)
    return false;
  if (index.keys.length >= keys.length) return false;
  return index.keys.every(
    ({ text, usual }, position) =>
      usual && keys[position]?.function === undefined && keys[position]?.column === text,
  );
}
