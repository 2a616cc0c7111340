/** Pages that code takes behind a row that it knows: `filter(created__lt=last).order_by("-created")[:25]`. */

import { groupBy } from "../../base/group-by.ts";
import { methodCalls } from "../../edits/queryset-chain.ts";
import type { FactContext, LookupUse, RowsUse } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { callsBefore } from "../calls-before.ts";
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
  /** No condition bounds the first column by itself: an index gives the order, and not the place of the last row in it. */
  readonly isOpen?: boolean;
}

export function keysetSlices(context: RuleContext): readonly KeysetCut[] {
  const { program } = context.project;
  const lookups = factsOfKind(context.facts, "lookup").filter(({ condition }) => condition);
  const equals = groupBy(
    lookups.filter(({ condition, lookup }) => condition?.optional && !lookup.includes("__")),
    ({ call }) => call,
  );
  // Of two columns: `Q(created__lt=at) | Q(created=at, pk__lt=pk)`.
  const ranges = lookups.filter(
    ({ call, condition, lookup }) =>
      /__(?:lt|gt)e?$/.test(lookup) &&
      (!condition?.optional ||
        equals.get(call)?.some((equal) => equal.lookup === lookup.replace(/__(?:lt|gt)e?$/, ""))),
  );
  return factsOfKind(context.facts, "rowsUse").flatMap((fact) => {
    const { queryset, root } = fact;
    if (root.context === "test" || root.context === "migration" || queryset.bound.kind !== "slice") return [];
    if (queryset.order !== "ordered" || queryset.united || queryset.unknownOperations) return [];
    const order = orderOfCalls(program, queryset);
    const [first] = order?.columns ?? [];
    if (!order || !first) return [];
    const behind = ranges.filter((use) => isBehindLast(context, fact, use, first));
    const isOfTuples = tuplesOf(queryset).some((tuple) => isBehindTuple(tuple, first));
    if (behind.length === 0 && !isOfTuples) return [];
    const isOpen = !isOfTuples && behind.every(({ condition }) => condition?.optional);
    return [{ by: "condition" as const, fact, queryset, order, isOpen }];
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

/** `filter(TupleLessThan(Tuple("created", "pk"), (at, pk)))`, which Django has since 5.2. */
function tuplesOf(queryset: Queryset): readonly Call[] {
  return callsBefore(queryset).flatMap(({ arguments: positional }) =>
    positional.flatMap((argument) =>
      argument.kind === "Call" && tupleComparison.test(lastName(argument.function) ?? "") ? [argument] : [],
    ),
  );
}

const tupleComparison = /^Tuple(Less|Greater)Than(?:OrEqual)?$/;

/** In the direction of the order, by its first column. */
function isBehindTuple(
  { function: callee, arguments: [columns, values] }: Call,
  { descending, name }: OrderColumn,
): boolean {
  const [, direction] = tupleComparison.exec(lastName(callee) ?? "") ?? [];
  const listed =
    columns?.kind === "Call"
      ? columns.arguments
      : columns?.kind === "TupleLiteral" || columns?.kind === "ListLiteral"
        ? columns.elements
        : [];
  const [first] = listed;
  const named = first?.kind === "Call" ? first.arguments[0] : first;
  return (
    direction === (descending ? "Less" : "Greater") &&
    named?.kind === "StringLiteral" &&
    named.value === name &&
    values !== undefined &&
    !asksForTime(values)
  );
}

function lastName(callee: Expression): string | undefined {
  if (callee.kind === "Name") return callee.name;
  return callee.kind === "Attribute" ? callee.attribute.name : undefined;
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
