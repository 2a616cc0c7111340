/** The databases of the production settings. */
import type { Location } from "../../base/text-range.ts";
import {
  alternativesOf,
  dependingOn,
  type MappingValue,
  mappingOf,
  type StaticValue,
  truthOf,
  variableOf,
} from "../../django/static-value.ts";
import { entryPlace, type ProductionSettings } from "./production-settings.ts";

export interface Database {
  readonly alias: string;
  readonly options: MappingValue;
  /**
   * Dotted names of its engine, all that the branches give; empty where it is not known. Beside a server, SQLite is what
   * runs where nobody has set one up: `if "POSTGRES_HOST" in os.environ: … else: …`
   */
  readonly engines: readonly string[];
  /** The variable of the environment that may say something else of the database as a whole: `DATABASE_URL`. */
  readonly variable: string | undefined;
}

/** Each database that is a dictionary; those of which nothing is known are left out. */
export function configuredDatabases({ settings }: ProductionSettings): readonly Database[] {
  const value = settings.evaluateSetting("DATABASES");
  const databases = value && mappingOf(value);
  if (!databases) return [];
  return [...databases.entries].flatMap(([alias, entry]) => {
    const options = mappingOf(entry);
    return options
      ? [{ alias, options, engines: enginesOf(options), variable: variableOf(entry, value) }]
      : [];
  });
}

function enginesOf({ entries }: MappingValue): readonly string[] {
  const engines = textsOf(entries.get("ENGINE"));
  const servers = engines.filter((engine) => !isSqlite(engine));
  return servers.length > 0 ? servers : engines;
}

export function isSqlite(engine: string): boolean {
  return /sqlite|spatialite/.test(engine);
}

/** The texts among what a value may be. */
export function textsOf(value: StaticValue | undefined): readonly string[] {
  return value ? alternativesOf(value).filter((each) => typeof each === "string") : [];
}

/** All engines that a database may have speak to servers of this kind. */
export function isServer(
  { engines }: Database,
  kinds = /postgres|postgis|mysql|mariadb|oracle|cockroach|mssql/,
): boolean {
  return engines.length > 0 && engines.every((engine) => kinds.test(engine));
}

const postgres = /postgres|postgis|cockroach/;

/** An entry of a database: undefined where it is certainly not set, so that Django's default applies. */
export function databaseOption({ options, variable }: Database, name: string): StaticValue | undefined {
  const value = options.entries.get(name);
  if (value) return dependingOn(value, variable);
  return options.complete ? undefined : { kind: "unknown" };
}

/** An entry of the database's `OPTIONS`. */
export function driverOption(database: Database, name: string): StaticValue | undefined {
  const options = databaseOption(database, "OPTIONS");
  if (options === undefined) return undefined;
  const mapping = mappingOf(options);
  if (!mapping) return { kind: "unknown" };
  return mapping.entries.get(name) ?? (mapping.complete ? undefined : { kind: "unknown" });
}

/** Whether the address hints at a PgBouncer or another pooler in front of PostgreSQL. */
export function isBehindPooler(database: Database): boolean {
  const hosts = textsOf(databaseOption(database, "HOST"));
  const ports = databaseOption(database, "PORT");
  const port = ports ? alternativesOf(ports).map(String) : [];
  return (
    port.includes("6432") || hosts.some((host) => /pgbouncer|pooler|odyssey|pgcat|supavisor/i.test(host))
  );
}

/** Those of PostgreSQL that are reached through a pooler. */
export function pooledDatabases(production: ProductionSettings): readonly Database[] {
  return configuredDatabases(production).filter(
    (database) => isServer(database, postgres) && isBehindPooler(database),
  );
}

/** Nothing of it comes from the environment: another machine needs other settings. */
export function isWrittenOut({ options, variable }: Database): boolean {
  return (
    variable === undefined &&
    [...options.entries.values()].every(
      (value) => value.kind !== "unknown" && variableOf(value) === undefined,
    )
  );
}

/** What tells where a database is reached. */
export function addressOf(database: Database): readonly (StaticValue | undefined)[] {
  return [databaseOption(database, "HOST"), databaseOption(database, "PORT")];
}

/** The connections of the database come from a pool of Django's own. */
export function usesPool(database: Database): boolean {
  const pool = driverOption(database, "pool");
  return pool !== undefined && truthOf(pool) === true;
}

/** The connections of the database may come from a pool of Django's own. */
export function mayUsePool(database: Database): boolean {
  const pool = driverOption(database, "pool");
  return pool !== undefined && !(pool.kind === "known" && (pool.value === false || pool.value === null));
}

/** Where a database is written in `DATABASES`. */
export function databasePlace(production: ProductionSettings, alias: string): Location {
  const databases = production.settings.evaluateSetting("DATABASES");
  return entryPlace(production, "DATABASES", databases && mappingOf(databases), alias);
}
