/** Which tables grow with the use of the site, as far as the fields of their model tell. */
import type { Field, Model } from "../../django/model-graph.ts";
import type { RuleContext } from "../rule-context.ts";

/**
 * `growing`: each row belongs to a user, or says when it was made. `fixed`: it belongs to nothing, like the rows of a
 * list of choices.
 */
export type Growth = "growing" | "unknown" | "fixed";

export function growthOf({ project: { models } }: RuleContext, model: Model): Growth {
  const fields = [...model.fields.values()];
  const user = models.userModel?.label;
  if (model.label === user || fields.some((field) => tellsGrowth(field, user))) return "growing";
  return fields.some(({ kind }) => kind === "foreignKey" || kind === "genericForeignKey") || !model.complete
    ? "unknown"
    : "fixed";
}

/**
 * Users, and what each of them has: more of them with every user. That a row says when it was made is weaker, since a base
 * class may say so of every table.
 */
export function isOfUsers({ project: { models } }: RuleContext, model: Model): boolean {
  const user = models.userModel?.label;
  return model.label === user || [...model.fields.values()].some((field) => isKeyOf(field, user));
}

function tellsGrowth(field: Field, user: string | undefined): boolean {
  return field.autoNowAdd || isKeyOf(field, user);
}

function isKeyOf({ kind, target }: Field, user: string | undefined): boolean {
  return kind === "foreignKey" && target !== undefined && target === user;
}
