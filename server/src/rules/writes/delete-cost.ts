/** How many queries it takes to delete. */
import type { Model, ModelGraph, Relation } from "../../django/model-graph.ts";
import { signalReceivers } from "../../django/signal-receivers.ts";
import type { RuleContext } from "../rule-context.ts";

export interface DeleteCost {
  /** `row.delete()`: one for each table of the row, and at least one for each table with rows that hang on it. */
  readonly ofRow: number;
  /** `queryset.delete()`, which loads the rows where something hangs on them or listens to their deletion. */
  readonly ofQueryset: number;
}

export function queriesPerDelete({ project }: RuleContext, model: Model): DeleteCost {
  const dependents = [...model.lookupRelations.values()].filter((relation) =>
    isDependent(project.models, relation),
  );
  const ofRow = 1 + model.parents.length + dependents.length;
  const isHeard = signalReceivers(project.program, project.models).all.some(
    ({ signal, sender }) =>
      /(?:^|\.)(?:pre|post)_delete$/.test(signal) && (!sender || sender.label === model.label),
  );
  const isFast = ofRow === 1 && !isHeard;
  return { ofRow, ofQueryset: isFast ? 1 : 1 + ofRow };
}

/** Rows of another table point to the row. Those behind a many-to-many relation with a model of its own are that model's. */
function isDependent(models: ModelGraph, { kind, field }: Relation): boolean {
  switch (kind) {
    case "reverseForeignKey":
    case "reverseOneToOne":
      return field.kind === "foreignKey" || field.kind === "oneToOne";
    case "manyToMany":
    case "reverseManyToMany":
      return field.through === undefined || models.model(field.through)?.symbol === undefined;
    case "genericRelation":
      return true;
    default:
      return false;
  }
}
