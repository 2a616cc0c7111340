/** Rows that work as a queue: each worker takes the next one, and has to wait while another holds it. */
import type { RowsUse } from "../../interpret/facts.ts";
import { codeAround } from "../n-plus-one/code-around.ts";
import type { RuleContext } from "../rule-context.ts";
import { namesIn } from "../writes/syntax-queries.ts";
import type { QueryChain, QueryStep } from "./query-chains.ts";

/** The first rows that are in some state, whoever asks, in a task or a command. */
export function takesFromQueue(
  context: RuleContext,
  { location, operation, queryset, root }: RowsUse,
  chain: QueryChain,
  lock: QueryStep,
): boolean {
  if (root.context !== "task" && root.context !== "command") return false;
  const { arguments: positional, keywords } = lock.call;
  const isPatient = keywords.every(
    ({ name }) => name !== undefined && name.name !== "skip_locked" && name.name !== "nowait",
  );
  const takesFirst = operation === "first" || operation === "index" || queryset.bound.kind === "slice";
  if (positional.length > 0 || !isPatient || !takesFirst) return false;
  const conditions = chain
    .flatMap(({ lookups }) => lookups)
    .filter(({ condition }) => condition !== undefined);
  const scope = codeAround(context, location)?.scope;
  if (!scope || conditions.length === 0 || queryset.related) return false;
  const parameters = new Set(scope.parameters.map(({ name }) => name));
  return conditions.every(({ condition }) => {
    const value = condition?.value;
    return value !== undefined && ![...namesIn(value)].some((name) => parameters.has(name));
  });
}
