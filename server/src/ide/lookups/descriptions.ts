/** Fields and relations in a few words. */
import { unreachable } from "../../base/invariant.ts";
import { isIndexed } from "../../django/indexes.ts";
import type { Field, Model, ModelGraph, Relation } from "../../django/model-graph.ts";

/** `ForeignKey → shop.Customer`, `reverse ForeignKey → shop.Item, many` */
export function describeRelation(models: ModelGraph, relation: Relation): string {
  const { target, field } = relation;
  const label = target === undefined ? "unknown model" : (models.model(target)?.label ?? target);
  const { className } = field;
  switch (relation.kind) {
    case "foreignKey":
    case "oneToOne":
      return `${className} → ${label}`;
    case "manyToMany":
    case "genericRelation":
      return `${className} → ${label}, many`;
    case "reverseOneToOne":
      return `reverse ${className} → ${label}`;
    case "reverseForeignKey":
      return field.unique ? `reverse ${className} → ${label}` : `reverse ${className} → ${label}, many`;
    case "reverseManyToMany":
      return `reverse ${className} → ${label}, many`;
    case "genericForeignKey":
      return `${className} → any model`;
    default:
      return unreachable(relation.kind);
  }
}

/** `CharField, unique`, `DateTimeField, null, indexed` */
export function describeField(model: Model, field: Field): string {
  return [field.className, ...(field.null ? ["null"] : []), ...describeIndex(model, field)].join(", ");
}

function describeIndex(model: Model, field: Field): readonly string[] {
  if (field.primaryKey) return ["primary key"];
  if (field.unique) return ["unique"];
  return isIndexed(model, field.name) ? ["indexed"] : [];
}
