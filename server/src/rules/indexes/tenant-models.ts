/**
 * The models whose rows separate the data of customers: a condition on them leaves too many rows to be enough. What may
 * also belong to none, as a booking to a member, is not separated.
 */
import { groupBy } from "../../base/group-by.ts";
import type { Model, ModelGraph, ModelLabel } from "../../django/model-graph.ts";
import type { RuleContext } from "../rule-context.ts";
import type { QueryShape } from "./query-shapes.ts";

/** Share of the queries of models with such a key that restrict it. */
const share = 0.6;
/** Fewer queries and models than this tell nothing. */
const fewestShapes = 5;
const fewestModels = 3;
/** What belongs to another row is a part of a whole, as an order is, unless most of the project hangs on it. */
const fewestModelsOfPart = 10;

export function tenantModels(
  { project: { models } }: RuleContext,
  shapes: readonly QueryShape[],
): (model: Model | undefined) => boolean {
  const keys = [...models.models.values()].flatMap((model) =>
    [...model.fields.values()].flatMap((field) =>
      field.kind === "foreignKey" && field.target !== undefined && !field.null && !model.abstract
        ? [{ model: model.label, target: field.target }]
        : [],
    ),
  );
  const tenants = new Set<string>();
  for (const [target, group] of groupBy(keys, (key) => key.target)) {
    if (target === models.userModel?.label) continue;
    const owned = new Set(group.map(({ model }) => model));
    // Commands and tasks work for all tenants at once.
    const asked = shapes.filter(
      ({ queryset, uses }) => owned.has(queryset.model.label) && uses[0]?.root.context === "request",
    );
    const restricted = asked.filter(
      ({ queryset, conditions }) =>
        queryset.related?.instance.model.label === target ||
        conditions.some(({ field, path }) => path === "" && field.target === target),
    );
    const askedModels = new Set(restricted.map(({ queryset }) => queryset.model.label));
    if (
      asked.length >= fewestShapes &&
      askedModels.size >= (isPart(models, target) ? fewestModelsOfPart : fewestModels) &&
      restricted.length >= share * asked.length
    ) {
      tenants.add(target);
    }
  }
  return (model) => model !== undefined && tenants.has(model.label);
}

/**
 * The row cannot be without one of another model of the project, which belongs to something itself: the user who made
 * the row is no whole, and neither is a list of choices such as the plans of customers.
 */
function isPart(models: ModelGraph, label: string): boolean {
  return requiredTargets(models, label).some((target) => {
    if (target === label || target === models.userModel?.label) return false;
    return (
      models.model(target)?.symbol?.module.firstParty === true && requiredTargets(models, target).length > 0
    );
  });
}

function requiredTargets(models: ModelGraph, label: string): readonly ModelLabel[] {
  const fields = models.model(label)?.fields.values() ?? [];
  return [...fields].flatMap(({ kind, null: nullable, target }) =>
    (kind === "foreignKey" || kind === "oneToOne") && !nullable && target !== undefined ? [target] : [],
  );
}
