import { z } from "zod";

/** A plan as `EXPLAIN (FORMAT JSON)` gives it, with what was needed to get it. */
export interface QueryPlan {
  /** Version of the server that planned. */
  readonly server: string;
  /** Whether the statement was run to measure it. */
  readonly analyzed: boolean;
  /** PostgreSQL's own object, complete: for tools. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly root: PlanNode;
  /** Milliseconds; with `ANALYZE` only. */
  readonly planningTime: number | undefined;
  readonly executionTime: number | undefined;
}

/** One step of a plan. Costs are the planner's units, times milliseconds, widths bytes. */
export interface PlanNode {
  /** `Seq Scan`, `Nested Loop` … */
  readonly type: string;
  /** All properties by PostgreSQL's names, children left out. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly children: readonly PlanNode[];
}

const node: z.ZodType<PlanNode> = z.lazy(() =>
  z
    .looseObject({ "Node Type": z.string(), Plans: z.array(node).optional() })
    .transform(({ Plans: children = [], ...properties }) => ({
      type: properties["Node Type"],
      properties,
      children,
    })),
);

const explained = z.looseObject({
  Plan: node,
  "Planning Time": z.number().optional(),
  "Execution Time": z.number().optional(),
});

/** Undefined for what is not the answer of `EXPLAIN (FORMAT JSON)`. */
export function readPlan(answer: unknown, server: string, analyzed: boolean): QueryPlan | undefined {
  const json: unknown = Array.isArray(answer) ? answer[0] : undefined;
  const parsed = explained.safeParse(json);
  if (!parsed.success) return undefined;
  return {
    server,
    analyzed,
    json: json as Record<string, unknown>,
    root: parsed.data.Plan,
    planningTime: parsed.data["Planning Time"],
    executionTime: parsed.data["Execution Time"],
  };
}

/** The planner's estimate for all rows, in its own units. */
export function totalCost({ root }: QueryPlan): number {
  const cost = root.properties["Total Cost"];
  return typeof cost === "number" ? cost : Number.POSITIVE_INFINITY;
}

/** Whether the plan reads one of these indexes. */
export function usesOneOf({ root }: QueryPlan, indexes: readonly string[]): boolean {
  return readsOneOf(root, indexes);
}

function readsOneOf({ properties, children }: PlanNode, indexes: readonly string[]): boolean {
  const name = properties["Index Name"];
  return (
    (typeof name === "string" && indexes.includes(name)) ||
    children.some((child) => readsOneOf(child, indexes))
  );
}
