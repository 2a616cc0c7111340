import type { ExplainError } from "./explain-error.ts";
import type { NameBinding } from "./name-binding.ts";

/**
 * Turns queryset expressions into the SQL that Django sends. The seam for other ways than the project's own
 * interpreter. Failures of the project are results, never exceptions.
 */
export interface QuerysetCompiler {
  /** Loads the project. Asked for by the first `compile` too; a failure is final. */
  start(): Promise<StartResult>;
  compile(request: CompileRequest): Promise<CompileResult>;
  /** Ends what was started. Later calls fail. */
  close(): Promise<void>;
}

export type StartResult =
  | { readonly kind: "started"; readonly info: CompilerInfo }
  | { readonly kind: "failed"; readonly error: ExplainError };

export interface CompilerInfo {
  readonly python: string;
  readonly django: string;
  /** The database driver with its version; undefined where none is installed. */
  readonly driver: string | undefined;
  /** `ENGINE` of the project's default database. */
  readonly engine: string;
  /** Whether that is PostgreSQL. The SQL is made for PostgreSQL in any case. */
  readonly isPostgresql: boolean;
}

export interface CompileRequest {
  /** Dotted name of the module in which the expression stands. */
  readonly module: string;
  /** Source text. */
  readonly expression: string;
  /** Evaluated in this order before the expression. */
  readonly bindings: readonly NameBinding[];
}

export type CompileResult =
  | {
      readonly kind: "compiled";
      /** The expression's own query comes first. Empty where Django knows that nothing can be found. */
      readonly statements: readonly CompiledStatement[];
      /** What was assumed or left out. */
      readonly notes: readonly string[];
    }
  | { readonly kind: "failed"; readonly error: ExplainError };

export interface CompiledStatement {
  /** `preparation` is run to build the queryset, `prefetch` by `prefetch_related`. */
  readonly role: "queryset" | "prefetch" | "preparation";
  /** With `$1`, `$2` … in the order of `params`. */
  readonly sql: string;
  readonly params: readonly QueryParameter[];
}

export interface QueryParameter {
  /** Numbers that JSON can't hold exactly, dates and all other types as PostgreSQL's text. */
  readonly value: string | number | boolean | null;
  /** PostgreSQL's type as a driver declares it; `unknown` and `text` are left to the server. */
  readonly type: string;
  /** What the value stands in for, where it is only known when the program runs: `request.GET['q']`. */
  readonly name: string | null;
}
