/** Which arguments of which calls, and which attributes of classes, name columns and relations. */
import { expressionSignature, ownKeywords } from "../../interpret/querysets/expression-names.ts";
import { synchronousName } from "../../queryset/operations.ts";

/** How names are looked up, and what may follow them. */
export type Dialect =
  /** Keywords of `filter()`: columns and relations, then transforms and lookups. */
  | "condition"
  /** Of `order_by()`, `values()`, `F()`: columns and relations, then transforms. */
  | "column"
  /** `select_related()` */
  | "select"
  /** `prefetch_related()` */
  | "prefetch"
  /** `only()`, `defer()` */
  | "field"
  /** Columns of the model itself, by the name of the field: `update_fields`. */
  | "own"
  /** Attributes of a row, one after the other: `source="owner.name"`, `list_display`. */
  | "attribute";

/** Where in a call something stands. */
export type ArgumentPlace =
  | { readonly kind: "positional"; readonly index: number }
  /** In the value of a keyword. */
  | { readonly kind: "keyword"; readonly name: string }
  /** The name of a keyword itself. */
  | { readonly kind: "name"; readonly name: string }
  /** A key of a dictionary: of `**{…}` where the keyword has no name. */
  | { readonly kind: "key"; readonly keyword: string | undefined };

interface Roles {
  /** Strings: all, only the first, or the one with this number and those behind. */
  readonly strings?: { readonly dialect: Dialect; readonly from: number; readonly to: number };
  /** Strings in the values of keywords. */
  readonly keywords?: Readonly<Record<string, Dialect>>;
  /** Names of keywords, but for these. */
  readonly names?: { readonly dialect: Dialect; readonly except: ReadonlySet<string> };
  /** Keys of the dictionaries in the values of keywords. */
  readonly keys?: Readonly<Record<string, Dialect>>;
}

const none: ReadonlySet<string> = new Set();
const every = Number.POSITIVE_INFINITY;
const all = (dialect: Dialect): Roles => ({ strings: { dialect, from: 0, to: every } });
const conditions: Roles = { names: { dialect: "condition", except: none } };
const getOrCreate: Roles = {
  names: { dialect: "condition", except: new Set(["defaults", "create_defaults"]) },
  keys: { defaults: "own", create_defaults: "own" },
};
const values: Roles = { names: { dialect: "own", except: none } };

const methods: ReadonlyMap<string, Roles> = new Map<string, Roles>([
  ["filter", conditions],
  ["exclude", conditions],
  ["get", conditions],
  ["get_or_create", getOrCreate],
  ["update_or_create", getOrCreate],
  ["create", values],
  ["update", values],
  ["select_related", all("select")],
  ["prefetch_related", all("prefetch")],
  ["only", all("field")],
  ["defer", all("field")],
  ["values", all("column")],
  ["values_list", all("column")],
  ["order_by", all("column")],
  ["distinct", all("column")],
  ["earliest", all("column")],
  ["latest", all("column")],
  ["dates", { strings: { dialect: "column", from: 0, to: 1 } }],
  ["datetimes", { strings: { dialect: "column", from: 0, to: 1 } }],
  ["in_bulk", { keywords: { field_name: "own" } }],
  ["bulk_update", { strings: { dialect: "own", from: 1, to: 2 }, keywords: { fields: "own" } }],
  ["bulk_create", { keywords: { update_fields: "own", unique_fields: "own" } }],
  ["select_for_update", { keywords: { of: "select" } }],
  ["save", { keywords: { update_fields: "own" } }],
  ["refresh_from_db", { keywords: { fields: "own" } }],
]);

/** What a place in the call of a method of querysets, managers and rows names. */
export function roleInMethod(name: string, place: ArgumentPlace): Dialect | undefined {
  return roleIn(methods.get(synchronousName(name)), place);
}

const functions: ReadonlyMap<string, Roles> = new Map<string, Roles>([
  ["get_object_or_404", conditions],
  ["get_list_or_404", conditions],
  ["aget_object_or_404", conditions],
  ["aget_list_or_404", conditions],
  ["prefetch_related_objects", { strings: { dialect: "prefetch", from: 1, to: every } }],
]);

/** The same for a function of Django whose first argument tells the model. */
export function roleInFunction(name: string, place: ArgumentPlace): Dialect | undefined {
  return roleIn(functions.get(name), place);
}

const outer: Roles = { strings: { dialect: "column", from: 0, to: 1 } };
const prefetch: Roles = {
  strings: { dialect: "prefetch", from: 0, to: 1 },
  keywords: { lookup: "prefetch" },
};
const constraint: Roles = { keywords: { fields: "own", include: "own" } };

/** The same for a class whose objects are given to a queryset, or stand in `class Meta`. */
export function roleInExpression(name: string, place: ArgumentPlace): Dialect | undefined {
  if (name === "OuterRef") return roleIn(outer, place);
  if (name === "Prefetch") return roleIn(prefetch, place);
  if (name === "UniqueConstraint" || /Index$/.test(name)) return roleIn(constraint, place);
  const signature = expressionSignature(name);
  if (signature === undefined) return undefined;
  switch (place.kind) {
    case "positional":
      return signature.positional === "all" || (signature.positional === "first" && place.index === 0)
        ? "column"
        : undefined;
    case "keyword":
      return signature.keywords.has(place.name) ? "column" : undefined;
    case "name":
      return signature.lookups && !ownKeywords.has(place.name) ? "condition" : undefined;
    case "key":
      return signature.lookups && place.keyword === undefined ? "condition" : undefined;
  }
}

function roleIn(roles: Roles | undefined, place: ArgumentPlace): Dialect | undefined {
  if (roles === undefined) return undefined;
  switch (place.kind) {
    case "positional": {
      const { strings } = roles;
      return strings && place.index >= strings.from && place.index < strings.to ? strings.dialect : undefined;
    }
    case "keyword":
      return roles.keywords?.[place.name];
    case "name":
      return roles.names && !roles.names.except.has(place.name) ? roles.names.dialect : undefined;
    case "key":
      return place.keyword === undefined ? roles.names?.dialect : roles.keys?.[place.keyword];
  }
}

/** Attributes of admin classes, views, filters, serializers and of `class Meta`. */
const attributes: ReadonlyMap<string, Dialect> = new Map<string, Dialect>([
  ["autocomplete_fields", "own"],
  ["date_hierarchy", "column"],
  ["exclude", "own"],
  ["fields", "own"],
  ["filter_horizontal", "own"],
  ["filter_vertical", "own"],
  ["filterset_fields", "condition"],
  ["get_latest_by", "column"],
  ["index_together", "own"],
  ["list_display", "attribute"],
  ["list_display_links", "attribute"],
  ["list_editable", "own"],
  ["list_filter", "column"],
  ["list_prefetch_related", "prefetch"],
  ["list_select_related", "select"],
  ["ordering", "column"],
  ["ordering_fields", "column"],
  ["prefetch_related", "prefetch"],
  ["raw_id_fields", "own"],
  ["readonly_fields", "attribute"],
  ["search_fields", "condition"],
  ["select_related", "select"],
  ["unique_together", "own"],
]);

export function roleOfAttribute(name: string): Dialect | undefined {
  return attributes.get(name);
}
