import { alternativesOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { addressOf, type Database, driverOption, pooledDatabases } from "./databases.ts";
import { entryPlace, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const preparedStatementsBehindPgbouncer: FactRule = {
  kind: "facts",
  code: "QS806",
  name: "prepared-statements-behind-pgbouncer",
  summary: "Prepared statements belong to a connection that PgBouncer gives to others",
  level: "warning",
  fix: "none",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    return pooledDatabases(production)
      .filter(prepares)
      .map((database) =>
        settingFinding(preparedStatementsBehindPgbouncer, production, {
          message: `The database "${database.alias}" is reached through a pooler, and prepare_threshold makes psycopg prepare statements: on another connection they don't exist.`,
          help: "Leave prepare_threshold out: Django then prepares nothing. PgBouncer 1.21 with max_prepared_statements follows prepared statements itself.",
          location: entryPlace(production, "DATABASES", database.options, "OPTIONS"),
          subject: database.alias,
          confidence: "medium",
          restsOn: addressOf(database),
        }),
      );
  },
};

function prepares(database: Database): boolean {
  const threshold = driverOption(database, "prepare_threshold");
  if (!threshold || threshold.kind === "unknown") return false;
  return alternativesOf(threshold).every((each) => typeof each === "number");
}
