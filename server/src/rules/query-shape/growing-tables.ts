/** Which tables have more rows where a project has more users. */
import type { Model } from "../../django/model-graph.ts";
import type { RuleContext } from "../rule-context.ts";

/**
 * A lookup table neither belongs to other rows nor remembers when its rows were made. A model that is not known as a
 * whole may have such fields.
 */
export function mayGrow(context: RuleContext, model: Model): boolean {
  const concrete = concreteOf(context, model);
  return (
    !concrete.complete ||
    concrete === context.project.models.userModel ||
    [...concrete.fields.values()].some(
      ({ kind, autoNow, autoNowAdd }) =>
        kind === "foreignKey" || kind === "oneToOne" || autoNow || autoNowAdd,
    )
  );
}

/**
 * Its rows belong to those of another table, or its own class remembers when they were made. The base class of all
 * models may do that for lookup tables, too, and a tree of categories belongs to nothing but itself.
 */
export function isSureToGrow(context: RuleContext, model: Model): boolean {
  const concrete = concreteOf(context, model);
  return (
    concrete === context.project.models.userModel ||
    [...concrete.fields.values()].some(({ autoNow, autoNowAdd, declaredIn, kind, target }) =>
      kind === "foreignKey" || kind === "oneToOne"
        ? target !== undefined && target !== concrete.label
        : (autoNow || autoNowAdd) && declaredIn === concrete.label,
    )
  );
}

function concreteOf({ project: { models } }: RuleContext, model: Model): Model {
  return (model.proxyFor === undefined ? undefined : models.model(model.proxyFor)) ?? model;
}
