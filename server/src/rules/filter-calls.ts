import { methodCalls } from "../edits/queryset-chain.ts";
import type { Queryset } from "../queryset/queryset.ts";

/** The calls of `filter()` in the expressions that the queryset comes from. */
export function filterCalls({ origin }: Queryset): ReturnType<typeof methodCalls> {
  return origin.sites
    .flatMap(({ node }) => methodCalls(node))
    .filter(({ function: callee }) => callee.attribute.name === "filter");
}
