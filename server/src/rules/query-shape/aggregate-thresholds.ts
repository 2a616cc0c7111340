/** Whether the code needs the number of an aggregate, or only asks whether there is anything. */
import type { Expression } from "../../syntax/ast.ts";
import type { RuleContext } from "../rule-context.ts";
import { readsOfNumber } from "./annotation-reads.ts";
import type { Aggregate, Join } from "./joined-rows.ts";
import type { QueryChain } from "./query-chains.ts";

export type NumberUse =
  /** Something shows it, compares it or sorts by it. */
  | "number"
  /** Repeated rows make it larger, but never none: nothing that asks for it gets another answer. */
  | "decides"
  /** What asks for it was not found. */
  | "unknown";

/**
 * `annotate(tasks_count=Count("tasks")).filter(tasks_count=0)`, where nothing else reads the number. The joins that
 * repeat its rows add none where there is none; those along its own path add none to the first either.
 */
export function useOfNumber(
  context: RuleContext,
  chain: QueryChain,
  { call, joins, name: kind, names, step }: Aggregate,
  multiplying: readonly Join[],
): NumberUse {
  if (step.method === "aggregate") return "number";
  const keyword = step.call.keywords.find(({ value }) => value === call);
  const isPositional = step.call.arguments.includes(call);
  const name = keyword?.name?.name ?? (isPositional ? defaultName(kind, names) : undefined);
  // The sum of several: what is asked of the whole is not asked of the part.
  if (name === undefined) return "number";
  const paths = new Set([...joins].map(({ path }) => path));
  const most = multiplying.every(({ path }) => paths.has(path)) ? 1 : 0;
  const inChain = chain
    .flatMap(({ lookups }) => lookups)
    .filter(({ lookup }) => {
      const path = lookup.replace(/^[-+]/, "");
      return path === name || path.startsWith(`${name}__`);
    })
    .map(({ condition, lookup }): NumberUse => {
      const limit = condition && limitOf(lookup.slice(name.length + 2), condition.value);
      return kind === "Count" && limit !== undefined && limit <= most ? "decides" : "number";
    });
  if (inChain.includes("number")) return "number";
  const elsewhere = readsOfNumber(context, name, chain, kind === "Count");
  if (elsewhere.has("number")) return "number";
  if (elsewhere.has("unknown")) return "unknown";
  return inChain.length > 0 || elsewhere.has("decides") ? "decides" : "unknown";
}

/** `Count("tasks")` → `tasks__count` */
function defaultName(kind: string, [first, ...others]: Aggregate["names"]): string | undefined {
  return first && others.length === 0 ? `${first.use.lookup}__${kind.toLowerCase()}` : undefined;
}

/** The number that the condition tells from those above it. */
function limitOf(operator: string, value: Expression | undefined): number | undefined {
  const number = value?.kind === "NumberLiteral" ? value.value : undefined;
  if (number === undefined) return undefined;
  switch (operator) {
    case "":
    case "exact":
    case "gt":
    case "lte":
      return number;
    case "gte":
    case "lt":
      return number - 1;
    default:
      return undefined;
  }
}
