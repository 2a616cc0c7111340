/** What a query computes for one row, as far as an annotation of the rows' queryset can compute the same. */
import type { Model } from "../../django/model-graph.ts";
import type { QueryExecution } from "../../interpret/facts.ts";
import { querysetOperation } from "../../queryset/operations.ts";
import type { Expression } from "../../syntax/ast.ts";
import { isExpression } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { parentOf } from "./consumer.ts";
import type { PerRowQuery } from "./per-row-queries.ts";
import { type MethodCall, methodName } from "./query-expression.ts";
import type { RowAccess } from "./row-access.ts";

export type RowAggregate = {
  readonly access: RowAccess;
  readonly execution: QueryExecution;
  readonly target: Model;
  /** The calls that choose the related rows. */
  readonly steps: readonly MethodCall[];
  /** What a read of the annotation replaces. */
  readonly replaced: Expression;
} & Computation;

type Computation =
  | { readonly kind: "count" }
  | { readonly kind: "exists" }
  /** `Sum("minutes")` */
  | { readonly kind: "function"; readonly name: AggregateFunction; readonly field: string }
  /** A column of the first row in an order. */
  | { readonly kind: "firstValue"; readonly field: string };

export type AggregateFunction = (typeof aggregateFunctions)[number];

const aggregateFunctions = ["Sum", "Avg", "Min", "Max", "Count"] as const;

export function rowAggregateOf(
  context: RuleContext,
  query: PerRowQuery,
  access: RowAccess,
): RowAggregate | undefined {
  const [execution, ...others] = query.executions;
  if (others.length > 0) return undefined;
  const { node } = access.query;
  const base = { access, execution, target: execution.queryset.model };
  const { steps, subscript } = access.query;
  switch (execution.operation) {
    case "len":
    case "bool":
      if (subscript || execution.node.kind !== "Call") return undefined;
      return {
        ...base,
        steps,
        kind: execution.operation === "len" ? "count" : "exists",
        replaced: execution.node,
      };
    case "count":
    case "exists":
    case "first":
    case "aggregate":
      break;
    default:
      return undefined;
  }
  const last = steps.at(-1);
  if (subscript || !last || methodName(last) !== execution.operation || execution.node !== node)
    return undefined;
  const before = steps.slice(0, -1);
  switch (execution.operation) {
    case "count":
    case "exists":
      return { ...base, steps: before, kind: execution.operation, replaced: node };
    case "first":
      return firstValue(base, before, node);
    case "aggregate":
      return aggregateFunction(context, base, before, last);
  }
}

type Base = Pick<RowAggregate, "access" | "execution" | "target">;

/** `order_by("-due").values_list("title", flat=True).first()` */
function firstValue(base: Base, steps: readonly MethodCall[], node: Expression): RowAggregate | undefined {
  const values = steps.at(-1);
  if (!values || methodName(values) !== "values_list") return undefined;
  const [field] = values.arguments;
  const [flat] = values.keywords;
  if (values.arguments.length !== 1 || field?.kind !== "StringLiteral" || field.value.includes("__"))
    return undefined;
  if (flat?.name?.name !== "flat" || flat.value.kind !== "ConstantLiteral" || flat.value.value !== "True")
    return undefined;
  return { ...base, kind: "firstValue", field: field.value, steps: steps.slice(0, -1), replaced: node };
}

/** `aggregate(total=Sum("minutes"))["total"]` */
function aggregateFunction(
  { project }: RuleContext,
  base: Base,
  steps: readonly MethodCall[],
  call: MethodCall,
): RowAggregate | undefined {
  const { code } = base.access;
  const [keyword] = call.keywords;
  const [positional] = call.arguments;
  if (call.keywords.length + call.arguments.length !== 1) return undefined;
  const value = keyword?.value ?? positional;
  if (value?.kind !== "Call" || value.keywords.length > 0 || value.arguments.length !== 1) return undefined;
  const callee = project.program.resolveExpression(code.module, value.function);
  const name = aggregateFunctions.find(
    (candidate) => callee.kind === "external" && callee.name === `django.db.models.${candidate}`,
  );
  const [field] = value.arguments;
  if (!name || field?.kind !== "StringLiteral" || !isColumn(base.target, field.value)) return undefined;
  const key = keyword?.name?.name ?? `${field.value}__${name.toLowerCase()}`;
  const subscript = parentOf(code, call);
  if (!subscript || !isExpression(subscript) || subscript.kind !== "Subscript") return undefined;
  if (subscript.index.kind !== "StringLiteral" || subscript.index.value !== key) return undefined;
  return { ...base, kind: "function", name, field: field.value, steps, replaced: subscript };
}

function isColumn(model: Model, name: string): boolean {
  return name === "pk" || model.fields.get(name)?.kind === "column";
}

/** Steps that change nothing about which rows there are. */
export function isIrrelevantForCounting(step: MethodCall): boolean {
  const name = methodName(step);
  const kind = querysetOperation(name)?.kind;
  return (
    name === "all" || name === "order_by" || kind === "select" || kind === "prefetch" || kind === "columns"
  );
}
