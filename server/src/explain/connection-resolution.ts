import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import type { ConnectionProfile } from "./connection-profile.ts";
import {
  type ConnectionDetails,
  type ConnectionDetailsResult,
  type ConnectionKeywords,
  detailsFrom,
  isConnectionUrl,
  parseConnectionUrl,
} from "./connection-url.ts";
import type { ExplainError } from "./explain-error.ts";
import { parseServiceFile } from "./service-file.ts";

/** The variable that only Queryscope reads: setting it is asking for the connection. */
const ownVariable = "QUERYSCOPE_DATABASE_URL";

/** The name of the connection that libpq's own variables describe. */
const libpqName = "PG";

export type ConnectionResolution =
  | { readonly kind: "found"; readonly details: ConnectionDetails }
  /** Nothing was asked for. `offers` are names of connections that exist and could be. */
  | { readonly kind: "none"; readonly offers: readonly string[] }
  | { readonly kind: "failed"; readonly error: ExplainError };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The connection that is asked for: by name (a URL, a variable that holds one, `PG` for libpq's variables, a service),
 * else by `QUERYSCOPE_DATABASE_URL`. What else is found is offered and never used.
 */
export async function resolveConnection(
  name: string | undefined,
  environment: Environment,
): Promise<ConnectionResolution> {
  const own = environment[ownVariable];
  if (name === undefined && own === undefined) return { kind: "none", offers: await offers(environment) };
  const result =
    name === undefined ? parseConnectionUrl(ownVariable, own ?? "") : await resolveName(name, environment);
  if (result.kind === "details")
    return { kind: "found", details: withVariables(result.details, environment) };
  const label = name === undefined ? ownVariable : labelOf(name);
  return { kind: "failed", error: { kind: "usage", message: `the connection ${label} ${result.reason}` } };
}

/** What messages call a connection by: never the text of a URL. */
function labelOf(name: string): string {
  return isConnectionUrl(name) ? "of the given URL" : name;
}

async function resolveName(name: string, environment: Environment): Promise<ConnectionDetailsResult> {
  if (isConnectionUrl(name)) {
    const parsed = parseConnectionUrl(labelOf(name), name);
    if (parsed.kind === "invalid" || parsed.details.password === undefined) return parsed;
    return {
      kind: "invalid",
      reason: `has a password in it, which others can see on a command line; put the URL into ${ownVariable}`,
    };
  }
  const variable = environment[name];
  if (variable !== undefined && isConnectionUrl(variable)) return parseConnectionUrl(name, variable);
  if (name === libpqName) return resolveLibpq(environment);
  const service = (await services(environment)).get(name);
  if (service !== undefined) return detailsFrom(`service ${name}`, service);
  const known = await offers(environment);
  const hint = known.length === 0 ? "" : ` (found: ${known.join(", ")})`;
  return {
    kind: "invalid",
    reason: `is neither a URL, nor a variable with one, nor a service of libpq${hint}`,
  };
}

async function resolveLibpq(environment: Environment): Promise<ConnectionDetailsResult> {
  const service = environment.PGSERVICE && (await services(environment)).get(environment.PGSERVICE);
  return detailsFrom(libpqName, { ...libpqKeywords(environment), ...service });
}

function libpqKeywords(environment: Environment): ConnectionKeywords {
  return {
    host: environment.PGHOST,
    hostaddr: environment.PGHOSTADDR,
    port: environment.PGPORT,
    dbname: environment.PGDATABASE,
    user: environment.PGUSER,
    sslmode: environment.PGSSLMODE,
    sslrootcert: environment.PGSSLROOTCERT,
    sslcert: environment.PGSSLCERT,
    sslkey: environment.PGSSLKEY,
    options: environment.PGOPTIONS,
  };
}

/** As in libpq, the password may come from the environment for every kind of connection. */
function withVariables(
  { profile, password }: ConnectionDetails,
  environment: Environment,
): ConnectionDetails {
  return { profile, password: password ?? environment.PGPASSWORD };
}

/** Connections that were found without being asked for, in the order in which they are looked for. */
async function offers(environment: Environment): Promise<readonly string[]> {
  const found: string[] = [];
  if (environment.DATABASE_URL !== undefined) found.push("DATABASE_URL");
  if (environment.PGHOST ?? environment.PGDATABASE ?? environment.PGSERVICE) found.push(libpqName);
  return [...found, ...(await services(environment)).keys()];
}

async function services(environment: Environment): Promise<ReadonlyMap<string, ConnectionKeywords>> {
  const user = environment.PGSERVICEFILE ?? path.join(homedir(), ".pg_service.conf");
  const system = environment.PGSYSCONFDIR && path.join(environment.PGSYSCONFDIR, "pg_service.conf");
  const files = [...(system ? [system] : []), user];
  const found = new Map<string, ConnectionKeywords>();
  for (const file of files) {
    const text = await readFile(file, "utf8").catch(() => ""); // No such file: no services.
    for (const [name, keywords] of parseServiceFile(text)) found.set(name, keywords);
  }
  return found;
}

/** The password for a connection from `.pgpass`; undefined where it has none. */
export async function passwordFromFile(profile: ConnectionProfile): Promise<string | undefined> {
  const { default: pgpass } = await import("pgpass");
  const { host, port, database, user } = profile;
  return new Promise((resolve) => pgpass({ host, port, database, user }, resolve));
}
