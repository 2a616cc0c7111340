/** Why something can't be explained. `message` is one sentence for the user and holds no secret. */
export interface ExplainError {
  readonly kind: ExplainErrorKind;
  readonly message: string;
  /** More lines, a traceback for instance. */
  readonly detail?: string;
  /** What was assumed before it failed. */
  readonly notes?: readonly string[];
}

export type ExplainErrorKind =
  // What is asked
  | "usage"
  | "no-queryset"
  | "untrusted-workspace"
  | "no-project"
  // The project's interpreter
  | "interpreter"
  | "django-missing"
  | "settings"
  | "setup"
  | "timeout"
  | "internal"
  // The expression
  | "syntax"
  | "unknown-name"
  | "unknown-value"
  | "not-a-queryset"
  | "django-rejected"
  | "project-error"
  | "database-access"
  | "blocked"
  // The plan
  | "refused-statement"
  | "connection"
  /** The connection needs a password, or another one. */
  | "password"
  | "permission"
  | "schema"
  | "server";
