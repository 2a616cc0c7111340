import { findsByValue, indexesOf } from "../../django/indexes.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import { growthOf, isOfUsers } from "../pagination/growing-models.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { declarationOf, helpForIndex, indexFinding, isKnownSmall } from "./index-finding.ts";
import { indexFixes } from "./index-fix.ts";
import { canBeIndexed } from "./indexable-columns.ts";
import { type Condition, queryShapes } from "./query-shapes.ts";
import { withoutSign } from "./served-columns.ts";
import { tenantModels } from "./tenant-models.ts";

export const genericFkIndex: FactRule = {
  kind: "facts",
  code: "QS511",
  name: "generic-fk-index",
  summary: "The two columns of a generic foreign key have no index together",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    return [...context.project.models.models.values()].flatMap((model) =>
      canBeIndexed(model) && !isKnownSmall(context, model)
        ? [...model.fields.values()].flatMap((field) => findingsOf(context, model, field))
        : [],
    );
  },
};

function findingsOf(context: RuleContext, model: Model, field: Field) {
  if (field.kind !== "genericForeignKey" || !field.generic) return [];
  const { contentTypeField, objectIdField } = field.generic;
  const columns = [contentTypeField, objectIdField];
  if (!columns.every((name) => model.fields.has(name)) || hasIndex(model, columns)) return [];
  // Where the identifier is found by an index of its own, few rows have the same one.
  if (hasIndex(model, [objectIdField])) return [];
  if (!isLookedUp(context, model, field.generic)) return [];
  const listed = columns.map((name) => `"${name}"`).join(", ");
  return [
    indexFinding(context, genericFkIndex, {
      model,
      location: declarationOf(model, field),
      columns,
      message: `The GenericForeignKey of ${model.name} needs an index on ${listed}: both together find the rows of an object.`,
      help: helpForIndex,
      confidence: isOfUsers(context, model) ? "high" : "medium",
      missing: `Django makes an index on "${contentTypeField}" alone, which has few values`,
      places: [],
      verb: "Used",
      fixes: indexFixes(context, model, columns),
    }),
  ];
}

/**
 * Rows are asked for by their object: through a generic relation of its model, which deletes them with it as well, or by
 * conditions on both columns: an index that begins with the type is none for the identifier alone. The way from a row to
 * its object needs no index.
 */
function isLookedUp(
  context: RuleContext,
  model: Model,
  { contentTypeField, objectIdField }: NonNullable<Field["generic"]>,
): boolean {
  const isRelated = [...context.project.models.models.values()].some((other) =>
    [...other.fields.values()].some(
      ({ kind, target }) => kind === "genericRelation" && target === model.label,
    ),
  );
  const shapes = queryShapes(context);
  const isTenant = tenantModels(context, shapes);
  const leavesFewRows = ({ field: { name, target } }: Condition): boolean => {
    if (target === undefined) return findsByValue(model, name);
    const other = context.project.models.model(target);
    return other !== undefined && growthOf(context, other) === "growing" && !isTenant(other);
  };
  return (
    isRelated ||
    shapes.some(({ queryset, conditions }) => {
      if (queryset.model.label !== model.label) return false;
      const asked = new Set(
        conditions.map(({ path, field }) => (path === "" ? field.name : (path.split("__")[0] ?? path))),
      );
      const both = [contentTypeField, objectIdField];
      if (!both.every((name) => asked.has(name))) return false;
      const equal = conditions.filter(
        ({ path, comparison, optional }) => path === "" && comparison === "equal" && !optional,
      );
      const others = equal.filter(({ field }) => !both.includes(field.name));
      return !others.some(leavesFewRows) && !isFoundWithOthers(model, both, equal);
    })
  );
}

/** `unique_together = (("db", "content_type", "object_id"),)` serves a query that says which `db` it asks for. */
function isFoundWithOthers(model: Model, wanted: readonly string[], equal: readonly Condition[]): boolean {
  const names = new Set(equal.map(({ field }) => field.name));
  return indexesOf(model).some(({ columns, partial }) => {
    const found = columns.map(withoutSign);
    const last = Math.max(...wanted.map((name) => found.indexOf(name)));
    return (
      !partial &&
      wanted.every((name) => found.includes(name)) &&
      found.slice(0, last + 1).every((name) => names.has(name))
    );
  });
}

/** One that begins with the columns, in any order. */
function hasIndex(model: Model, wanted: readonly string[]): boolean {
  return indexesOf(model).some(({ columns, partial }) => {
    const first = columns.slice(0, wanted.length).map(withoutSign);
    return !partial && first.length === wanted.length && wanted.every((name) => first.includes(name));
  });
}
