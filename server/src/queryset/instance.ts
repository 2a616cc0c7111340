import type { Model } from "../django/model-graph.ts";
import type { LoopSet } from "./loop-set.ts";
import type { Queryset } from "./queryset.ts";
import type { Value } from "./value.ts";

/** A row of a model, or an object that will become one. */
export interface Instance {
  readonly kind: "instance";
  readonly model: Model;
  /** Where it came from; undefined where that is not known (a parameter, `self`). */
  readonly source: RowSource | undefined;
  /** Made by calling the class: its relations hold only what the project assigned. */
  readonly isNew: boolean;
  readonly varies: LoopSet;
  /** What is known about attributes that were assigned or read before on this very object. Shared by its names. */
  readonly attributes: Map<string, Value>;
  /**
   * Names assigned since it was loaded, in order; `anyField` where code that is not known may have assigned to it.
   * Shared by its names.
   */
  readonly assigned: Map<string, LoopSet>;
  /** Shared by its names. */
  readonly state: InstanceState;
  /** It is there wherever this code runs: not what `first()` or a nullable relation gives, which may be None. */
  readonly present?: true | undefined;
  /** The element of a list of which this is the object of one iteration: what every round assigns, all elements have. */
  readonly element?: Instance | undefined;
}

export const anyField = "*";

export interface InstanceState {
  /** The table has a row for it: it was loaded, or saved since it was made. */
  stored: boolean;
  /**
   * Where it is certain whether the table has a row for it: false for what the code at hand has made and not yet saved,
   * true for what a queryset has loaded. Undefined once it may have changed.
   */
  inTable: boolean | undefined;
  /** `refresh_from_db()` read it anew: of the relations that its queryset had loaded, none is left. */
  refreshed: boolean;
}

export interface RowSource {
  readonly queryset: Queryset;
  /** Accessors from the queryset's rows to this object; empty for a row itself. */
  readonly path: readonly string[];
  /** One object was fetched (`get`, `first`), not an iteration over many. */
  readonly single: boolean;
}
