import type { NameBinding } from "../python/name-binding.ts";
import type { ExplainError } from "./explain-error.ts";
import type { KnownQueryset } from "./known-querysets.ts";

/**
 * Turns queryset expressions into the SQL that Django sends. The seam for other ways than the project's own
 * interpreter. Failures of the project are results, never exceptions.
 */
export interface QuerysetCompiler {
  /** Loads the project. Asked for by the first `compile` too; a failure is final. */
  start(): Promise<StartResult>;
  compile(request: CompileRequest): Promise<CompileResult>;
  /** The tables of the project's models, as Django would create them in PostgreSQL. */
  schema(): Promise<SchemaResult>;
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
  /** Libraries that the project imports and that are not there: stand-ins took their place. */
  readonly missingModules: readonly string[];
}

export interface CompileRequest {
  /** Dotted name of the module in which the expression stands. */
  readonly module: string;
  /** Source text. */
  readonly expression: string;
  /** Evaluated in this order before the expression. */
  readonly bindings: readonly NameBinding[];
  /** What the whole program says of it; for where evaluating it does not give enough. */
  readonly querysets?: readonly KnownQueryset[];
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

export type SchemaResult =
  | { readonly kind: "schema"; readonly schema: ProjectSchema }
  | { readonly kind: "failed"; readonly error: ExplainError };

export interface ProjectSchema {
  /** In the order of the installed apps. First all that they `create` is run, then all that is `deferred`. */
  readonly tables: readonly SchemaTable[];
  /** Tables that are left out, and why. */
  readonly notes: readonly string[];
}

export interface SchemaTable {
  /** Of the model: `shop.Order`. */
  readonly label: string;
  readonly table: string;
  /** False where the project creates the table by other means. */
  readonly managed: boolean;
  /** The middle table of a many-to-many relation without a model of its own. */
  readonly autoCreated: boolean;
  /** Statements that need no other table. */
  readonly create: readonly string[];
  /** Foreign keys, indexes, constraints. */
  readonly deferred: readonly string[];
  readonly columns: readonly SchemaColumn[];
}

export interface SchemaColumn {
  /** Of the field. */
  readonly name: string;
  readonly column: string;
  /** PostgreSQL's type: `varchar(20)`. */
  readonly type: string;
  /** Django's name for the kind of field: `CharField`, also for a subclass of it. */
  readonly fieldType: string;
  /** Dotted name of the field's own class. */
  readonly fieldClass: string;
  readonly maxLength: number | null;
  readonly choices: readonly (string | number | boolean | null)[];
  /** Of a new row, where it is a constant. */
  readonly default: string | number | boolean | null;
  /** Whether Django sets it to the present, when a row is made or each time it is saved. */
  readonly automaticTime: boolean;
  readonly null: boolean;
  readonly unique: boolean;
  readonly primaryKey: boolean;
  /** By an index of the column alone, declared with the field. */
  readonly indexed: boolean;
  /** What a foreign key refers to. */
  readonly target: { readonly label: string; readonly table: string; readonly column: string } | null;
}
