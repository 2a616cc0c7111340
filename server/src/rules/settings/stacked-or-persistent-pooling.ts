import { alternativesOf, truthOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { addressOf, type Database, databaseOption, driverOption, pooledDatabases } from "./databases.ts";
import { entryPlace, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { replaceEntryFix } from "./setting-fixes.ts";

export const stackedOrPersistentPooling: FactRule = {
  kind: "facts",
  code: "QS805",
  name: "stacked-or-persistent-pooling",
  summary: "Connections that Django keeps hold the slots of the PgBouncer in front of the database",
  level: "info",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    return pooledDatabases(production).flatMap((database) => {
      const { alias, options } = database;
      const isPooled = hasPool(database);
      if (!isPooled && !isKept(database)) return [];
      const value = { type: "int", value: 0, variable: "DB_CONN_MAX_AGE" } as const;
      return settingFinding(stackedOrPersistentPooling, production, {
        message: isPooled
          ? `The database "${alias}" is reached through a pooler, and has a pool of its own: idle connections of Django hold the pooler's slots for clients.`
          : `The database "${alias}" is reached through a pooler, and CONN_MAX_AGE keeps connections to it: idle ones hold the pooler's slots for clients.`,
        help: "Leave pooling to one of them: without a pool, and with CONN_MAX_AGE between 0 and 60 seconds, connecting to a pooler costs next to nothing.",
        location: entryPlace(production, "DATABASES", options, isPooled ? "OPTIONS" : "CONN_MAX_AGE"),
        subject: alias,
        restsOn: [...addressOf(database), databaseOption(database, "CONN_MAX_AGE")],
        fixes: isPooled
          ? []
          : replaceEntryFix(context, "Set CONN_MAX_AGE to 0", options, "CONN_MAX_AGE", value),
      });
    });
  },
};

function hasPool(database: Database): boolean {
  const pool = driverOption(database, "pool");
  return pool !== undefined && truthOf(pool) === true;
}

/** Longer than a minute, or for ever. */
function isKept(database: Database): boolean {
  const age = databaseOption(database, "CONN_MAX_AGE");
  if (!age || age.kind === "unknown") return false;
  return alternativesOf(age).every((each) => each === null || (typeof each === "number" && each > 60));
}
