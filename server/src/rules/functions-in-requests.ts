/** Which functions run while a client waits. */
import { groupBy } from "../base/group-by.ts";
import { remembered } from "../base/remembered.ts";
import type { RootInfo } from "../interpret/facts.ts";
import { factsOfKind, type RuleContext } from "./rule-context.ts";

const known = new WeakMap<RuleContext["facts"], ReadonlySet<string>>();

/** Dotted names of the functions that requests lead to. */
export function functionsInRequests({ facts }: RuleContext): ReadonlySet<string> {
  return remembered(known, facts, () => {
    const callees = groupBy(factsOfKind(facts, "functionCall"), ({ root }) => root.symbol);
    const roots = facts.flatMap((fact) =>
      "root" in fact && fact.root.context === "request" ? [fact.root.symbol] : [],
    );
    const reached = new Set<string>();
    const open = [...new Set(roots)];
    for (let symbol = open.pop(); symbol !== undefined; symbol = open.pop()) {
      if (reached.has(symbol)) continue;
      reached.add(symbol);
      open.push(...(callees.get(symbol) ?? []).map(({ callee }) => callee));
    }
    return reached;
  });
}

/** @param reachable from `functionsInRequests()` */
export function isInRequest({ context, symbol }: RootInfo, reachable: ReadonlySet<string>): boolean {
  return context === "request" || reachable.has(symbol);
}
