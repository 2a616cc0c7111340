/**
 * The lookups and transforms that may follow a column, by its class of field: Django's documentation of the QuerySet
 * API, "Field lookups", and of `django.contrib.postgres`.
 */
import type { Field } from "./model-graph.ts";

const compared = ["exact", "in", "isnull", "gt", "gte", "lt", "lte", "range"];
const text = [
  "icontains",
  "contains",
  "iexact",
  "startswith",
  "istartswith",
  "endswith",
  "iendswith",
  "regex",
  "iregex",
];
const dateParts = ["year", "month", "day", "week", "week_day", "iso_week_day", "iso_year", "quarter"];
const timeParts = ["hour", "minute", "second"];

/** How a column's value can be compared: `name__icontains`. The most usual first. */
export function lookupsOf({ baseClassName, kind }: Field): readonly string[] {
  if (kind !== "column") return relationLookups;
  if (/^(Date|DateTime|Time|Duration)Field$/.test(baseClassName)) return compared;
  if (/(Integer|AutoField|Decimal|Float)/.test(baseClassName)) return compared;
  switch (baseClassName) {
    case "BooleanField":
    case "NullBooleanField":
      return ["exact", "isnull"];
    case "JSONField":
      return ["contains", "contained_by", "has_key", "has_keys", "has_any_keys", "exact", "isnull"];
    case "ArrayField":
      return ["contains", "contained_by", "overlap", "len", "exact", "isnull"];
    case "HStoreField":
      return ["contains", "contained_by", "has_key", "has_keys", "has_any_keys", "keys", "values", "isnull"];
    case "BinaryField":
      return ["exact", "isnull"];
    default:
      return [...compared, ...text];
  }
}

/** What can be taken of a column's value before it is compared or sorted: `created__year`. */
export function transformsOf({ baseClassName }: Field): readonly string[] {
  switch (baseClassName) {
    case "DateField":
      return dateParts;
    case "DateTimeField":
      return ["date", "time", ...dateParts, ...timeParts];
    case "TimeField":
      return timeParts;
    default:
      return [];
  }
}

/** What can be said of a relation itself, without the columns at its other end. */
export const relationLookups: readonly string[] = ["isnull", "in", "exact", "gt", "gte", "lt", "lte"];

/** Of a value that a transform gave, which is a number in most cases. */
export const valueLookups: readonly string[] = compared;
