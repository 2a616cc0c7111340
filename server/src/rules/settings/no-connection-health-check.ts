import { alternativesOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import {
  configuredDatabases,
  type Database,
  databaseOption,
  isServer,
  isWrittenOut,
  mayUsePool,
} from "./databases.ts";
import { entryPlace, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { addEntriesFix, replaceEntryFix } from "./setting-fixes.ts";

export const noConnectionHealthCheck: FactRule = {
  kind: "facts",
  code: "QS802",
  name: "no-connection-health-check",
  summary: "Connections are kept, and used again without a look whether they still work",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    return configuredDatabases(production)
      .filter((database) => isServer(database) && keepsConnections(database) && !mayUsePool(database))
      .filter(isUnchecked)
      .map((database) => {
        const { alias, options } = database;
        const title = "Check connections before they are used again";
        const value = { type: "bool", value: true } as const;
        const isWritten = options.places?.has("CONN_HEALTH_CHECKS") === true;
        return settingFinding(noConnectionHealthCheck, production, {
          message: `Connections to the database "${alias}" are kept (CONN_MAX_AGE) without CONN_HEALTH_CHECKS: after a restart of the server the first request of each worker fails.`,
          help: "Set CONN_HEALTH_CHECKS to True: Django then asks once per request whether the connection works.",
          location: entryPlace(
            production,
            "DATABASES",
            options,
            isWritten ? "CONN_HEALTH_CHECKS" : "CONN_MAX_AGE",
          ),
          subject: alias,
          isOfMachine: isWrittenOut(database),
          restsOn: [databaseOption(database, "CONN_MAX_AGE"), databaseOption(database, "CONN_HEALTH_CHECKS")],
          fixes: isWritten
            ? replaceEntryFix(context, title, options, "CONN_HEALTH_CHECKS", value)
            : addEntriesFix(context, title, options, [["CONN_HEALTH_CHECKS", value]], ["DATABASES", alias]),
        });
      });
  },
};

function keepsConnections(database: Database): boolean {
  const age = databaseOption(database, "CONN_MAX_AGE");
  if (!age || age.kind === "unknown") return false;
  return alternativesOf(age).every((each) => each === null || (typeof each === "number" && each > 0));
}

function isUnchecked(database: Database): boolean {
  const checks = databaseOption(database, "CONN_HEALTH_CHECKS");
  if (checks === undefined) return true;
  return checks.kind !== "unknown" && alternativesOf(checks).every((each) => each === false);
}
