import type { PlanNode, QueryPlan } from "./query-plan.ts";

/**
 * A plan as a tree of text, near to what `psql` shows:
 *
 *     Limit  (cost=0.29..1.33 rows=25 width=72)
 *     └─ Index Scan using order_created on store_order o  (cost=0.29..4123.00 rows=99000 width=72)
 *          Filter: (status = 'new'::text)
 */
export function planText({ root, analyzed, planningTime, executionTime }: QueryPlan): string {
  const lines = nodeLines(root, { first: "", others: "" });
  if (planningTime !== undefined) lines.push(`Planning time: ${milliseconds(planningTime)}`);
  if (analyzed && executionTime !== undefined) lines.push(`Execution time: ${milliseconds(executionTime)}`);
  return lines.join("\n");
}

interface Prefix {
  readonly first: string;
  readonly others: string;
}

function nodeLines(node: PlanNode, { first, others }: Prefix): string[] {
  const hasChildren = node.children.length > 0;
  const detailPrefix = others + (hasChildren ? "│  " : "   ");
  const lines = [
    first + nodeHeading(node) + estimates(node),
    ...details(node).map((detail) => `${detailPrefix}${detail}`),
  ];
  node.children.forEach((child, index) => {
    const isLast = index === node.children.length - 1;
    const prefix = {
      first: `${others}${isLast ? "└─ " : "├─ "}`,
      others: `${others}${isLast ? "   " : "│  "}`,
    };
    lines.push(...nodeLines(child, prefix));
  });
  return lines;
}

/** `Parallel Index Scan Backward using order_created on store_order o` */
export function nodeHeading(node: PlanNode): string {
  const text = (name: string) => textOf(node, name);
  const parts = [
    roleOf(node),
    node.properties["Parallel Aware"] === true ? "Parallel" : undefined,
    typeOf(node),
  ];
  if (text("Scan Direction") === "Backward") parts.push("Backward");
  const index = text("Index Name");
  if (index !== undefined) parts.push(node.type === "Bitmap Index Scan" ? `on ${index}` : `using ${index}`);
  const target = targetOf(node);
  if (target !== undefined) parts.push(`on ${target}`);
  return parts.filter((part) => part !== undefined).join(" ");
}

/** `SubPlan 1:`, `CTE recent:`, `InitPlan 2:` before the type of a node that belongs to one. */
function roleOf(node: PlanNode): string | undefined {
  const name = textOf(node, "Subplan Name");
  return name === undefined ? undefined : `${name.replace(/ \(returns .*\)$/, "")}:`;
}

function typeOf(node: PlanNode): string {
  const strategy = textOf(node, "Strategy");
  const partial = textOf(node, "Partial Mode");
  const join = textOf(node, "Join Type");
  switch (node.type) {
    case "Aggregate": {
      const mode = partial === undefined || partial === "Simple" ? "" : `${partial} `;
      return `${mode}${aggregateNames[strategy ?? ""] ?? "Aggregate"}`;
    }
    case "SetOp":
      return `${strategy === "Hashed" ? "HashSetOp" : "SetOp"} ${textOf(node, "Command") ?? ""}`.trim();
    case "Hash Join":
    case "Merge Join":
    case "Nested Loop":
      return join === undefined || join === "Inner" ? node.type : joinName(node.type, join);
    case "ModifyTable":
      return textOf(node, "Operation") ?? node.type;
    default:
      return node.type;
  }
}

const aggregateNames: Readonly<Record<string, string>> = {
  Hashed: "HashAggregate",
  Sorted: "GroupAggregate",
  Mixed: "MixedAggregate",
};

/** `Hash Left Join`, `Nested Loop Anti Join`, as `psql` writes them. */
function joinName(type: string, join: string): string {
  return type === "Nested Loop" ? `Nested Loop ${join} Join` : type.replace("Join", `${join} Join`);
}

function targetOf(node: PlanNode): string | undefined {
  const name =
    textOf(node, "Relation Name") ??
    textOf(node, "Function Name") ??
    textOf(node, "CTE Name") ??
    textOf(node, "Table Function Name");
  const alias = textOf(node, "Alias");
  if (name === undefined)
    return node.type.endsWith("Scan") && node.type !== "Bitmap Index Scan" ? alias : undefined;
  return alias === undefined || alias === name ? name : `${name} ${alias}`;
}

function estimates(node: PlanNode): string {
  const number = (name: string) => numberOf(node, name);
  const [startup, total, rows, width] = ["Startup Cost", "Total Cost", "Plan Rows", "Plan Width"].map(number);
  const parts: string[] = [];
  if (startup !== undefined && total !== undefined) {
    parts.push(`(cost=${startup.toFixed(2)}..${total.toFixed(2)} rows=${rows ?? "?"} width=${width ?? "?"})`);
  }
  const loops = number("Actual Loops");
  if (loops === 0) parts.push("(never executed)");
  else if (loops !== undefined) {
    const actual = [`rows=${number("Actual Rows") ?? "?"}`, `loops=${loops}`];
    const [first, last] = [number("Actual Startup Time"), number("Actual Total Time")];
    if (first !== undefined && last !== undefined)
      actual.unshift(`time=${first.toFixed(3)}..${last.toFixed(3)} ms`);
    parts.push(`(actual ${actual.join(" ")})`);
  }
  return parts.map((part) => `  ${part}`).join("");
}

/** Properties that explain what a node does, in the order in which they are shown. */
const shown = [
  "Index Cond",
  "Recheck Cond",
  "TID Cond",
  "Hash Cond",
  "Merge Cond",
  "Join Filter",
  "Filter",
  "One-Time Filter",
  "Cache Key",
  "Sort Key",
  "Presorted Key",
  "Group Key",
  "Sort Method",
  "Workers Planned",
  "Workers Launched",
  "Rows Removed by Index Recheck",
  "Rows Removed by Join Filter",
  "Rows Removed by Filter",
  "Heap Fetches",
  "Exact Heap Blocks",
  "Lossy Heap Blocks",
] as const;

function details(node: PlanNode): readonly string[] {
  const lines = shown.flatMap((name) => {
    const value = node.properties[name];
    if (value === undefined || (value === 0 && name.startsWith("Rows Removed"))) return [];
    return [`${name}: ${Array.isArray(value) ? value.join(", ") : String(value)}${extra(node, name)}`];
  });
  const buffers = bufferLine(node);
  return buffers === undefined ? lines : [...lines, buffers];
}

function extra(node: PlanNode, name: string): string {
  if (name !== "Sort Method") return "";
  const used = numberOf(node, "Sort Space Used");
  return used === undefined ? "" : `  ${textOf(node, "Sort Space Type") ?? "Memory"}: ${used} kB`;
}

/** Pages of 8 kB; with `BUFFERS` only. */
function bufferLine(node: PlanNode): string | undefined {
  const parts = (["Hit", "Read", "Dirtied", "Written"] as const).flatMap((kind) => {
    const pages = numberOf(node, `Shared ${kind} Blocks`);
    return pages === undefined || pages === 0 ? [] : [`${kind.toLowerCase()}=${pages}`];
  });
  return parts.length === 0 ? undefined : `Buffers: ${parts.join(" ")}`;
}

function textOf(node: PlanNode, name: string): string | undefined {
  const value = node.properties[name];
  return typeof value === "string" ? value : undefined;
}

function numberOf(node: PlanNode, name: string): number | undefined {
  const value = node.properties[name];
  return typeof value === "number" ? value : undefined;
}

function milliseconds(time: number): string {
  return `${time.toFixed(3)} ms`;
}
