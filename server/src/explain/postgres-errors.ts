import type { ExplainError } from "./explain-error.ts";
import type { Redact } from "./redaction.ts";

/** What `pg` and Node put on their errors. */
interface FailureDetails {
  readonly code: string | undefined;
  readonly message: string;
}

export interface FailureContext {
  /** What messages call the connection. */
  readonly label: string;
  readonly redact: Redact;
}

/** Why no connection came about, in a sentence without host, user or password. */
export function connectionError(error: unknown, { label, redact }: FailureContext): ExplainError {
  const { code, message } = detailsOf(error);
  const explain = (reason: string, kind: "connection" | "password" = "connection"): ExplainError => ({
    kind,
    message: `connection ${label}: ${reason}`,
  });
  switch (code) {
    case "ECONNREFUSED":
      return explain("no server listens at its address and port");
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return explain("its host name is unknown");
    case "ENOENT":
      return explain("there is no socket of a server in its folder");
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return explain("its server can't be reached");
    case "ECONNRESET":
      return explain("the server closed it");
    case "28P01":
      return explain("the password is wrong, or the user does not exist", "password");
    case "28000":
      return explain(
        "the server does not let this user in from here (pg_hba.conf), or not without encryption",
      );
    case "3D000":
      return explain("the database does not exist");
    case "53300":
      return explain("the server has no free connection");
    case "57P03":
      return explain("the server is starting up or shutting down");
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
      return explain("the server's certificate is not signed by a known authority; give it with sslrootcert");
    case "CERT_HAS_EXPIRED":
      return explain("the server's certificate has expired");
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return explain("the server's certificate is for another name (sslmode verify-full)");
  }
  if (message.includes("does not support SSL"))
    return explain("the server does not encrypt, which its sslmode demands");
  if (message.includes("timeout")) return explain("the server does not answer");
  if (message.includes("password must be a"))
    return explain("it needs a password and none was given", "password");
  if (message.includes("terminated unexpectedly")) return explain("the server closed it");
  return explain(redact(message));
}

/** Why there is no plan, in a sentence without values. */
export function statementError(
  error: unknown,
  { label, redact }: FailureContext,
  timeoutMs: number,
): ExplainError {
  const { code, message } = detailsOf(error);
  const explain = (kind: ExplainError["kind"], reason: string): ExplainError => ({ kind, message: reason });
  switch (code) {
    case "57014":
      return explain("server", `the server did not finish within ${timeoutMs / 1000} s and was told to stop`);
    case "55P03":
      return explain("server", "a table of the query is locked by another session; nothing was waited for");
    case "42P01":
      return explain("schema", `${redact(message)}; have the migrations been applied to this database?`);
    case "42703":
      return explain("schema", `${redact(message)}; do the database's tables match the models?`);
    case "42883":
    case "42704":
    case "3F000":
      return explain("schema", `${redact(message)}; is an extension or migration missing?`);
    case "42501":
      return explain("permission", `the connection's user may not do this: ${redact(message)}`);
    case "57P01":
    case "57P02":
    case "ECONNRESET":
      return connectionError(error, { label, redact });
  }
  // Data exceptions quote the value.
  if (code?.startsWith("22"))
    return explain("server", `the server rejects a value: ${message.replace(/:.*/s, "")}`);
  if (code === undefined) return connectionError(error, { label, redact });
  return explain("server", `the server rejects the query: ${redact(message)}`);
}

/** The number of the parameter whose type the server can't tell. */
export function undeterminedParameter(error: unknown): number | undefined {
  const { code, message } = detailsOf(error);
  const number = code === "42P18" ? /\$(\d+)/.exec(message)?.[1] : undefined;
  return number === undefined ? undefined : Number(number);
}

function detailsOf(error: unknown): FailureDetails {
  // Node reports an attempt at several addresses as one error with many.
  const [first] = error instanceof AggregateError ? error.errors : [];
  const cause: unknown = first ?? error;
  if (!(cause instanceof Error)) return { code: undefined, message: String(cause) };
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
  return { code, message: cause.message };
}
