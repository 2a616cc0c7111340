import type { Queryset } from "../queryset/queryset.ts";
import type { Call, Expression } from "../syntax/ast.ts";

/** The calls whose result the queryset is, first to last: `all()` and `filter()` of `Task.objects.all().filter(…)`. */
export function callsBefore({ origin }: Queryset): readonly Call[] {
  const calls = origin.sites.flatMap(({ node }) => {
    const chain: Call[] = [];
    let current: Expression = node;
    while (current.kind === "Call") {
      chain.push(current);
      if (current.function.kind !== "Attribute") break;
      current = current.function.value;
    }
    return chain.reverse();
  });
  // A method of the project's own is a site of its own, and stands behind what is a site before it.
  return [...new Set(calls)];
}
