import { alternativesOf, truthOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { configuredDatabases, databaseOption, driverOption } from "./databases.ts";
import { entryPlace, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { replaceEntryFix } from "./setting-fixes.ts";

export const poolConflictsWithConnMaxAge: FactRule = {
  kind: "facts",
  code: "QS803",
  name: "pool-conflicts-with-conn-max-age",
  summary: "A pool of connections and CONN_MAX_AGE exclude each other: Django raises",
  level: "error",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    return configuredDatabases(production).flatMap((database) => {
      const { alias, options } = database;
      const pool = driverOption(database, "pool");
      const age = databaseOption(database, "CONN_MAX_AGE");
      if (pool?.kind !== "known" || truthOf(pool) !== true || !age || age.kind === "unknown") return [];
      if (alternativesOf(age).some((each) => each === 0)) return [];
      return settingFinding(poolConflictsWithConnMaxAge, production, {
        message: `The database "${alias}" has a pool and a CONN_MAX_AGE other than 0: the first query raises ImproperlyConfigured.`,
        help: "The pool keeps the connections: set CONN_MAX_AGE to 0.",
        location: entryPlace(production, "DATABASES", options, "CONN_MAX_AGE"),
        subject: alias,
        confidence: "certain",
        restsOn: [pool, age],
        fixes: replaceEntryFix(context, "Set CONN_MAX_AGE to 0", options, "CONN_MAX_AGE", {
          type: "int",
          value: 0,
        }),
      });
    });
  },
};
