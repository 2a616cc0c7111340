import { userInfo } from "node:os";
import { type ConnectionProfile, type SslMode, sslModes } from "./connection-profile.ts";
import { defaultSslMode } from "./ssl-mode.ts";

/** A profile with the password that came with it. */
export interface ConnectionDetails {
  readonly profile: ConnectionProfile;
  readonly password: string | undefined;
}

export type ConnectionDetailsResult =
  | { readonly kind: "details"; readonly details: ConnectionDetails }
  /** `reason` holds nothing of the text. */
  | { readonly kind: "invalid"; readonly reason: string };

/** libpq's schemes and those that the usual Django packages for `DATABASE_URL` know. */
const schemes: ReadonlySet<string> = new Set([
  "postgres:",
  "postgresql:",
  "pgsql:",
  "psql:",
  "postgis:",
  "postgresql-psycopg2:",
]);

export function isConnectionUrl(text: string): boolean {
  return /^[a-z0-9+-]+:\/\//i.test(text);
}

export function parseConnectionUrl(label: string, text: string): ConnectionDetailsResult {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return {
      kind: "invalid",
      reason: "is not a valid URL; special characters in it must be percent-encoded",
    };
  }
  if (!schemes.has(url.protocol))
    return { kind: "invalid", reason: "is not the URL of a PostgreSQL database" };
  try {
    const query = url.searchParams;
    return detailsFrom(label, {
      host: query.get("host") ?? decodeURIComponent(url.hostname.replace(/^\[|\]$/g, "")),
      port: query.get("port") ?? url.port,
      dbname: query.get("dbname") ?? decodeURIComponent(url.pathname.slice(1)),
      user: query.get("user") ?? decodeURIComponent(url.username),
      password: query.get("password") ?? decodeURIComponent(url.password),
      sslmode: query.get("sslmode") ?? undefined,
      sslrootcert: query.get("sslrootcert") ?? undefined,
      sslcert: query.get("sslcert") ?? undefined,
      sslkey: query.get("sslkey") ?? undefined,
      options: query.get("options") ?? undefined,
    });
  } catch {
    return { kind: "invalid", reason: "has a part that is not percent-encoded correctly" };
  }
}

/** libpq's keywords for a connection; empty and missing ones get libpq's defaults. */
export interface ConnectionKeywords {
  readonly host?: string | undefined;
  readonly hostaddr?: string | undefined;
  readonly port?: string | undefined;
  readonly dbname?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly sslmode?: string | undefined;
  readonly sslrootcert?: string | undefined;
  readonly sslcert?: string | undefined;
  readonly sslkey?: string | undefined;
  readonly options?: string | undefined;
}

const defaultPort = 5432;

export function detailsFrom(label: string, keywords: ConnectionKeywords): ConnectionDetailsResult {
  const host = keywords.host || keywords.hostaddr || "localhost";
  if (host.includes(",")) return { kind: "invalid", reason: "names several hosts, which is not supported" };
  const port = Number(keywords.port || defaultPort);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    return { kind: "invalid", reason: "has an invalid port" };
  const sslMode = keywords.sslmode || defaultSslMode(host);
  if (!isSslMode(sslMode))
    return { kind: "invalid", reason: `has an unknown sslmode; known: ${sslModes.join(", ")}` };
  const user = keywords.user || userInfo().username;
  const profile: ConnectionProfile = {
    label,
    host,
    port,
    database: keywords.dbname || user,
    user,
    sslMode,
    sslRootCertificate: keywords.sslrootcert || undefined,
    sslCertificate: keywords.sslcert || undefined,
    sslKey: keywords.sslkey || undefined,
    options: keywords.options || undefined,
  };
  return { kind: "details", details: { profile, password: keywords.password || undefined } };
}

function isSslMode(text: string): text is SslMode {
  return (sslModes as readonly string[]).includes(text);
}
