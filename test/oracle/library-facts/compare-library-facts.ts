/** Shipped facts about libraries in the form in which `describe_library.py` describes the packages themselves. */
import { canonicalName } from "../../../server/src/django/canonical-names.ts";
import type { FieldDeclaration } from "../../../server/src/django/field-declarations.ts";
import { allLibraryModels } from "../../../server/src/django/library-facts/library-facts.ts";
import type { LibraryModel } from "../../../server/src/django/library-facts/library-model.ts";
import type { ModelReference } from "../../../server/src/django/model-references.ts";

export type Described = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The models of these packages by import path. */
export function describeFacts(packages: readonly string[]): Described {
  const models = allLibraryModels.filter(({ path }) => packages.includes(path.split(".")[0] ?? ""));
  return Object.fromEntries(models.map((model) => [model.path, describeModel(model)]));
}

function describeModel(model: LibraryModel): Record<string, unknown> {
  const { dbTable, ...meta } = model.meta;
  return {
    app: model.appLabel,
    bases: model.bases,
    abstract: model.abstract,
    proxy: model.proxy,
    swappable: model.swappable ?? null,
    fields: Object.fromEntries(model.fields.map((field) => [field.name, describeField(field)])),
    managers: model.managers.map((manager) => manager.name),
    meta: dbTable === undefined ? meta : { ...meta, dbTable },
  };
}

function describeField(field: FieldDeclaration): Record<string, unknown> {
  const { kind, className } = field;
  if (kind === "genericForeignKey") return { kind, className, ...field.generic };
  return {
    kind,
    className,
    null: field.null && kind !== "genericRelation",
    primaryKey: field.primaryKey,
    unique: field.unique,
    indexed: field.indexed,
    hasDefault: field.hasDefault,
    autoNow: field.autoNow,
    autoNowAdd: field.autoNowAdd,
    parentLink: field.parentLink,
    databaseConstraint: field.databaseConstraint,
    choices: field.choices ?? null,
    target: describeReference(field.target),
    through: describeReference(field.through),
    relatedName: field.relatedName ?? null,
    relatedQueryName: field.relatedQueryName ?? null,
    toField: field.toField ?? null,
    generic: field.generic ?? null,
  };
}

function describeReference(reference: ModelReference | undefined): unknown {
  switch (reference?.kind) {
    case "self":
      return "self";
    case "label":
      return reference.appLabel === undefined ? reference.name : `${reference.appLabel}.${reference.name}`;
    case "setting":
      return { setting: reference.setting, fallback: reference.fallback };
    case "symbol":
    case "unknown":
    case undefined:
      return null;
  }
}

/** The description that `describe_library.py` gives, with what it leaves out filled in. */
export function completeDescription(described: Described, paths: readonly string[]): Described {
  const byPublicPath = new Map(
    Object.entries(described).map(([path, model]) => [canonicalName(path), model]),
  );
  return Object.fromEntries(
    paths.map((path) => {
      const model = byPublicPath.get(path);
      if (!model) return [path, { missing: true }];
      const fields = Object.entries(model.fields as Described).map(([name, field]) => [
        name,
        completeField(field),
      ]);
      const managers = (model.managers as readonly string[]).map((name) => name.replace("?", ""));
      const bases = (model.bases as readonly string[]).map(canonicalName);
      return [path, { ...model, bases, managers, fields: Object.fromEntries(fields) }];
    }),
  );
}

function completeField(field: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { base, notIndexed, noConstraint, asymmetrical, contentTypeField, objectIdField, ...given } = field;
  const { kind, className } = given;
  if (kind === "genericForeignKey") return { kind, className, contentTypeField, objectIdField };
  const toOne = kind === "foreignKey" || kind === "oneToOne";
  const unique = given.unique === true || given.primaryKey === true || kind === "oneToOne";
  const taggable = className === "TaggableManager" || className === "ClusterTaggableManager";
  return {
    null: false,
    primaryKey: false,
    hasDefault: false,
    autoNow: false,
    autoNowAdd: false,
    parentLink: false,
    choices: null,
    target: null,
    through: null,
    relatedName: taggable ? "+" : null,
    relatedQueryName: taggable ? "%(class)s" : null,
    toField: null,
    ...given,
    ...(taggable ? { null: false } : {}),
    databaseConstraint: noConstraint !== true,
    unique,
    indexed: unique || given.indexed === true || (toOne && notIndexed !== true) || className === "SlugField",
    generic: kind === "genericRelation" ? { contentTypeField, objectIdField } : null,
  };
}
