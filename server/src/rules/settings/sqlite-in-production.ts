import { variableOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import {
  configuredDatabases,
  type Database,
  databaseOption,
  databasePlace,
  isSqlite,
  textsOf,
} from "./databases.ts";
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
          confidence:
            isDefault(database) || isOneOfSeveral(database) || isOfOnePerson(database) ? "low" : "high",
          isOfMachine: true,
          restsOn: [databaseOption(database, "ENGINE")],
        }),
      );
  },
};

/** Where a variable decides, SQLite is what developers have who set none. */
function isDefault(database: Database): boolean {
  const engine = databaseOption(database, "ENGINE");
  return engine !== undefined && variableOf(engine) !== undefined;
}

/** A file in the home folder of whoever starts it. */
function isOfOnePerson({ options }: Database): boolean {
  return textsOf(options.entries.get("NAME")).some((name) => name.startsWith("~/"));
}

const server = /#.*["']django\.(contrib\.gis\.)?db\.backends\.(postg|mysql|oracle)/;

/**
 * A form that whoever installs the product fills in: it has entries that SQLite has no use for, or other engines in
 * comments.
 */
function isOneOfSeveral({ options }: Database): boolean {
  const namesServer = ["USER", "PASSWORD", "HOST"].some((name) =>
    textsOf(options.entries.get(name)).some((text) => text !== ""),
  );
  const { literal } = options;
  return (
    namesServer ||
    (literal !== undefined &&
      server.test(literal.module.file.text.slice(literal.node.start, literal.node.end)))
  );
}
