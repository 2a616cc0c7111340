/** Pages that code takes behind a row that it knows: `filter(created__lt=last).order_by("-created")[:25]`. */

import { methodCalls } from "../../edits/queryset-chain.ts";
import type { FactContext, LookupUse, RowsUse } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Expression } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { flowingInto, flowsOf } from "../flows.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import { type OrderColumn, orderOfCalls, type PageOrder } from "./page-order.ts";

/** Rows of which each part begins behind the one before. */
export interface KeysetCut {
  readonly by: "cursor" | "condition";
  readonly fact: FactContext;
  readonly queryset: Queryset;
  readonly order: PageOrder;
}

export function keysetSlices(context: RuleContext): readonly KeysetCut[] {
  const { program } = context.project;
  const ranges = factsOfKind(context.facts, "lookup").filter(
    ({ condition, lookup }) => condition && !condition.optional && /__(?:lt|gt)e?$/.test(lookup),
  );
  if (ranges.length === 0) return [];
  return factsOfKind(context.facts, "rowsUse").flatMap((fact) => {
    const { queryset, root } = fact;
    if (root.context === "test" || root.context === "migration" || queryset.bound.kind !== "slice") return [];
    if (queryset.order !== "ordered" || queryset.united || queryset.unknownOperations) return [];
    const order = orderOfCalls(program, queryset);
    const [first] = order?.columns ?? [];
    if (!order || !first || !ranges.some((use) => isBehindLast(context, fact, use, first))) return [];
    return [{ by: "condition" as const, fact, queryset, order }];
  });
}

/** In the direction of the order, from a value that is no moment of the clock: that is a window, not a page. */
function isBehindLast(
  context: RuleContext,
  { queryset }: RowsUse,
  { call, condition, location, lookup }: LookupUse,
  { descending, name }: OrderColumn,
): boolean {
  const value = condition?.value;
  if (!value || !new RegExp(`^${name}__${descending ? "lt" : "gt"}e?$`).test(lookup)) return false;
  // The slice is the last of its places.
  if (!queryset.origin.sites.some((site) => methodCalls(site.node).some((each) => each === call)))
    return false;
  const tree = context.project.program.moduleOfFile(location.path)?.file.tree;
  const scope = tree && functionAround(tree, location.range);
  const parts = scope ? flowingInto(flowsOf(scope), value) : [value];
  return !parts.some(asksForTime);
}

function asksForTime(expression: Expression): boolean {
  let asks = false;
  walkExpressions(expression, (node) => {
    asks ||=
      node.kind === "Call" &&
      node.function.kind === "Attribute" &&
      /^(?:now|localtime|localdate|today|utcnow)$/.test(node.function.attribute.name);
    return !asks;
  });
  return asks;
}
