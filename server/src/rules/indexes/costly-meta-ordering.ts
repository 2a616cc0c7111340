import type { Location } from "../../base/text-range.ts";
import { resolveLookup } from "../../django/lookups.ts";
import type { Model } from "../../django/model-graph.ts";
import type { ClassDef } from "../../syntax/ast.ts";
import { findingBase } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { attributeOf } from "./app-migrations.ts";
import { isKnownSmall, knownRows } from "./index-finding.ts";
import { canBeIndexed } from "./indexable-columns.ts";

const manyColumns = 3;

export const costlyMetaOrdering: FactRule = {
  kind: "facts",
  code: "QS516",
  name: "costly-meta-ordering",
  summary: "The default order of a model joins other tables or sorts by many columns, in each of its queries",
  level: "hint",
  fix: "none",
  stage: 2,
  run(context) {
    return [...context.project.models.models.values()].flatMap((model) => {
      const location = canBeIndexed(model) && !isKnownSmall(context, model) ? orderingOf(model) : undefined;
      const cost = location && costOf(context, model);
      if (!location || cost === undefined) return [];
      return [
        {
          ...findingBase(costlyMetaOrdering),
          remedy: "default-order",
          confidence: "high",
          message: `Meta.ordering of ${model.name} ${cost}: each query for its rows does so, related ones and lists of the admin too.`,
          help: "Order by a column of the model that has an index, and name the longer order where people see it.",
          location,
          origin: location,
          symbol: `${model.symbol?.module.name ?? model.appLabel}.${model.name}`,
          model: model.label,
          tableRows: knownRows(context, model),
          evidence: [{ message: "The default order", location }],
        },
      ];
    });
  },
};

/** Its own, not one that it inherits. */
function orderingOf({ symbol }: Model): Location | undefined {
  const meta = symbol?.node.body.find(
    (each): each is ClassDef => each.kind === "ClassDef" && each.name.name === "Meta",
  );
  const value = meta && attributeOf(meta, "ordering");
  return symbol && value
    ? { path: symbol.module.file.path, range: { start: value.start, end: value.end } }
    : undefined;
}

function costOf({ project: { models } }: RuleContext, model: Model): string | undefined {
  const { ordering } = model.meta;
  if (ordering.includes("?")) return "is random, for which the database sorts all rows";
  const joined = ordering.map((name) => name.replace(/^-/, "")).filter((name) => joins(name));
  if (joined.length > 0) return `joins other tables (${joined.map((name) => `"${name}"`).join(", ")})`;
  const isServed = model.meta.indexes.some(
    ({ fields, partial }) =>
      !partial && fields !== undefined && ordering.every((name, index) => fields[index] === name),
  );
  const hasKey = ordering.some((name) => {
    const field = model.fields.get(name.replace(/^-/, ""));
    return field?.unique || field?.primaryKey || name === "pk" || name === "-pk";
  });
  return ordering.length >= manyColumns && !isServed && !hasKey
    ? `sorts by ${ordering.length} columns, which no index has in this order`
    : undefined;

  /** A relation is sorted by the order of the model that it leads to. */
  function joins(name: string): boolean {
    const result = resolveLookup(models, model, name);
    if (result.kind !== "valid") return false;
    const relations = result.parts.filter(({ kind }) => kind === "relation");
    const last = result.parts.at(-1);
    if (relations.length > 1) return true;
    if (relations.length === 0) return false;
    return last?.kind === "relation"
      ? (models.model(result.model)?.meta.ordering.length ?? 0) > 0
      : last?.kind === "field" && !last.field.primaryKey;
  }
}
