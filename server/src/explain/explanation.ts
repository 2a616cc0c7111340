import type { TextRange } from "../base/text-range.ts";
import type { Advice } from "./advice/advice.ts";
import type { AssumedTable } from "./embedded/assumed-tables.ts";
import type { ExplainError } from "./explain-error.ts";
import type { KnownQueryset } from "./known-querysets.ts";
import type { PlanSource } from "./plan-source.ts";
import type { QueryPlan } from "./query-plan.ts";
import type { QuerysetExpression } from "./queryset-at.ts";
import type { QuerysetCall } from "./queryset-calls.ts";
import type {
  CompiledStatement,
  CompileRequest,
  CompileResult,
  QuerysetCompiler,
} from "./queryset-compiler.ts";

/** What a queryset expression sends to the database and how the database would answer it. */
export interface Explanation {
  readonly range: TextRange;
  /** Source text. */
  readonly expression: string;
  /** The calls by which it is made. */
  readonly calls: readonly QuerysetCall[];
  /** The expression's own query comes first. */
  readonly statements: readonly ExplainedStatement[];
  readonly notes: readonly string[];
  /** Why there are no statements, or no plan of the first one. */
  readonly error: ExplainError | undefined;
}

export interface ExplainedStatement extends CompiledStatement {
  /** Undefined where none was asked for, or `planError` says why there is none. */
  readonly plan: QueryPlan | undefined;
  readonly planError: ExplainError | undefined;
  /** What the plan rests on where no database was asked. */
  readonly assumed: readonly AssumedTable[] | undefined;
  /** What makes it much cheaper, where that could be tried. */
  readonly advice: Advice | undefined;
}

export interface ExplainTools {
  readonly compiler: QuerysetCompiler;
  /** Undefined for the SQL alone. */
  readonly plans: PlanSource | undefined;
  /** Runs the query to measure it. The user has agreed. */
  readonly analyze: boolean;
  /** What the analysis of the whole program knows of the expression; asked where the code around it is not enough. */
  readonly known?: (() => Promise<readonly KnownQueryset[]>) | undefined;
}

/**
 * @param module dotted name of the module in which the expression stands
 * @param onSql told the SQL before plans are asked for; not where there are none to come
 */
export async function explain(
  { range, text, bindings, calls }: QuerysetExpression,
  module: string,
  { compiler, plans, analyze, known }: ExplainTools,
  onSql?: (explanation: Explanation) => Promise<void>,
): Promise<Explanation> {
  const compiled = await compileWith(compiler, { module, expression: text, bindings }, known);
  const place = { range, expression: text, calls };
  if (compiled.kind === "failed") {
    const { notes = [], ...error } = compiled.error;
    return { ...place, statements: [], notes, error };
  }
  const empty =
    compiled.statements.length === 0 ? ["Django sends no query: the conditions can't be met"] : [];
  const notes = [...compiled.notes, ...empty];
  if (plans !== undefined && compiled.statements.length > 0)
    await onSql?.({ ...place, statements: compiled.statements.map(withoutPlan), notes, error: undefined });
  const statements: ExplainedStatement[] = [];
  for (const statement of compiled.statements) statements.push(await withPlan(statement, plans, analyze));
  return { ...place, statements, notes, error: statements[0]?.planError };
}

/** Failures that more knowledge of the program may repair. */
const repairable: ReadonlySet<ExplainError["kind"]> = new Set([
  "unknown-value",
  "unknown-name",
  "project-error",
  "not-a-queryset",
]);

/** Compiles an expression, and once more with what the whole program tells where that is needed. */
export async function compileWith(
  compiler: QuerysetCompiler,
  request: CompileRequest,
  known: ExplainTools["known"],
): Promise<CompileResult> {
  const first = await compiler.compile(request);
  if (first.kind === "compiled" || known === undefined || !repairable.has(first.error.kind)) return first;
  const querysets = await known();
  return querysets.length === 0 ? first : compiler.compile({ ...request, querysets });
}

function withoutPlan(statement: CompiledStatement): ExplainedStatement {
  return { ...statement, plan: undefined, planError: undefined, assumed: undefined, advice: undefined };
}

async function withPlan(
  statement: CompiledStatement,
  plans: PlanSource | undefined,
  analyze: boolean,
): Promise<ExplainedStatement> {
  const nothing = withoutPlan(statement);
  if (plans === undefined) return nothing;
  // Only what the user pointed at is run; the queries around it are estimated.
  const result = await plans.explain(statement, { analyze: analyze && statement.role === "queryset" });
  return result.kind === "planned"
    ? { ...nothing, plan: result.plan, assumed: result.assumed, advice: result.advice }
    : { ...nothing, planError: result.error };
}
