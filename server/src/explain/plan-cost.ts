import type { PlanNode, QueryPlan } from "./query-plan.ts";

/** What a step of a plan costs by itself, without the steps that it reads from. */
export interface OwnCost {
  readonly node: PlanNode;
  /** Of the whole plan: of its time where it was measured, else of its estimated cost. 0 to 1. */
  readonly share: number;
  /**
   * How often the planner's number of rows is what the step gives in the whole plan: a part of it below a limit, several
   * times on the inner side of a loop or where processes share the work. 1 where the plan was measured.
   */
  readonly times: number;
}

/** The steps of a plan with what each of them costs, those that are read from first. */
export function ownCosts(plan: QueryPlan): readonly OwnCost[] {
  const found: { readonly node: PlanNode; readonly cost: number; readonly times: number }[] = [];
  const report: Report = (node, cost, times) => found.push({ node, cost: Math.max(0, cost), times });
  if (plan.analyzed) measuredTime(plan.root, 1, report);
  else estimatedCost(plan.root, { fraction: 1, processes: 1 }, report);
  const whole = found.reduce((sum, { cost }) => sum + cost, 0);
  return found.map(({ node, cost, times }) => ({ node, share: whole === 0 ? 0 : cost / whole, times }));
}

type Report = (node: PlanNode, cost: number, times: number) => void;

/** Milliseconds. @param processes that share the work of the node */
function measuredTime(node: PlanNode, processes: number, report: Report): number {
  const number = numbersOf(node);
  const total = (number("Actual Total Time") * number("Actual Loops")) / processes;
  const below = processes + (node.type.startsWith("Gather") ? number("Workers Launched") : 0);
  const spent = node.children.reduce((sum, child) => sum + measuredTime(child, below, report), 0);
  report(node, total - spent, 1);
  return total;
}

/**
 * In the planner's units. What a node says of itself is for all its rows, once: a limit reads a part of them, and the
 * inner side of a nested loop is read again for each row of the outer one.
 */
function estimatedCost(node: PlanNode, { fraction, processes }: Part, report: Report): void {
  const total = numbersOf(node)("Total Cost");
  const below = node.type.startsWith("Gather") ? sharers(numbersOf(node)("Workers Planned")) : processes;
  const [once, repeated] = partition(node.children, (child) => !isRepeated(node, child));
  let left = total;
  for (const child of once) {
    const whole = numbersOf(child)("Total Cost");
    const read = node.type === "Limit" ? Math.min(whole, total) : whole;
    left -= read;
    estimatedCost(child, { fraction: whole === 0 ? 0 : (fraction * read) / whole, processes: below }, report);
  }
  const each = Math.max(0, left) / Math.max(1, repeated.length);
  for (const child of repeated) {
    const whole = numbersOf(child)("Total Cost");
    estimatedCost(child, { fraction: whole === 0 ? 0 : (fraction * each) / whole, processes: below }, report);
  }
  const cost = repeated.length > 0 ? 0 : fraction * left;
  report(node, cost, fraction * (isShared(node) ? processes : 1));
}

interface Part {
  /** Of what the node says of itself. */
  readonly fraction: number;
  /** Among which the planner divides rows. */
  readonly processes: number;
}

/** As PostgreSQL's `get_parallel_divisor`: the process that gathers has less time for its own part, the more it gathers. */
function sharers(workers: number): number {
  return workers + Math.max(0, 1 - 0.3 * workers);
}

function isShared({ properties, children }: PlanNode): boolean {
  return properties["Parallel Aware"] === true || children.some(isShared);
}

function isRepeated(parent: PlanNode, { properties }: PlanNode): boolean {
  const relation = properties["Parent Relationship"];
  return relation === "SubPlan" || (parent.type === "Nested Loop" && relation === "Inner");
}

function numbersOf({ properties }: PlanNode): (name: string) => number {
  return (name) => {
    const value = properties[name];
    return typeof value === "number" ? value : 0;
  };
}

function partition<Item>(items: readonly Item[], test: (item: Item) => boolean): readonly [Item[], Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
