/**
 * The form in which models of libraries are described: their public API as their documentation gives it, for projects
 * whose environment is not at hand.
 */

import { djangoFieldClass } from "../field-classes.ts";
import { columnNamed, type FieldDeclaration } from "../field-declarations.ts";
import { type ModelReference, modelReference } from "../model-references.ts";

export interface LibraryModel {
  /** Import path: `django.contrib.auth.models.User`. */
  readonly path: string;
  readonly name: string;
  readonly appLabel: string;
  /** Import paths of its base classes in order; empty for a direct subclass of `Model`. */
  readonly bases: readonly string[];
  readonly abstract: boolean;
  readonly proxy: boolean;
  readonly swappable: string | undefined;
  readonly fields: readonly FieldDeclaration[];
  /** Of its columns in the table: a metaclass adds them when the project's own class is complete. */
  readonly position: "first" | "last";
  readonly managers: readonly LibraryManager[];
  readonly meta: LibraryMeta;
}

export interface LibraryManager {
  readonly name: string;
  /** False when its querysets load or filter in a way that the analysis doesn't describe. */
  readonly known: boolean;
  /** Import path of its class, whose querysets come in an order. */
  readonly orderedClass?: string;
}

export interface LibraryMeta {
  readonly ordering?: readonly string[];
  readonly uniqueTogether?: readonly (readonly string[])[];
  readonly uniqueConstraints?: readonly (readonly string[])[];
  readonly indexes?: readonly (readonly string[])[];
  readonly getLatestBy?: readonly string[];
  readonly dbTable?: string;
  readonly defaultRelatedName?: string;
  readonly defaultManagerName?: string;
  readonly baseManagerName?: string;
}

/** A field without its name, which is its key in the description. */
export type LibraryField = Partial<FieldDeclaration> & {
  readonly className: string;
  readonly kind: FieldDeclaration["kind"];
};

interface LibraryModelDetails {
  readonly bases?: readonly string[];
  readonly abstract?: boolean;
  readonly proxy?: boolean;
  readonly swappable?: string;
  readonly fields?: Readonly<Record<string, LibraryField>>;
  readonly position?: "last";
  /** Names of plain managers; a name that ends in `?` has unknown querysets, `objects^PATH` those of an ordered manager. */
  readonly managers?: readonly string[];
  readonly meta?: LibraryMeta;
}

/** @param path import path of the class @param appLabel application label of the model */
export function libraryModel(
  path: string,
  appLabel: string,
  details: LibraryModelDetails = {},
): LibraryModel {
  const name = path.slice(path.lastIndexOf(".") + 1);
  const fields = Object.entries(details.fields ?? {}).map(([fieldName, field]) =>
    columnNamed(fieldName, undefined, { baseClassName: field.className, ...field }),
  );
  return {
    path,
    name,
    appLabel,
    bases: details.bases ?? [],
    abstract: details.abstract ?? false,
    proxy: details.proxy ?? false,
    swappable: details.swappable,
    fields,
    position: details.position ?? "first",
    managers: (details.managers ?? []).map((manager) => {
      const [plain = "", orderedClass] = manager.split("^");
      return {
        name: plain.replace(/\?$/, ""),
        known: !plain.endsWith("?"),
        ...(orderedClass === undefined ? {} : { orderedClass }),
      };
    }),
    meta: details.meta ?? {},
  };
}

export interface ColumnOptions {
  readonly choices?: number;
  readonly null?: boolean;
  readonly unique?: boolean;
  readonly primaryKey?: boolean;
  readonly indexed?: boolean;
  readonly hasDefault?: boolean;
  readonly autoNow?: boolean;
  readonly autoNowAdd?: boolean;
  /** Django's class, where the field is of a package's own class. */
  readonly base?: string;
  readonly wide?: boolean;
}

/** A column of one of Django's classes (`CharField`), or of a package's class with Django's as `base`. */
export function column(className: string, options: ColumnOptions = {}): LibraryField {
  const { base, ...flags } = options;
  const facts = djangoFieldClass(base ?? className);
  return {
    kind: "column",
    className,
    baseClassName: base ?? className,
    wide: facts?.wide ?? false,
    null: facts?.null ?? false,
    ...flags,
    unique: options.unique === true || options.primaryKey === true,
    indexed:
      options.indexed ?? (options.unique === true || options.primaryKey === true || facts?.indexed === true),
  };
}

function referenceTo(target: string | ModelReference): ModelReference {
  return typeof target === "string" ? modelReference({ kind: "known", value: target }) : target;
}

export interface RelationOptions {
  readonly null?: boolean;
  readonly primaryKey?: boolean;
  readonly relatedName?: string;
  readonly relatedQueryName?: string;
  readonly hasDefault?: boolean;
  readonly indexed?: boolean;
  readonly databaseConstraint?: boolean;
  readonly parentLink?: boolean;
  readonly className?: string;
  readonly toField?: string;
  readonly unique?: boolean;
}

function relation(
  kind: FieldDeclaration["kind"],
  className: string,
  target: string | ModelReference,
  options: RelationOptions,
): LibraryField {
  return {
    kind,
    className,
    baseClassName: className,
    target: referenceTo(target),
    indexed: kind !== "manyToMany",
    unique: kind === "oneToOne",
    ...options,
  };
}

export function foreignKey(target: string | ModelReference, options: RelationOptions = {}): LibraryField {
  return relation("foreignKey", "ForeignKey", target, options);
}

export function oneToOne(target: string | ModelReference, options: RelationOptions = {}): LibraryField {
  return relation("oneToOne", "OneToOneField", target, options);
}

export function manyToMany(
  target: string | ModelReference,
  options: RelationOptions & { readonly through?: string; readonly symmetrical?: boolean } = {},
): LibraryField {
  const { through, ...rest } = options;
  return {
    ...relation("manyToMany", "ManyToManyField", target, rest),
    through: through === undefined ? undefined : referenceTo(through),
  };
}

export function genericForeignKey(contentTypeField: string, objectIdField: string): LibraryField {
  return {
    kind: "genericForeignKey",
    className: "GenericForeignKey",
    baseClassName: "GenericForeignKey",
    generic: { contentTypeField, objectIdField },
  };
}

export function genericRelation(
  target: string,
  options: {
    readonly contentTypeField: string;
    readonly objectIdField: string;
    readonly relatedQueryName?: string;
    readonly className?: string;
  },
): LibraryField {
  const { contentTypeField, objectIdField, ...rest } = options;
  return {
    kind: "genericRelation",
    className: "GenericRelation",
    baseClassName: "GenericRelation",
    target: referenceTo(target),
    null: true,
    generic: { contentTypeField, objectIdField },
    ...rest,
  };
}

/** The tags of django-taggit: a tag has no accessor to what it tags, but can be filtered by it. */
export function taggable(className: string, target: string, through: string): LibraryField {
  return {
    ...manyToMany(target, { through, relatedName: "+", relatedQueryName: "%(class)s" }),
    className,
  };
}

/** A target that the project chooses by a setting. */
export function swappable(setting: string, fallback: string): ModelReference {
  return { kind: "setting", setting, fallback };
}

export const userModel: ModelReference = swappable("AUTH_USER_MODEL", "auth.User");
