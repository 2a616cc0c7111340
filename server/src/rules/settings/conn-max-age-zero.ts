import { alternativesOf } from "../../django/static-value.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import {
  configuredDatabases,
  type Database,
  databaseOption,
  databasePlace,
  isBehindPooler,
  isServer,
  isWrittenOut,
  mayUsePool,
} from "./databases.ts";
import { greenProcesses } from "./green-processes.ts";
import { entryPlace, type ProductionSettings, productionSettings } from "./production-settings.ts";
import { mayRunAsgi } from "./server.ts";
import { settingFinding } from "./setting-finding.ts";
import { addEntriesFix, type NewEntry, replaceEntryFix } from "./setting-fixes.ts";

export const connMaxAgeZero: FactRule = {
  kind: "facts",
  code: "QS801",
  name: "conn-max-age-zero",
  summary: "The settings make every request open a connection of its own to the database",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production || mayRunAsgi(context, production)) return [];
    // Each green thread has connections of its own, and ends with its request: they would only pile up.
    if (greenProcesses(context).some(({ process }) => process.kind === "web")) return [];
    return configuredDatabases(production)
      .filter((database) => isServer(database, /postgres|postgis|mysql|mariadb/))
      .filter((database) => opensEachTime(database) && !mayUsePool(database) && !isBehindPooler(database))
      .map((database): Finding => {
        const { alias, options } = database;
        const age = options.places?.has("CONN_MAX_AGE") ? "CONN_MAX_AGE" : undefined;
        return settingFinding(connMaxAgeZero, production, {
          message: `Every request opens a new connection to the database "${alias}": CONN_MAX_AGE is ${age ? "" : "not set, which means "}0.`,
          help: "Keep connections for a minute, and let Django check them before it uses them.",
          location: placeOf(production, database),
          subject: alias,
          isOfMachine: isWrittenOut(database),
          restsOn: [databaseOption(database, "ENGINE"), databaseOption(database, "CONN_MAX_AGE")],
          fixes: fixOf(context, database, age !== undefined),
        });
      });
  },
};

function placeOf(production: ProductionSettings, { alias, options }: Database) {
  if (options.places?.has("CONN_MAX_AGE"))
    return entryPlace(production, "DATABASES", options, "CONN_MAX_AGE");
  return databasePlace(production, alias);
}

function opensEachTime(database: Database): boolean {
  const age = databaseOption(database, "CONN_MAX_AGE");
  if (age === undefined) return true;
  return age.kind !== "unknown" && alternativesOf(age).every((each) => each === 0);
}

function fixOf(context: RuleContext, { alias, options }: Database, isWritten: boolean) {
  const age = { type: "int", value: 60, variable: "DB_CONN_MAX_AGE" } as const;
  const title = "Keep connections for 60 seconds";
  if (isWritten) return replaceEntryFix(context, title, options, "CONN_MAX_AGE", age);
  const checks: readonly NewEntry[] = options.places?.has("CONN_HEALTH_CHECKS")
    ? []
    : [["CONN_HEALTH_CHECKS", { type: "bool", value: true }]];
  return addEntriesFix(context, title, options, [["CONN_MAX_AGE", age], ...checks], ["DATABASES", alias]);
}
