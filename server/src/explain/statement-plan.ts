import { type BoundStatement, bind } from "./bound-statement.ts";
import type { ExplainError } from "./explain-error.ts";
import type { PlanResult, ServerVersion } from "./plan-source.ts";
import { undeterminedParameter } from "./postgres-errors.ts";
import { readPlan } from "./query-plan.ts";
import type { CompiledStatement } from "./queryset-compiler.ts";

/** How one statement's plan is asked for. */
export interface PlanRequest {
  readonly server: ServerVersion;
  /** Whether `ask` runs the statement. */
  readonly analyzed: boolean;
  /** Why the text must not be sent; undefined for what may. */
  admit(text: string): Promise<ExplainError | undefined>;
  /** The answer of `EXPLAIN (FORMAT JSON)`; may throw what PostgreSQL says. */
  ask(statement: BoundStatement): Promise<unknown>;
  describe(error: unknown): ExplainError;
}

/** The plan of a statement with the values that Django sends. */
export async function planOf(statement: CompiledStatement, request: PlanRequest): Promise<PlanResult> {
  const { server, analyzed } = request;
  const asText = new Set<number>();
  for (;;) {
    const bound = await bind(statement, asText);
    const objection = await request.admit(bound.text);
    if (objection !== undefined) return { kind: "failed", error: objection };
    try {
      const plan = readPlan(await request.ask(bound), server.text, analyzed);
      if (plan !== undefined) return { kind: "planned", plan };
      return { kind: "failed", error: { kind: "server", message: "the server's answer is not a plan" } };
    } catch (error) {
      const parameter = undeterminedParameter(error);
      if (parameter === undefined || asText.has(parameter)) {
        return { kind: "failed", error: request.describe(error) };
      }
      asText.add(parameter);
    }
  }
}
