import type { Uri } from "vscode";

/** What the server answers to `queryscope.server.explain`, as far as it is shown here. */
export interface ExplainResult {
  readonly text: string;
  readonly explanation: Explanation;
}

interface Explanation {
  readonly expression: string | null;
  readonly statements: readonly ExplainedStatement[];
  readonly error: { readonly kind: string; readonly message: string } | null;
}

export interface ExplainedStatement {
  readonly role: string;
  readonly sql: string;
  readonly plan: {
    readonly server: string;
    readonly analyzed: boolean;
    readonly text: string;
    /** PostgreSQL's own object. */
    readonly json: unknown;
  } | null;
  readonly hotspots: readonly {
    readonly node: string;
    readonly share: number;
    readonly message: string;
    readonly rule: { readonly code: string; readonly name: string } | null;
    /** From 1. */
    readonly range: { readonly start: { readonly line: number; readonly column: number } };
  }[];
}

/** An explanation with the place of its queryset. */
export interface ShownExplanation {
  /** The Python file. */
  readonly uri: Uri;
  /** `store/views.py:12` */
  readonly place: string;
  readonly statements: readonly ExplainedStatement[];
}
