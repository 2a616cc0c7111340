/** Counts of which the code only asks whether there is anything: repeated rows make them larger, but never none. */
import type { Expression } from "../../syntax/ast.ts";
import type { RuleContext } from "../rule-context.ts";
import type { Aggregate, Join } from "./joined-rows.ts";
import type { QueryChain } from "./query-chains.ts";

/**
 * `annotate(tasks_count=Count("tasks")).filter(tasks_count=0)`, where nothing else reads the number. The joins that
 * repeat its rows add none where there is none; those along its own path add none to the first either.
 */
export function onlyDecides(
  context: RuleContext,
  chain: QueryChain,
  { call, name: kind, joins, step }: Aggregate,
  multiplying: readonly Join[],
): boolean {
  const keyword = step.call.keywords.find(({ value }) => value === call);
  const name = keyword?.name?.name;
  if (kind !== "Count" || name === undefined || step.method === "aggregate") return false;
  const paths = new Set([...joins].map(({ path }) => path));
  const most = multiplying.every(({ path }) => paths.has(path)) ? 1 : 0;
  const uses = chain
    .flatMap(({ lookups }) => lookups)
    .filter(({ lookup }) => lookup === name || lookup.startsWith(`${name}__`));
  return (
    uses.length > 0 &&
    uses.every(({ lookup, condition }) => {
      const limit = condition && limitOf(lookup.slice(name.length + 2), condition.value);
      return limit !== undefined && limit <= most;
    }) &&
    !isReadElsewhere(context, name, chain)
  );
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

/** Another place of the project's Python code names it. */
function isReadElsewhere({ project: { program } }: RuleContext, name: string, chain: QueryChain): boolean {
  const word = new RegExp(`\\b${name}\\b`, "g");
  return program.modules.some(({ firstParty, file }) => {
    if (!firstParty || !file.text.includes(name)) return false;
    const calls = chain.filter(({ location }) => location.path === file.path).map(({ call }) => call);
    return [...file.text.matchAll(word)].some(
      ({ index }) => !calls.some(({ start, end }) => start <= index && index < end),
    );
  });
}
