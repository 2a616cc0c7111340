import { variableOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { configuredDatabases, type Database, databaseOption, databasePlace, isSqlite } from "./databases.ts";
import { entryPlace, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const sqliteInProduction: FactRule = {
  kind: "facts",
  code: "QS814",
  name: "sqlite-in-production",
  summary: "The settings of production use SQLite",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    return configuredDatabases(production)
      .filter(({ alias, engines }) => alias === "default" && engines.length > 0 && engines.every(isSqlite))
      .map((database) =>
        settingFinding(sqliteInProduction, production, {
          message: `The database "${database.alias}" is SQLite: one write at a time, on one machine.`,
          help: "Use PostgreSQL, named by a variable of the environment, and keep SQLite for development and tests.",
          location: database.options.places?.has("ENGINE")
            ? entryPlace(production, "DATABASES", database.options, "ENGINE")
            : databasePlace(production, database.alias),
          subject: database.alias,
          // Where a variable decides, SQLite is what developers have who set none.
          confidence: isDefault(database) ? "low" : "high",
          isOfMachine: true,
          restsOn: [databaseOption(database, "ENGINE")],
        }),
      );
  },
};

function isDefault(database: Database): boolean {
  const engine = databaseOption(database, "ENGINE");
  return engine !== undefined && variableOf(engine) !== undefined;
}
