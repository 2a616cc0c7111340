/** Whether pages that are cut from a queryset have an order to be cut in. */
import { methodCalls } from "../../edits/queryset-chain.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { RuleContext } from "../rule-context.ts";

/**
 * `grouped`: `Meta.ordering` would order the rows, but Django leaves it out where rows are grouped, as for
 * `annotate(Count(…))`.
 */
export type MissingOrder = "unordered" | "grouped";

export function missingOrder(context: RuleContext, queryset: Queryset): MissingOrder | undefined {
  const { order, rows, unknownOperations } = queryset;
  if (unknownOperations || rows === "raw") return undefined;
  if (order === "unordered") return "unordered";
  return order === "default" && isGrouped(context, queryset) ? "grouped" : undefined;
}

/** Its rows are groups, of which each has an aggregate. */
export function isGrouped({ project: { program } }: RuleContext, { annotations, origin }: Queryset): boolean {
  if (annotations.size === 0) return false;
  return origin.sites.some(({ location, node }) => {
    const module = program.moduleOfFile(location.path);
    if (!module) return false;
    const aggregates = (value: Expression): boolean => {
      const symbol = value.kind === "Call" ? program.resolveExpression(module, value.function) : undefined;
      return symbol?.kind === "external" && aggregateClass.test(symbol.name);
    };
    return methodCalls(node).some(
      (call) =>
        call.function.attribute.name === "annotate" &&
        (call.arguments.some(aggregates) || call.keywords.some(({ value }) => aggregates(value))),
    );
  });
}

const aggregateClass =
  /^django\.(?:db\.models|contrib\.postgres\.aggregates)\.(?:aggregates\.)?(?:Count|Sum|Avg|Min|Max|StdDev|Variance|\w+Agg)$/;
