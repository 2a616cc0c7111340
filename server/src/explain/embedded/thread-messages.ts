/** What the thread with the embedded PostgreSQL is asked and answers. Plain data. */

export interface ThreadData {
  /** URL of the folder with `embeddedFiles`. */
  readonly folder: string;
  /** `plan` is to start fast, `run` to go through many rows fast. */
  readonly purpose: Purpose;
}

export type Purpose = "plan" | "run";

export type ThreadCall =
  /** One statement in the extended protocol. */
  | { readonly kind: "query"; readonly text: string; readonly values: readonly (string | null)[] }
  /** Any number of statements in the simple protocol. */
  | { readonly kind: "run"; readonly text: string }
  /** Makes relations' files look as long as they would be. */
  | { readonly kind: "resize"; readonly files: readonly FileSize[] };

export interface FileSize {
  /** What `pg_relation_filepath` answers. */
  readonly path: string;
  /** Of 8192 bytes. */
  readonly pages: number;
}

export type ThreadAnswer =
  | { readonly kind: "rows"; readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly kind: "error"; readonly error: DatabaseFailure };

/** What is left of PostgreSQL's error on its way between threads. */
export interface DatabaseFailure {
  readonly message: string;
  /** SQLSTATE; undefined where PostgreSQL did not answer at all. */
  readonly code: string | undefined;
}

export type ThreadRequest = { readonly id: number; readonly call: ThreadCall };

export type ThreadMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "answer"; readonly id: number; readonly answer: ThreadAnswer };
