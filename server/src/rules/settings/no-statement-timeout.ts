import type { FactRule } from "../rule.ts";
import {
  configuredDatabases,
  type Database,
  databaseOption,
  databasePlace,
  driverOption,
  isBehindPooler,
  isServer,
  isWrittenOut,
  textsOf,
} from "./databases.ts";
import { productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { nameIsRead } from "./setting-reads.ts";

export const noStatementTimeout: FactRule = {
  kind: "facts",
  code: "QS808",
  name: "no-statement-timeout",
  summary: "No statement to PostgreSQL has a limit of time",
  level: "info",
  fix: "none",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    return configuredDatabases(production)
      .filter((database) => database.alias === "default" && isServer(database, /postgres|postgis/))
      .filter((database) => isUnlimited(database) && !nameIsRead(context, "statement_timeout"))
      .map((database) =>
        settingFinding(noStatementTimeout, production, {
          message: `No statement_timeout for the database "${database.alias}": a runaway query holds a worker and its locks without limit.`,
          help: isBehindPooler(database)
            ? "Behind a pooler, set it for the role: ALTER ROLE … SET statement_timeout = '30s'."
            : 'Give OPTIONS an entry "options": "-c statement_timeout=30000 -c lock_timeout=5000", or set it for the role with ALTER ROLE.',
          location: databasePlace(production, database.alias),
          subject: database.alias,
          confidence: "medium",
          isOfMachine: isWrittenOut(database),
          restsOn: [databaseOption(database, "ENGINE")],
        }),
      );
  },
};

function isUnlimited(database: Database): boolean {
  const options = driverOption(database, "options");
  if (options === undefined) return true;
  if (options.kind === "unknown") return false;
  const texts = textsOf(options);
  return texts.length > 0 && !texts.some((text) => text.includes("statement_timeout"));
}
