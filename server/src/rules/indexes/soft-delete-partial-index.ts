import { groupBy } from "../../base/group-by.ts";
import type { Model } from "../../django/model-graph.ts";
import { databaseEngines, usesOnly } from "../../django/project-settings.ts";
import type { LookupUse } from "../../interpret/facts.ts";
import type { Finding } from "../finding.ts";
import { growthOf } from "../pagination/growing-models.ts";
import { queryChains } from "../query-shape/query-chains.ts";
import { resolvedLookup } from "../query-shape/resolved-lookup.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { indexFinding, isKnownSmall } from "./index-finding.ts";
import { indexFixes } from "./index-fix.ts";
import { canBeIndexed } from "./indexable-columns.ts";
import { compositeIndexes, missingCompositeIndexReports } from "./missing-composite-index.ts";

/** Share of the queries of a model that have the condition. */
const share = 0.8;
/** Fewer tell nothing. */
const fewestQueries = 5;

export const softDeletePartialIndex: FactRule = {
  kind: "facts",
  code: "QS509",
  name: "soft-delete-partial-index",
  summary: "Nearly all queries of a model leave the same rows out, which its indexes hold all the same",
  level: "hint",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const engines = databaseEngines(context.project.settings);
    if (usesOnly(engines, "sqlite") || usesOnly(engines, "mysql")) return [];
    const queries = queryChains(context).filter((chain) => {
      const last = chain.at(-1) ?? chain[0];
      return !["test", "migration", "admin"].includes(last.root.context) && !writes.has(last.method);
    });
    const byModel = groupBy(queries, (chain) => (chain.at(-1) ?? chain[0]).queryset.model);
    return [...byModel].flatMap(([model, group]) => {
      if (!canBeIndexed(model) || isKnownSmall(context, model) || growthOf(context, model) !== "growing")
        return [];
      const predicates = group.map((chain) => {
        const written = chain.flatMap(({ lookups }) =>
          lookups.flatMap((use) => predicateOf(context, use) ?? []),
        );
        return new Map(written.map((predicate) => [predicate.text, predicate]));
      });
      const shared = mostShared(predicates);
      return shared && group.length >= fewestQueries && shared.count >= share * group.length
        ? findingOf(context, model, shared, group.length)
        : [];
    });
  },
};

const writes: ReadonlySet<string> = new Set([
  "create",
  "bulk_create",
  "bulk_update",
  "get_or_create",
  "update_or_create",
]);

interface Predicate {
  /** As in `Q(…)`: `deleted_at__isnull=True`. */
  readonly text: string;
  readonly column: string;
  readonly use: LookupUse;
}

interface SharedPredicate extends Predicate {
  readonly count: number;
  readonly uses: readonly LookupUse[];
}

/** A flag or NULL that the code writes down, in a column of the table itself. */
function predicateOf(context: RuleContext, use: LookupUse): Predicate | undefined {
  const { condition, method } = use;
  const value = condition?.value;
  if (!condition || value?.kind !== "ConstantLiteral") return undefined;
  if (condition.optional && method !== "exclude") return undefined;
  const resolved = resolvedLookup(context, use);
  if (!resolved?.field || resolved.relations.length > 0) return undefined;
  const { field, operators } = resolved;
  const [operator = "exact", ...others] = operators;
  if (others.length > 0) return undefined;
  const isNull = operator === "isnull" || (operator === "exact" && value.value === "None");
  const isFlag = operator === "exact" && /^(?:Null)?BooleanField$/.test(field.baseClassName);
  if (!isNull && !isFlag) return undefined;
  if (value.value !== "True" && value.value !== "False" && value.value !== "None") return undefined;
  const said = value.value !== "False";
  const holds = method === "exclude" ? !said : said;
  // `exclude(flag=True)` lets NULL through as well.
  if (isFlag && method === "exclude" && field.null) return undefined;
  return {
    text: `${field.name}${isNull ? "__isnull" : ""}=${holds ? "True" : "False"}`,
    column: field.name,
    use,
  };
}

function mostShared(predicates: readonly ReadonlyMap<string, Predicate>[]): SharedPredicate | undefined {
  const groups = groupBy(
    predicates.flatMap((each) => [...each.values()]),
    ({ text }) => text,
  );
  const [most] = [...groups.values()].sort((a, b) => b.length - a.length);
  return most && { ...most[0], count: most.length, uses: most.map(({ use }) => use) };
}

function findingOf(
  context: RuleContext,
  model: Model,
  { column, count, text, uses }: SharedPredicate,
  all: number,
): readonly Finding[] {
  const wanted = compositeIndexes(context).find(
    (index) => index.model === model && missingCompositeIndexReports(index),
  );
  const columns = wanted?.columns.filter((each) => each.replace(/^-/, "") !== column) ?? [];
  // Without an index of its own there is nothing to make smaller.
  const own = model.meta.indexes.filter(
    ({ origin, partial, unique }) => origin === "index" && !partial && !unique,
  );
  if (columns.length === 0 && own.length === 0) return [];
  return [
    indexFinding(context, softDeletePartialIndex, {
      model,
      location: model.fields.get(column)?.location,
      columns: columns.length > 0 ? columns : [column],
      message: `${count} of ${all} queries of ${model.name} ask for ${text}: indexes of these rows alone would be smaller.`,
      help: `Give the indexes of ${model.name} condition=Q(${text}). Queries without the condition can't use them.`,
      confidence: "medium",
      missing: "Rows are left out by it",
      places: uses,
      verb: `Asks for ${text}`,
      fixes: columns.length > 0 ? indexFixes(context, model, columns, text) : [],
    }),
  ];
}
