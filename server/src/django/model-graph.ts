/**
 * The models of a project as Django's app registry would hold them: fields with inherited ones copied in, forward and
 * reverse relations by accessor and by query name, managers and which of them serves which access.
 * Source of the rules: Django's documentation on models and `django.db.models.options`.
 */
import type { Location } from "../base/text-range.ts";
import type { ClassSymbol } from "../python/symbols.ts";

/** `app_label.ModelName` */
export type ModelLabel = string;

export interface ModelGraph {
  /** Concrete, proxy and abstract models of the project and of the libraries it uses. Abstract ones have a label too. */
  readonly models: ReadonlyMap<ModelLabel, Model>;
  model(label: ModelLabel): Model | undefined;
  modelOfClass(symbol: ClassSymbol): Model | undefined;
  /** A library model by its import path: `django.contrib.auth.models.User`. */
  modelOfExternal(name: string): Model | undefined;
  /** The model that `settings.AUTH_USER_MODEL` names. */
  readonly userModel: Model | undefined;
  /** Models whose class has this name; for `get_model("Task")`-like references without an app label. */
  modelsNamed(name: string): readonly Model[];
}

export interface Model {
  readonly label: ModelLabel;
  readonly name: string;
  readonly appLabel: string;
  /** Undefined for a model that only the shipped library facts describe. */
  readonly symbol: ClassSymbol | undefined;
  readonly location: Location | undefined;
  readonly abstract: boolean;
  readonly proxyFor: ModelLabel | undefined;
  /** Multi-table parents, nearest first: their columns come with the row. */
  readonly parents: readonly ModelLabel[];
  readonly managed: boolean;
  /** False when a base class could not be resolved or fields are added by code that was not understood. */
  readonly complete: boolean;
  /** Why it is not complete, each in a few words; empty for a complete model. */
  readonly gaps: readonly string[];
  /** By attribute name, inherited ones included, in declaration order. Contains the implicit primary key. */
  readonly fields: ReadonlyMap<string, Field>;
  /** By accessor name, forward and reverse. `related_name="+"` has none. */
  readonly relations: ReadonlyMap<string, Relation>;
  /** By the name used in lookups (`related_query_name`), forward and reverse. */
  readonly lookupRelations: ReadonlyMap<string, Relation>;
  readonly primaryKey: string;
  readonly managers: ReadonlyMap<string, Manager>;
  /** `_default_manager`: serves reverse and many-to-many access, the admin, generic views. */
  readonly defaultManager: string;
  /** `_base_manager`: serves forward access; undefined is Django's plain manager. */
  readonly baseManager: string | undefined;
  readonly meta: ModelMeta;
}

export interface ModelMeta {
  /** The columns; an expression that is more than one column is left out. */
  readonly ordering: readonly string[];
  /** `ordering` names something, were it expressions only: querysets are `ordered`. */
  readonly isOrdered: boolean;
  readonly indexes: readonly Index[];
  readonly uniqueTogether: readonly (readonly string[])[];
  readonly getLatestBy: readonly string[];
  readonly dbTable: string | undefined;
  /** Place of `class Meta` of the model itself. */
  readonly location: Location | undefined;
  /** Place of the `indexes = […]` value of the model itself. */
  readonly indexesLocation: Location | undefined;
}

export interface Index {
  /** Columns in order, `-` for descending; undefined for an expression index. */
  readonly fields: readonly string[] | undefined;
  readonly unique: boolean;
  readonly partial: boolean;
  /** Partial, but what its condition leaves out are only rows without a value in the first column: NULL, the empty text. */
  readonly hasEveryValue?: true;
  readonly name: string | undefined;
  readonly origin: "index" | "uniqueConstraint" | "uniqueTogether" | "indexTogether" | "field";
  /** Access method; a B-tree where it is not given. */
  readonly method?: "btree" | "gin" | "gist" | "spgist" | "brin" | "hash" | "bloom";
  /** The call that declares it. */
  readonly location?: Location;
}

export type FieldKind =
  | "column"
  | "foreignKey"
  | "oneToOne"
  | "manyToMany"
  | "genericForeignKey"
  | "genericRelation";

export interface Field {
  readonly name: string;
  /** The attribute that holds the raw value: `owner_id` for a foreign key, else the name. */
  readonly attributeName: string;
  readonly kind: FieldKind;
  /** Class name of the field in its canonical spelling: `CharField`, `ForeignKey` … or the project's own class. */
  readonly className: string;
  /** The nearest Django field class that it derives from: `CharField`; equals `className` for Django's own. */
  readonly baseClassName: string;
  readonly target: ModelLabel | undefined;
  readonly null: boolean;
  readonly unique: boolean;
  readonly primaryKey: boolean;
  /** An index on the column exists, implicit ones included. */
  readonly indexed: boolean;
  /** `to_field` where it is not the primary key. */
  readonly toField: string | undefined;
  /** False for `db_constraint=False`: rows with a dangling key may exist. */
  readonly databaseConstraint: boolean;
  /** How many values there are; undefined without `choices=`. */
  readonly choices: number | "unknown" | undefined;
  readonly autoNow: boolean;
  readonly autoNowAdd: boolean;
  readonly hasDefault: boolean;
  /** A wide column: TextField, JSONField, BinaryField, geometry … */
  readonly wide: boolean;
  readonly through: ModelLabel | undefined;
  /** For `GenericForeignKey`: the names of its two columns. */
  readonly generic: { readonly contentTypeField: string; readonly objectIdField: string } | undefined;
  /** The model whose class body declares it (an abstract base or a multi-table parent, where inherited). */
  readonly declaredIn: ModelLabel;
  /** The model whose table holds it: a multi-table parent, where inherited from one. An abstract model's own is itself. */
  readonly model: ModelLabel;
  readonly location: Location | undefined;
}

/** One direction of a relation, as an attribute of an instance. */
export interface Relation {
  readonly kind:
    | "foreignKey"
    | "oneToOne"
    | "reverseOneToOne"
    | "reverseForeignKey"
    | "manyToMany"
    | "reverseManyToMany"
    | "genericForeignKey"
    | "genericRelation";
  /** Attribute of the instance: `owner`, `task_set`; empty for a relation that only lookups can name. */
  readonly accessor: string;
  /** Name in lookups, `select_related` and filters: `owner`, `task`. */
  readonly queryName: string;
  readonly model: ModelLabel;
  /** Undefined for a generic foreign key and for a target that could not be resolved. */
  readonly target: ModelLabel | undefined;
  /** The row at the other end may be missing: a nullable key, or any reverse one-to-one. */
  readonly nullable: boolean;
  /** The field that declares the relation, on whichever side. */
  readonly field: Field;
  /** Accessor at the other end, if there is one. */
  readonly inverse: string | undefined;
}

export interface Manager {
  readonly name: string;
  /** Manager class of the project with `get_queryset` or own methods; undefined for Django's plain manager. */
  readonly managerClass: ClassSymbol | undefined;
  /** Queryset class behind `as_manager()` / `from_queryset()`. */
  readonly querysetClass: ClassSymbol | undefined;
  /** False when its class could not be resolved: its querysets may load or filter anything. */
  readonly known: boolean;
  /** A library's class that it is, or derives from, orders its querysets. */
  readonly ordered?: true;
}

export function isToOne(relation: Relation): boolean {
  switch (relation.kind) {
    case "foreignKey":
    case "oneToOne":
    case "reverseOneToOne":
    case "genericForeignKey":
      return true;
    case "reverseForeignKey":
    case "manyToMany":
    case "reverseManyToMany":
    case "genericRelation":
      return false;
  }
}
