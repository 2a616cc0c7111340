import type { Queryset } from "../queryset/queryset.ts";
import type { Call, Expression } from "../syntax/ast.ts";

/** The calls whose result the queryset is, first to last: `all()` and `filter()` of `Task.objects.all().filter(…)`. */
export function callsBefore({ origin }: Queryset): readonly Call[] {
  return origin.sites.flatMap(({ node }) => {
    const calls: Call[] = [];
    let current: Expression = node;
    while (current.kind === "Call") {
      calls.push(current);
      if (current.function.kind !== "Attribute") break;
      current = current.function.value;
    }
    return calls.reverse();
  });
}
