import { groupBy } from "../../base/group-by.ts";
import { isIndexed } from "../../django/indexes.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import type { LookupUse } from "../../interpret/facts.ts";
import { scoreOfQueryset } from "../confidence.ts";
import type { Finding, Fix, Level } from "../finding.ts";
import { findingBase, placeKey, stepToQueryset } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { dateRangeFix } from "./date-range-fix.ts";
import { datesInSql } from "./dates-in-sql.ts";
import { type QueryChain, type QueryStep, queryChains } from "./query-chains.ts";
import { type ResolvedLookup, resolvedLookup } from "./resolved-lookup.ts";

export const nonSargableDateLookup: FactRule = {
  kind: "facts",
  code: "QS222",
  name: "non-sargable-date-lookup",
  summary: "A part of a date is compared, so that no index on the column can be used",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const found = queryChains(context).flatMap((chain) => datesIn(context, chain));
    return [...groupBy(found, ({ use }) => placeKey(use.location)).values()].map(([first, ...others]) =>
      // Another condition on one of the ways that lead here makes it harmless there only.
      findingOf(context, others.find(({ level }) => level !== "hint" && first.level === "hint") ?? first),
    );
  },
};

interface DatePart {
  readonly use: LookupUse | QueryStep;
  readonly model: Model;
  readonly field: Field | undefined;
  /** `tasks__created`, as lookups name it. */
  readonly column: string;
  /** What is computed, as the message says it: `"created__date"`. */
  readonly asked: string;
  /** `date`, `month` … */
  readonly part: string;
  readonly fixes: readonly Fix[];
}

interface DateCondition extends DatePart {
  /** `hint` where other conditions leave few rows. */
  readonly level: Level;
}

/** Parts by which Django compares the result of a function. A comparison of the year becomes one of a range. */
const parts: ReadonlySet<string> = new Set([
  ...["date", "time", "month", "day", "quarter", "week", "week_day", "iso_week_day"],
  ...["hour", "minute", "second"],
]);
const partsOfDates: ReadonlySet<string> = new Set([
  ...["month", "day", "quarter", "week", "week_day", "iso_week_day"],
]);
const rangeComparisons: ReadonlySet<string> = new Set(["exact", "gt", "gte", "lt", "lte"]);
/** The index on the column finds the rows by them. */
const fromBelow: ReadonlySet<string> = new Set(["exact", "in", "range", "gt", "gte"]);
/** As `fromBelow`, but most rows of a table may be older than a moment. */
const fromAbove: ReadonlySet<string> = new Set(["lt", "lte"]);

function datesIn(context: RuleContext, chain: QueryChain): readonly DateCondition[] {
  const conditions = chain.flatMap(({ lookups }) =>
    lookups.flatMap((use) => {
      const column = use.condition && resolvedLookup(context, use);
      return column ? [{ use, column }] : [];
    }),
  );
  const [{ queryset, root }] = chain;
  if (root.context === "test" || root.context === "migration") return [];
  const columnsCompared = (comparisons: ReadonlySet<string>): ReadonlySet<string> =>
    new Set(
      conditions.flatMap(({ use, column }) =>
        !use.condition?.optional && comparisons.has(comparisonOf(column) ?? "") ? [columnOf(column)] : [],
      ),
    );
  const served = columnsCompared(fromBelow);
  const limited = columnsCompared(fromAbove);
  const isSelective = (other: (typeof conditions)[number]): boolean =>
    !other.use.condition?.optional &&
    other.column.relations.length <= 1 &&
    ["exact", "in"].includes(other.column.operators[0] ?? "exact") &&
    other.column.operators.length <= 1 &&
    (other.column.field === undefined || isIndexed(other.column.model, other.column.field.name));
  const isNarrowed =
    queryset.related !== undefined || queryset.bound.kind !== "none" || conditions.some(isSelective);
  const written = conditions.flatMap(({ use, column }): readonly DatePart[] => {
    const part = partOf(column);
    if (part === undefined) return [];
    const fixes = dateRangeFix(context, use, column);
    return [{ ...column, column: columnOf(column), use, part, asked: `"${use.lookup}"`, fixes }];
  });
  return [...written, ...annotatedDates(context, chain), ...extraDates(chain)]
    .filter(({ column }) => !served.has(column))
    .map((each) => ({ ...each, level: levelOf(each, isNarrowed || limited.has(each.column)) }));
}

/** How the column itself is compared, of which a year is a range; undefined for what its index does not serve. */
function comparisonOf({ operators }: ResolvedLookup): string | undefined {
  const [comparison = "exact", ...others] = operators[0] === "year" ? operators.slice(1) : operators;
  const isRange = operators[0] !== "year" || rangeComparisons.has(comparison);
  return isRange && others.length === 0 ? comparison : undefined;
}

/** `extra(where=["date(created) = %s"], params=[day])` */
function extraDates(chain: QueryChain): readonly DatePart[] {
  return chain.flatMap((step): readonly DatePart[] => {
    const { call, method, queryset } = step;
    const { model } = queryset;
    if (method !== "extra" || hasIndexOnExpression(model)) return [];
    const [first] = datesInSql(model, call);
    if (!first) return [];
    const { field, text: part } = first;
    return [{ use: step, model, field, column: field.name, part, asked: `"${part}"`, fixes: [] }];
  });
}

/** What it is made of is not known. */
function hasIndexOnExpression({ meta }: Model): boolean {
  return meta.indexes.some(({ fields }) => fields === undefined);
}

/** `tasks__created` of `tasks__created__date__gte`. */
function columnOf({ field, relations }: ResolvedLookup): string {
  return [...relations.map(({ queryName }) => queryName), field?.name].join("__");
}

function partOf({
  field,
  operators: [part, comparison = "exact"],
  model,
}: ResolvedLookup): string | undefined {
  if (!field || part === undefined) return undefined;
  if (hasIndexOnExpression(model)) return undefined;
  const isYear = part === "year" && !rangeComparisons.has(comparison);
  switch (field.baseClassName) {
    case "DateTimeField":
      return parts.has(part) || isYear ? part : undefined;
    case "DateField":
      return partsOfDates.has(part) || isYear ? part : undefined;
    default:
      return undefined;
  }
}

/** `annotate(day=TruncDate("created")).filter(day=today)` */
function annotatedDates(context: RuleContext, chain: QueryChain): readonly DatePart[] {
  const columns = new Map<string, { readonly column: ResolvedLookup; readonly part: string }>();
  for (const { call, lookups, method } of chain) {
    if (method !== "annotate" && method !== "alias") continue;
    for (const use of lookups) {
      const [outer, ...others] = use.within;
      if (!outer || others.length > 0 || !/^(?:Trunc|Extract)(?!Year$)/.test(outer.name)) continue;
      const keyword = call.keywords.find(({ value }) => value.start === outer.call.start);
      const column = resolvedLookup(context, use);
      if (keyword?.name && column?.field) columns.set(keyword.name.name, { column, part: outer.name });
    }
  }
  if (columns.size === 0) return [];
  return chain.flatMap(({ lookups }) =>
    lookups.flatMap((use): readonly DatePart[] => {
      const [name = ""] = use.lookup.split("__");
      const known = use.condition && columns.get(name);
      if (!known || hasIndexOnExpression(known.column.model)) return [];
      const { column, part } = known;
      const asked = `"${name}", which is ${part}("${column.field?.name ?? ""}"),`;
      return [{ ...column, column: columnOf(column), use, part, asked, fixes: [] }];
    }),
  );
}

function levelOf({ field, model }: Pick<ResolvedLookup, "field" | "model">, isNarrowed: boolean): Level {
  if (isNarrowed) return "hint";
  return field && isIndexed(model, field.name) ? "warning" : "info";
}

function findingOf(context: RuleContext, found: DateCondition): Finding {
  const { asked, field, fixes, level, model, part, use } = found;
  const { location, queryset, symbol } = use;
  const name = field?.name ?? "";
  return {
    ...findingBase(nonSargableDateLookup),
    level: levelInRoots(context, level, [use]),
    remedy: "query-shape",
    confidence: scoreOfQueryset(queryset) < 1 ? "medium" : "high",
    message: `${asked} is computed for every ${model.name}${found.level === "hint" ? " that the other conditions leave" : ""}, so that no index on "${name}" can find the rows.`,
    help: helpFor(part),
    location,
    origin: location,
    symbol,
    model: model.label,
    fields: [name],
    evidence: [...stepToQueryset(queryset), { message: `Compares ${part} of "${name}"`, location }],
    fixes,
  };
}

function helpFor(part: string): string {
  return /^(?:date|TruncDate|year)$|\bdate\b/i.test(part)
    ? "Compare the column with the start and the end of the range."
    : "Compare the column with a range, or give the expression an index of its own.";
}
