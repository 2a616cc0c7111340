/**
 * What the analysis knows about a queryset: which relations come loaded with its rows (the supply), how many rows it
 * may have and where it was built. Immutable except for `result`, which all names of one queryset share.
 */
import type { Manager, Model, Relation } from "../django/model-graph.ts";
import type { Instance } from "./instance.ts";
import type { LoopSet } from "./loop-set.ts";
import type { QuerysetOrigin } from "./origin.ts";
import type { ColumnValue } from "./value.ts";

export interface Queryset {
  readonly kind: "queryset";
  readonly model: Model;
  /** The manager that it came from: its queryset class has the methods that can follow. */
  readonly declaration: Manager | undefined;
  readonly origin: QuerysetOrigin;
  readonly select: PathSet;
  /** `select_related()` without arguments: every non-null forward relation, five levels deep. */
  readonly selectsAllNonNull: boolean;
  /** By accessor path joined with `__`; a lookup `a__b` has an entry for `a` too. */
  readonly prefetch: ReadonlyMap<string, Prefetched>;
  readonly load: LoadedColumns;
  /** Names that `annotate()`, `alias()`, `values()` and `extra()` add to a row or to lookups; see `anyName`. */
  readonly annotations: ReadonlySet<string>;
  readonly rows: RowForm;
  /** What `values()` and `values_list()` were asked for; empty where that is not known. */
  readonly columns: readonly string[];
  readonly bound: Bound;
  readonly order: "unordered" | "ordered" | "default" | "unknown";
  /** Equal rows may come once: then leaving out columns changes how many there are. */
  readonly distinct: boolean;
  readonly combined: boolean;
  /** Made by `union()`, `intersection()` or `difference()`: Django refuses nearly every method on it. */
  readonly united: boolean;
  readonly fetchMode: "one" | "peers" | "raise";
  /** Something was done to it that the analysis does not know: it may load anything. */
  readonly unknownOperations: boolean;
  /** Paths that the code computes are loaded: `prefetch_related(*paths)`. Which ones is not known. */
  readonly loadsComputedPaths: boolean;
  /** The related manager that it came from, and what was done since. */
  readonly related: RelatedSource | undefined;
  /** Loops in which its conditions or its receiver change. */
  readonly varies: LoopSet;
  /** Conditions in the order in which they were added. */
  readonly filters: readonly FilterCondition[];
  /** Fields that have one value, not NULL, in all rows. */
  readonly fixedFields: ReadonlySet<string>;
  readonly locksRows: boolean;
  readonly streamed: boolean;
  readonly result: ResultCache;
}

/** Among the names that a queryset adds: there may be others, which the analysis does not know. */
export const anyName = "*";

/** Accessor paths joined with `__`. `may` contains `must`. */
export interface PathSet {
  readonly must: ReadonlySet<string>;
  readonly may: ReadonlySet<string>;
}

export const noNames: ReadonlySet<string> = new Set();
export const noPaths: PathSet = { must: noNames, may: noNames };

export interface Prefetched {
  /** Of `Prefetch(queryset=…)`, or the default manager's where that loads something itself. */
  readonly queryset: Queryset | undefined;
  /** The rows are in this attribute and the accessor stays unloaded. */
  readonly toAttribute: string | undefined;
  /** The relation that is loaded, whatever attribute receives it. */
  readonly accessor: string;
  /** False where only one branch prefetches it. */
  readonly certain: boolean;
  /** `Prefetch(queryset=…)` given by the project, rather than found through the default manager. */
  readonly explicit: boolean;
}

export const noPrefetches: ReadonlyMap<string, Prefetched> = new Map();

export type LoadedColumns =
  | { readonly kind: "all" }
  | { readonly kind: "only"; readonly fields: ReadonlySet<string> }
  | { readonly kind: "defer"; readonly fields: ReadonlySet<string> };

export type RowForm = "instances" | "dictionaries" | "tuples" | "values" | "raw";

export type Bound =
  | { readonly kind: "none" }
  /** `[:limit]`; undefined where the number is not known. */
  | { readonly kind: "slice"; readonly limit: number | undefined }
  /** The rows of one page of a paginator. */
  | { readonly kind: "page"; readonly size: number | undefined }
  /** Those that somebody picked in a form: as many as he likes. */
  | { readonly kind: "chosen" }
  /** Those that have one of the values that the code or a setting lists in a unique field. */
  | { readonly kind: "listed" }
  /** A filter on the primary key or a unique field: at most one row. */
  | { readonly kind: "unique" }
  | { readonly kind: "empty" };

export interface RelatedSource {
  readonly instance: Instance;
  readonly relation: Relation;
  /** Only `all()` was called: a prefetched result can serve it. */
  readonly plain: boolean;
  /** It is so on one of the ways that lead here. */
  readonly maybePlain?: boolean;
  /** Names of the queryset methods that were applied, in order. */
  readonly operations: readonly string[];
}

export interface FilterCondition {
  readonly method: string;
  /** The lookup as written: `project__owner__in`; undefined for positional conditions (`Q(…)`). */
  readonly lookup: string | undefined;
  readonly varies: LoopSet;
  /** The value is a row of a model. */
  readonly instance: Instance | undefined;
  /** The value is a column of a row. */
  readonly column: ColumnValue | undefined;
  /** What it tells about the rows that it lets through, where it holds for all of them. */
  readonly rows?: RowFacts | undefined;
}

/** Accessor paths of to-one relations, joined with `__`. */
export interface RowFacts {
  /** There is a row at the end of the path. */
  readonly present: ReadonlySet<string>;
  /** There is none. */
  readonly missing: ReadonlySet<string>;
  /** The row at the end of the path (of an empty one: the row itself) is one of these. */
  readonly among: ReadonlyMap<string, Queryset>;
  /** What boolean columns of the row itself hold, by the name of the field. */
  readonly flags: ReadonlyMap<string, boolean>;
}

export interface ResultCache {
  evaluated: boolean;
  /** Something used the rows after what had fetched them, for more than their truth. */
  reused?: true;
}
