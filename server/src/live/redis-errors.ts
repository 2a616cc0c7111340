/** Why Redis did not answer, in a sentence without address, user or password. */
import { redactorFor } from "../explain/redaction.ts";
import type { RedisConnection } from "./live-connections.ts";

/** It was given none, or another one. */
export function wantsPassword(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return /^(NOAUTH|WRONGPASS)|invalid (username-)?password/i.test(message);
}

export function redisErrorReason(error: unknown, connection: RedisConnection): string {
  const { label } = connection;
  const [first] = error instanceof AggregateError ? error.errors : [];
  const cause: unknown = first ?? error;
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  switch (code) {
    case "ECONNREFUSED":
      return `${label}: no server listens at its address and port.`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `${label}: its host name is unknown.`;
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return `${label}: its server can't be reached.`;
    case "ECONNRESET":
      return `${label}: the server closed the connection.`;
  }
  if (/invalid URL|Invalid protocol/i.test(message)) return `${label}: this is not the address of a Redis.`;
  if (/^NOAUTH/.test(message)) return `${label}: Redis asks for a password, and none was given.`;
  if (/^WRONGPASS|invalid (username-)?password|without any password configured/i.test(message))
    return `${label}: Redis refuses the password.`;
  if (/^NOPERM/.test(message)) return `${label}: the user may not run this command.`;
  if (/unknown command/i.test(message)) return `${label}: this Redis does not have the command.`;
  if (/timeout/i.test(message)) return `${label}: the server does not answer.`;
  if (/closed/i.test(message)) return `${label}: the connection was closed.`;
  return `${label}: ${withoutSecrets(message, connection)}.`;
}

function withoutSecrets(message: string, { url }: RedisConnection): string {
  if (!URL.canParse(url)) return "it cannot be asked";
  const { hostname, username, password } = new URL(url);
  const secrets = [hostname, username, password, decodeURIComponent(password)].filter(
    (text) => text.length > 0,
  );
  return redactorFor(undefined, undefined, secrets)(message);
}
