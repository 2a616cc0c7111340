/**
 * What the methods of querysets and managers do, as Django 4.2 to 6.1 document them. Asynchronous twins follow their
 * synchronous form (`aget` is `get`), see `synchronousName`.
 */
export type QuerysetOperation =
  /** A new, unevaluated queryset with the same eager loading. */
  | { readonly kind: "refine"; readonly order?: "ordered" | "unordered" | "reversed" }
  | { readonly kind: "select" }
  | { readonly kind: "prefetch" }
  | { readonly kind: "columns"; readonly mode: "only" | "defer" }
  | { readonly kind: "annotate" }
  | { readonly kind: "rows"; readonly form: "dictionaries" | "tuples" | "values" | "raw" }
  | { readonly kind: "combine" }
  | { readonly kind: "empty" }
  | { readonly kind: "stream" }
  | { readonly kind: "fetchMode" }
  /** One object, one query. `usesCache`: answered from the result cache or a prefetch, where there is one. */
  | { readonly kind: "instance"; readonly optional: boolean }
  /** A number, truth value or dictionary, one query. */
  | { readonly kind: "scalar"; readonly usesCache: boolean }
  | { readonly kind: "inBulk" }
  | { readonly kind: "write"; readonly write: WriteKind };

export type WriteKind =
  | "create"
  | "getOrCreate"
  | "bulkCreate"
  | "update"
  | "bulkUpdate"
  | "delete"
  | "add"
  | "remove"
  | "set"
  | "clear";

const refine: QuerysetOperation = { kind: "refine" };

const operations: Readonly<Record<string, QuerysetOperation>> = {
  all: refine,
  filter: refine,
  exclude: refine,
  complex_filter: refine,
  order_by: { kind: "refine", order: "ordered" },
  reverse: { kind: "refine", order: "reversed" },
  distinct: refine,
  using: refine,
  extra: refine,
  select_for_update: refine,
  get_queryset: refine,
  get_query_set: refine,
  db_manager: refine,
  none: { kind: "empty" },
  select_related: { kind: "select" },
  prefetch_related: { kind: "prefetch" },
  only: { kind: "columns", mode: "only" },
  defer: { kind: "columns", mode: "defer" },
  annotate: { kind: "annotate" },
  alias: { kind: "annotate" },
  values: { kind: "rows", form: "dictionaries" },
  values_list: { kind: "rows", form: "tuples" },
  dates: { kind: "rows", form: "values" },
  datetimes: { kind: "rows", form: "values" },
  raw: { kind: "rows", form: "raw" },
  union: { kind: "combine" },
  intersection: { kind: "combine" },
  difference: { kind: "combine" },
  iterator: { kind: "stream" },
  fetch_mode: { kind: "fetchMode" },
  get: { kind: "instance", optional: false },
  first: { kind: "instance", optional: true },
  last: { kind: "instance", optional: true },
  earliest: { kind: "instance", optional: false },
  latest: { kind: "instance", optional: false },
  count: { kind: "scalar", usesCache: true },
  exists: { kind: "scalar", usesCache: true },
  contains: { kind: "scalar", usesCache: true },
  aggregate: { kind: "scalar", usesCache: false },
  explain: { kind: "scalar", usesCache: false },
  in_bulk: { kind: "inBulk" },
  create: { kind: "write", write: "create" },
  get_or_create: { kind: "write", write: "getOrCreate" },
  update_or_create: { kind: "write", write: "getOrCreate" },
  bulk_create: { kind: "write", write: "bulkCreate" },
  bulk_update: { kind: "write", write: "bulkUpdate" },
  update: { kind: "write", write: "update" },
  delete: { kind: "write", write: "delete" },
  add: { kind: "write", write: "add" },
  remove: { kind: "write", write: "remove" },
  set: { kind: "write", write: "set" },
  clear: { kind: "write", write: "clear" },
};

const asynchronousOnly: Readonly<Record<string, string>> = { aiterator: "iterator" };

/** `aget` → `get`; a name that is no asynchronous twin stays as it is. */
export function synchronousName(name: string): string {
  const twin = asynchronousOnly[name];
  if (twin) return twin;
  if (!name.startsWith("a") || Object.hasOwn(operations, name)) return name;
  const rest = name.slice(1);
  const kind = Object.hasOwn(operations, rest) ? operations[rest]?.kind : undefined;
  return kind === "instance" || kind === "scalar" || kind === "inBulk" || kind === "write" ? rest : name;
}

/** `aget`, `asave`: what it gives is awaited. */
export function isAsynchronousName(name: string): boolean {
  return synchronousName(name) !== name || name === "asave" || name === "arefresh_from_db";
}

export function querysetOperation(name: string): QuerysetOperation | undefined {
  const synchronous = synchronousName(name);
  return Object.hasOwn(operations, synchronous) ? operations[synchronous] : undefined;
}

/** Operations that a prefetched manager answers from its rows, when nothing but `all()` came before. */
export const servedByPrefetch: ReadonlySet<string> = new Set([
  "iterate",
  "list",
  "len",
  "bool",
  "contains",
  "index",
  "slice",
  "count",
  "exists",
]);
