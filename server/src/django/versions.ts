/** Which Django release brought what the analysis depends on. */
import { atLeast, type Version } from "./version.ts";

/** The releases that the analysis knows. */
const oldestDjango: Version = { major: 4, minor: 2 };
const newestDjango: Version = { major: 6, minor: 1 };

/** A behaviour or API of Django with the release that introduced it. */
export const djangoFeatures = {
  /** `Exists`, `OuterRef` and `Subquery` */
  subqueries: { major: 1, minor: 11 },
  /** `ModelAdmin.autocomplete_fields` */
  adminAutocomplete: { major: 2, minor: 0 },
  /** `Count("tasks", filter=Q(…))` */
  filteredAggregates: { major: 2, minor: 0 },
  /** Projects run on Python 3 alone, whose `super()` takes no arguments. */
  python3: { major: 2, minor: 0 },
  /** `QuerySet.bulk_update()` */
  bulkUpdate: { major: 2, minor: 2 },
  /** `QuerySet.contains()` */
  contains: { major: 4, minor: 0 },
  /** `aiterator()`, `async for`, `aget()` and the other asynchronous methods. */
  asyncQuerysets: { major: 4, minor: 1 },
  /** `Prefetch(queryset=…[:n])` */
  slicedPrefetch: { major: 4, minor: 2 },
  /** `GenericPrefetch` */
  genericPrefetch: { major: 5, minor: 0 },
  /** `iterator()` after `prefetch_related()` raises without `chunk_size`. */
  iteratorNeedsChunkSize: { major: 5, minor: 0 },
  /** `db_default` and `GeneratedField` */
  databaseDefaults: { major: 5, minor: 0 },
  /** `choices=` takes a mapping, a callable or an enumeration class itself. */
  choicesFromEnumeration: { major: 5, minor: 0 },
  /** The checkbox of each row in the admin's change list has the row's text as its label. */
  adminActionLabels: { major: 5, minor: 0 },
  /** `OPTIONS["pool"]` of the PostgreSQL backend. */
  connectionPool: { major: 5, minor: 1 },
  /** `a__b` in `ModelAdmin.list_display`. */
  adminRelatedColumns: { major: 5, minor: 1 },
  /** `Meta.index_together` is an error from here on. */
  noIndexTogether: { major: 5, minor: 1 },
  /** `TupleLessThan`, `TupleGreaterThan` … for comparisons of row values. */
  tupleLookups: { major: 5, minor: 2 },
  /** `CompositePrimaryKey` */
  compositePrimaryKey: { major: 5, minor: 2 },
  /** `values()` and `values_list()` return columns in the order in which they are named. */
  orderedValues: { major: 5, minor: 2 },
  /** `DEFAULT_AUTO_FIELD` is `BigAutoField` unless set. */
  bigAutoFieldByDefault: { major: 6, minor: 0 },
  /** `django.tasks` */
  tasks: { major: 6, minor: 0 },
  asyncPaginator: { major: 6, minor: 0 },
  templatePartials: { major: 6, minor: 0 },
  /** `{{ forloop.length }}` */
  forloopLength: { major: 6, minor: 0 },
  /** `StringAgg` for every database. */
  stringAgg: { major: 6, minor: 0 },
  /** `QuerySet.fetch_mode()` with `FETCH_ONE`, `FETCH_PEERS`, `FETCH_RAISE`. */
  fetchModes: { major: 6, minor: 1 },
  /** `on_delete=DB_CASCADE` and its like. */
  databaseCascade: { major: 6, minor: 1 },
  mailers: { major: 6, minor: 1 },
  /** The change list of the admin joins just the relations that `list_display` needs. */
  adminExactSelectRelated: { major: 6, minor: 1 },
  /** `QuerySet.totally_ordered` */
  totallyOrdered: { major: 6, minor: 1 },
  /** `select_related()` without names warns. */
  bareSelectRelatedDeprecated: { major: 6, minor: 1 },
} as const satisfies Readonly<Record<string, Version>>;

/** The last release for projects that run on Python 2. */
export const newestDjangoOfPython2: Version = { major: 1, minor: 11 };

export type DjangoFeature = keyof typeof djangoFeatures;

/** Whether a fix may use a feature. An unknown version counts as the oldest supported one. */
export function mayUse(feature: DjangoFeature, version: Version | undefined): boolean {
  const { major, minor } = djangoFeatures[feature];
  return atLeast(version ?? oldestDjango, major, minor);
}

/** Whether a behaviour may be in force. An unknown version counts as the newest one. */
export function mayApply(feature: DjangoFeature, version: Version | undefined): boolean {
  const { major, minor } = djangoFeatures[feature];
  return atLeast(version ?? newestDjango, major, minor);
}
