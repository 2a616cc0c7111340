import type { FactRule } from "../rule.ts";
import { productionSettings, settingPlace } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { nameIsRead } from "./setting-reads.ts";

export const misplacedDatabaseOption: FactRule = {
  kind: "facts",
  code: "QS809",
  name: "misplaced-database-option",
  summary: "A setting stands outside of DATABASES, where Django does not read it",
  level: "error",
  fix: "none",
  stage: 1,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    return options
      .filter((name) => production.settings.place(name) && !nameIsRead(context, name))
      .map((name) =>
        settingFinding(misplacedDatabaseOption, production, {
          message: `${name} has no effect as a setting of its own: Django reads it from each database in DATABASES.`,
          help: `Move it into DATABASES["default"].`,
          location: settingPlace(production, name),
          subject: name,
        }),
      );
  },
};

const options = [
  "ATOMIC_REQUESTS",
  "AUTOCOMMIT",
  "CONN_HEALTH_CHECKS",
  "CONN_MAX_AGE",
  "DISABLE_SERVER_SIDE_CURSORS",
];
