/** Names of relations as `django.db.models.fields.related` makes them. */
import type { FieldDeclaration } from "./field-declarations.ts";
import type { RegisteredModel } from "./model-registry.ts";
import { stringOf } from "./static-value.ts";

export interface ReverseNames {
  /** Undefined where the target has no attribute for it: `related_name="+"`, symmetrical many-to-many. */
  readonly accessor: string | undefined;
  /** Undefined where it can't be named in a lookup. */
  readonly queryName: string | undefined;
  /** False when a name depends on something that was not understood. */
  readonly known: boolean;
}

/** The names that the target of a relation gets. @param holder the concrete model that holds the field */
export function reverseNames(field: FieldDeclaration, holder: RegisteredModel): ReverseNames {
  const modelName = holder.declaration.name.toLowerCase();
  const interpolate = (template: string): string =>
    template
      .replaceAll("%(class)s", modelName)
      .replaceAll("%(model_name)s", modelName)
      .replaceAll("%(app_label)s", holder.appLabel.toLowerCase());

  if (isSymmetrical(field)) return { accessor: undefined, queryName: undefined, known: true };
  const defaultName = holder.meta?.option("default_related_name");
  const template = field.relatedName ?? (defaultName && stringOf(defaultName));
  const relatedName = template === undefined || template === "" ? undefined : interpolate(template);
  const queryTemplate =
    field.relatedQueryName === undefined ? undefined : interpolate(field.relatedQueryName);
  const hidden = relatedName?.endsWith("+") === true;
  const single = field.kind === "oneToOne";
  return {
    accessor: hidden ? undefined : (relatedName ?? (single ? modelName : `${modelName}_set`)),
    queryName: queryTemplate ?? (hidden ? undefined : (relatedName ?? modelName)),
    known: field.relatedNameKnown,
  };
}

/** A many-to-many relation of a model to itself is symmetrical unless it says otherwise. */
function isSymmetrical(field: FieldDeclaration): boolean {
  return field.kind === "manyToMany" && field.target?.kind === "self" && field.symmetrical !== false;
}

/** The class that Django makes for a many-to-many field without `through`: `Project_members`. */
export function throughName(holder: RegisteredModel, fieldName: string): string {
  return `${holder.declaration.name}_${fieldName}`;
}
