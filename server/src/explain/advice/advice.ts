import type { QueryPlan } from "../query-plan.ts";
import type { CompiledStatement } from "../queryset-compiler.ts";
import { type IndexAdvice, type IndexContext, indexAdvice } from "./index-advice.ts";
import { type KeysetAdvice, type KeysetContext, keysetAdvice } from "./keyset-advice.ts";

/** What makes a statement much cheaper, as the planner sees it. */
export type Advice =
  | ({ readonly kind: "index" } & IndexAdvice)
  | ({ readonly kind: "keyset" } & KeysetAdvice);

/** Where things can be tried out. */
export interface WhatIf extends IndexContext, KeysetContext {}

/** @param plan of the statement as it is */
export async function adviceFor(
  statement: CompiledStatement,
  plan: QueryPlan,
  whatIf: WhatIf,
): Promise<Advice | undefined> {
  // An index hardly helps to skip rows.
  const keyset = await keysetAdvice(statement, plan, whatIf);
  if (keyset !== undefined) return { kind: "keyset", ...keyset };
  const index = await indexAdvice(statement, plan, whatIf);
  return index && { kind: "index", ...index };
}
