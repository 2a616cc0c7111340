/** What a rule reports. Front ends turn it into JSON, text or LSP diagnostics; nothing here knows lines or columns. */
import type { Location, TextRange } from "../base/text-range.ts";

export type RuleCode = `QS${number}`;

export type Level = "error" | "warning" | "info" | "hint";

export type Confidence = "certain" | "high" | "medium" | "low";

/** Findings with the same origin and remedy are one finding. */
export type Remedy =
  | "eager-loading"
  | "remove-eager-loading"
  | "fetch-mode"
  | "aggregate"
  | "per-row-query"
  | "deferred-field"
  | "prefetch-bypass"
  | "column-instead-of-relation"
  | "stored-result"
  | "iterator-chunk-size"
  | "explicit-paths"
  | "valid-path"
  | "write-loop"
  | "signal-handler"
  | "blocking-call"
  | "mail-connection"
  | "http-loop"
  | "schedule"
  | "query-shape"
  | "coroutine-query"
  | "page-order"
  | "page-count"
  | "dead-query"
  | "paging"
  | "increment"
  | "batch-size"
  | "automatic-values"
  | "update-fields"
  | "transaction"
  | "webhook"
  | "cascade"
  | "start-after-commit"
  | "task-batches"
  | "task-options"
  | "task-payload"
  | "tenant-context"
  | "cache-call"
  | "cached-page"
  | "session"
  | "cache-default"
  | "cache-key"
  | "cached-fragment"
  | "cache-clear"
  | "index"
  | "default-order"
  | "migration"
  | "searched-options"
  | "setting"
  | "suppression";

export interface Finding {
  readonly code: RuleCode;
  readonly rule: string;
  readonly remedy: Remedy;
  readonly level: Level;
  readonly confidence: Confidence;
  readonly message: string;
  /** What to do, in a sentence; shown after the message. */
  readonly help: string;
  /** Where the finding stands: its origin for the N+1 family. */
  readonly location: Location;
  /** `projects.views.dashboard`: the function or class around the location. */
  readonly symbol: string;
  /** `projects.Project`; undefined where no model is concerned. */
  readonly model: string | undefined;
  /** Django lookup paths that are missing from the queryset. */
  readonly relationPaths: readonly string[];
  /** Columns of an index in order, `-created_at` for descending. */
  readonly fields: readonly string[];
  /** Of the model's table, where somebody has counted them or says how many; for findings about indexes. */
  readonly tableRows?: number | undefined;
  readonly origin: Location;
  readonly accesses: readonly Access[];
  /** The chain from the queryset to the reading, in that order. */
  readonly evidence: readonly Evidence[];
  readonly queries: QueryEstimate | undefined;
  /** Stage of the scaling roadmap in which the repair belongs. */
  readonly stage: 1 | 2 | 3 | 4;
  readonly fixes: readonly Fix[];
}

/** A place where rows are read. Suppressions and `--select` act on these. */
export interface Access {
  readonly location: Location;
  readonly relationPath: string;
  readonly code: RuleCode;
}

export interface Evidence {
  readonly message: string;
  readonly location: Location;
}

export interface QueryEstimate {
  /** A sum of terms: `1 + 2N + N·M`. */
  readonly before: string;
  readonly after: string;
  readonly example: { readonly n: number; readonly before: number; readonly after: number };
}

export type Safety = "safe" | "unsafe" | "suggestion";

export interface Fix {
  readonly title: string;
  readonly safety: Safety;
  readonly preferred: boolean;
  readonly edits: readonly FileEdit[];
}

/** Replaces `range` of the file's current text; an empty range inserts. Edits of one fix never overlap. */
export interface FileEdit {
  readonly path: string;
  readonly range: TextRange;
  readonly newText: string;
}
