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

interface DateCondition {
  readonly use: LookupUse | QueryStep;
  readonly model: Model;
  readonly field: Field | undefined;
  /** What is computed, as the message says it: `"created__date"`. */
  readonly asked: string;
  /** `date`, `month` … */
  readonly part: string;
  readonly level: Level;
  readonly fixes: readonly Fix[];
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

function datesIn(context: RuleContext, chain: QueryChain): readonly DateCondition[] {
  const conditions = chain.flatMap(({ lookups }) =>
    lookups.flatMap((use) => {
      const column = use.condition && resolvedLookup(context, use);
      return column ? [{ use, column }] : [];
    }),
  );
  const [{ queryset, root }] = chain;
  if (root.context === "test" || root.context === "migration") return [];
  const years = new Set(
    conditions.flatMap(({ use, column }) =>
      column.operators[0] === "year" &&
      !use.condition?.optional &&
      (column.operators[1] ?? "exact") === "exact"
        ? [columnOf(column)]
        : [],
    ),
  );
  const isSelective = (other: (typeof conditions)[number]): boolean =>
    !other.use.condition?.optional &&
    other.column.relations.length <= 1 &&
    ["exact", "in"].includes(other.column.operators[0] ?? "exact") &&
    other.column.operators.length <= 1 &&
    (other.column.field === undefined || isIndexed(other.column.model, other.column.field.name));
  const isNarrowed =
    queryset.related !== undefined || queryset.bound.kind !== "none" || conditions.some(isSelective);
  const written = conditions.flatMap(({ use, column }): readonly DateCondition[] => {
    const part = partOf(column);
    if (part === undefined || years.has(columnOf(column))) return [];
    const fixes = dateRangeFix(context, use, column);
    return [{ ...column, use, part, asked: `"${use.lookup}"`, level: levelOf(column, isNarrowed), fixes }];
  });
  return [...written, ...annotatedDates(context, chain, isNarrowed), ...extraDates(chain, isNarrowed)];
}

/** `extra(where=["date(created) = %s"], params=[day])` */
function extraDates(chain: QueryChain, isNarrowed: boolean): readonly DateCondition[] {
  return chain.flatMap((step): readonly DateCondition[] => {
    const { call, method, queryset } = step;
    const { model } = queryset;
    if (method !== "extra" || hasIndexOnExpression(model)) return [];
    const [first] = datesInSql(model, call);
    if (!first) return [];
    const { field, text: part } = first;
    const level = levelOf({ field, model }, isNarrowed);
    return [{ use: step, model, field, part, asked: `"${part}"`, level, fixes: [] }];
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
function annotatedDates(
  context: RuleContext,
  chain: QueryChain,
  isNarrowed: boolean,
): readonly DateCondition[] {
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
    lookups.flatMap((use): readonly DateCondition[] => {
      const [name = ""] = use.lookup.split("__");
      const known = use.condition && columns.get(name);
      if (!known || hasIndexOnExpression(known.column.model)) return [];
      const { column, part } = known;
      const asked = `"${name}", which is ${part}("${column.field?.name ?? ""}"),`;
      return [{ ...column, use, part, asked, level: levelOf(column, isNarrowed), fixes: [] }];
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
    message: `${asked} is computed for every ${model.name}, so that no index on "${name}" can find the rows.`,
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
