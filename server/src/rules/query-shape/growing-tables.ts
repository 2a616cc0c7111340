/** Which tables have more rows where a project has more users. */
import type { Model } from "../../django/model-graph.ts";
import type { RuleContext } from "../rule-context.ts";

/**
 * A lookup table neither belongs to other rows nor remembers when its rows were made. A model that is not known as a
 * whole may have such fields.
 */
export function mayGrow({ project: { models } }: RuleContext, model: Model): boolean {
  const concrete = (model.proxyFor === undefined ? undefined : models.model(model.proxyFor)) ?? model;
  return (
    !concrete.complete ||
    concrete === models.userModel ||
    [...concrete.fields.values()].some(
      ({ kind, autoNow, autoNowAdd }) =>
        kind === "foreignKey" || kind === "oneToOne" || autoNow || autoNowAdd,
    )
  );
}
