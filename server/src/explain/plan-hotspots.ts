import type { TextRange } from "../base/text-range.ts";
import { ownCosts } from "./plan-cost.ts";
import { nodeHeading } from "./plan-text.ts";
import type { PlanNode, QueryPlan } from "./query-plan.ts";
import type { QuerysetCall } from "./queryset-calls.ts";
import type { CompiledStatement } from "./queryset-compiler.ts";

/** A step that makes up much of a plan, and what of the code asks for it. */
export interface Hotspot {
  /** As in the plan's tree: `Seq Scan on store_order`. */
  readonly node: string;
  /** Of the plan's time where it was measured, else of its estimated cost. 0 to 1. */
  readonly share: number;
  /** What the step does, a predicate: `reads the whole table and keeps 25 rows`. */
  readonly message: string;
  /** The rule that explains it, where there is one. */
  readonly rule: RuleReference | undefined;
  /** The call that asks for it; undefined where none of the expression's does. */
  readonly range: TextRange | undefined;
}

/** A rule by its code and name; rules themselves are not known here. */
export interface RuleReference {
  readonly code: string;
  readonly name: string;
}

const smallestShare = 0.1;
const mostHotspots = 3;

/** The steps that cost most, the worst first. */
export function hotspotsOf(
  plan: QueryPlan,
  statement: CompiledStatement,
  calls: readonly QuerysetCall[],
): readonly Hotspot[] {
  return ownCosts(plan)
    .filter(({ share }) => share >= smallestShare)
    .sort((a, b) => b.share - a.share)
    .slice(0, mostHotspots)
    .map(({ node, share, times }) => {
      const { message, rule, methods } = reading(node, rowsOf(node, times), statement);
      const call =
        statement.role === "prefetch"
          ? calls.find(({ name }) => name === "prefetch_related")
          : callFor(methods, node, calls);
      return { node: nodeHeading(node), share, message, rule, range: call?.range };
    });
}

/** The rules that a step of a plan can be an example of. */
export const planRules = {
  missingIndex: { code: "QS501", name: "missing-index-filter" },
  leadingWildcard: { code: "QS223", name: "leading-wildcard-search" },
  caseInsensitive: { code: "QS224", name: "case-insensitive-lookup" },
  datePart: { code: "QS222", name: "non-sargable-date-lookup" },
  negated: { code: "QS220", name: "negated-to-many-filter" },
  offset: { code: "QS602", name: "offset-pagination-on-large-table" },
  unbounded: { code: "QS217", name: "unbounded-queryset-in-request" },
  random: { code: "QS216", name: "order-by-random" },
  distinct: { code: "QS215", name: "join-then-distinct" },
  count: { code: "QS226", name: "expensive-count-query" },
} as const satisfies Readonly<Record<string, RuleReference>>;

interface Reading {
  readonly message: string;
  readonly rule?: RuleReference;
  /** Names of calls that can ask for it, the likeliest first. */
  readonly methods: readonly string[];
}

const filters = ["filter", "exclude", "get", "aget", "get_object_or_404", "get_list_or_404"];
const counts = ["count", "acount", "aggregate", "aaggregate", "exists", "aexists", "annotate"];

function reading(node: PlanNode, rows: Rows, statement: CompiledStatement): Reading {
  const kept = rowsText(rows);
  const condition = conditionOf(node);
  if (node.type.endsWith("Scan") && condition !== undefined) {
    const where = node.type === "Seq Scan" ? "the whole table" : "rows by an index";
    return {
      message: `reads ${where} and keeps ${kept}`,
      rule: ruleFor(condition),
      methods: filters,
    };
  }
  if (node.type.endsWith("Scan")) return scanWithoutCondition(node, rows, statement);
  switch (node.type) {
    case "Sort":
    case "Incremental Sort":
      return {
        message: `sorts ${kept}`,
        ...(/random\(\)/i.test(propertyText(node, "Sort Key")) ? { rule: planRules.random } : {}),
        methods: ["order_by", "distinct", "latest", "earliest", "first", "last", "afirst", "alast"],
      };
    case "Unique":
      return {
        message: `drops rows that are equal, of which ${kept} remain`,
        rule: planRules.distinct,
        methods: ["distinct"],
      };
    case "Aggregate":
      return { message: `puts rows together to ${kept}`, methods: [...counts, "values", "distinct"] };
    case "Hash Join":
    case "Merge Join":
    case "Nested Loop":
    case "Hash":
    case "Memoize":
      return { message: `joins tables to ${kept}`, methods: ["select_related", ...filters, "order_by"] };
    default:
      return { message: `gives ${kept}`, methods: [] };
  }
}

/** What is said of many rows does not hold for fewer. */
const manyRows = 1_000;

function scanWithoutCondition(node: PlanNode, rows: Rows, { sql }: CompiledStatement): Reading {
  const kept = rowsText(rows);
  const isMany = rows.count >= manyRows;
  const isSkipping = /\bOFFSET\b/.test(sql);
  if (isSkipping)
    return { message: `reads ${kept} up to the page's end`, rule: planRules.offset, methods: ["[]"] };
  if (/^SELECT COUNT\(/.test(sql))
    return {
      message: `reads ${kept} to count them`,
      ...(isMany ? { rule: planRules.count } : {}),
      methods: counts,
    };
  if (node.type !== "Seq Scan" || /\bLIMIT\b/.test(sql))
    return { message: `reads ${kept}`, methods: [...filters, "order_by"] };
  return {
    message: `reads the whole table: ${kept}`,
    ...(isMany && !/\bWHERE\b/.test(sql) ? { rule: planRules.unbounded } : {}),
    methods: ["all", ...filters],
  };
}

function ruleFor(condition: string): RuleReference {
  if (/~~\*? '%|~~\*? \$/.test(condition)) return planRules.leadingWildcard;
  if (/\bupper\(/i.test(condition)) return planRules.caseInsensitive;
  if (/\bEXTRACT\(|\bdate_part\(|AT TIME ZONE|\btimezone\(/i.test(condition)) return planRules.datePart;
  if (/NOT \((?:hashed )?(?:ANY|EXISTS|SubPlan)|SubPlan/.test(condition)) return planRules.negated;
  return planRules.missingIndex;
}

/** What rows are dropped by after they were read. */
function conditionOf(node: PlanNode): string | undefined {
  const condition = node.properties.Filter;
  return typeof condition === "string" ? condition : undefined;
}

interface Rows {
  /** That the step gives, in the whole plan. */
  readonly count: number;
  readonly isMeasured: boolean;
}

function rowsOf({ properties }: PlanNode, times: number): Rows {
  const actual = properties["Actual Rows"];
  const loops = properties["Actual Loops"];
  const estimated = properties["Plan Rows"];
  const isMeasured = typeof actual === "number" && typeof loops === "number";
  const count = isMeasured ? actual * loops : typeof estimated === "number" ? estimated * times : 0;
  // A step that is read at all gives some: a limit that is met by one row reads a small part of a cost.
  return { count: isMeasured ? Math.round(count) : Math.max(1, Math.round(count)), isMeasured };
}

function rowsText({ count, isMeasured }: Rows): string {
  return `${isMeasured ? "" : "about "}${count.toLocaleString("en-US")} row${count === 1 ? "" : "s"}`;
}

function propertyText({ properties }: PlanNode, name: string): string {
  const value = properties[name];
  return Array.isArray(value) ? value.join(", ") : typeof value === "string" ? value : "";
}

/** Of the calls that can ask for a step, one that names a column of it, else the last. */
function callFor(
  methods: readonly string[],
  node: PlanNode,
  calls: readonly QuerysetCall[],
): QuerysetCall | undefined {
  const candidates = calls.filter(({ name }) => methods.includes(name));
  const columns = namesIn(
    ["Filter", "Sort Key", "Group Key"].map((name) => propertyText(node, name)).join(" "),
  );
  const telling = candidates.filter(({ text }) =>
    columns.some((column) => new RegExp(`\\b${column}`).test(text)),
  );
  return telling.at(-1) ?? candidates.at(-1);
}

/** Names that a condition mentions, as fields are called: without `_id`. */
function namesIn(condition: string): readonly string[] {
  const withoutTexts = condition.replaceAll(/'(?:[^']|'')*'/g, "");
  return [...withoutTexts.matchAll(/[a-z_][a-z0-9_]*/gi)]
    .map(([name]) => name.replace(/_id$/, ""))
    .filter((name) => name.length > 1);
}
