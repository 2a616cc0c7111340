import { truthOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { addressOf, type Database, databaseOption, databasePlace, pooledDatabases } from "./databases.ts";
import { entryPlace, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { addEntriesFix, replaceEntryFix } from "./setting-fixes.ts";

export const pgbouncerServerSideCursors: FactRule = {
  kind: "facts",
  code: "QS804",
  name: "pgbouncer-server-side-cursors",
  summary: "Behind PgBouncer, iterator() needs cursors that other transactions do not see",
  level: "error",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    return pooledDatabases(production)
      .filter(usesCursors)
      .map((database) => {
        const { alias, options } = database;
        const value = { type: "bool", value: true } as const;
        const title = "Disable server-side cursors";
        const isWritten = options.places?.has("DISABLE_SERVER_SIDE_CURSORS") === true;
        return settingFinding(pgbouncerServerSideCursors, production, {
          message: `The database "${alias}" is reached through a pooler, and DISABLE_SERVER_SIDE_CURSORS is not set: where it pools transactions, iterator() fails with "cursor does not exist".`,
          help: "Set DISABLE_SERVER_SIDE_CURSORS to True, unless the pooler gives each client a session of its own.",
          location: isWritten
            ? entryPlace(production, "DATABASES", options, "DISABLE_SERVER_SIDE_CURSORS")
            : databasePlace(production, alias),
          subject: alias,
          level: usesIterator(context) ? "error" : "hint",
          restsOn: addressOf(database),
          fixes: isWritten
            ? replaceEntryFix(context, title, options, "DISABLE_SERVER_SIDE_CURSORS", value)
            : addEntriesFix(
                context,
                title,
                options,
                [["DISABLE_SERVER_SIDE_CURSORS", value]],
                ["DATABASES", alias],
              ),
        });
      });
  },
};

function usesCursors(database: Database): boolean {
  const disabled = databaseOption(database, "DISABLE_SERVER_SIDE_CURSORS");
  return disabled === undefined || truthOf(disabled) === false;
}

/** Some code of the project reads rows in pieces. */
function usesIterator({ project: { program } }: RuleContext): boolean {
  return program.modules.some(({ firstParty, file: { text } }) => firstParty && /\.a?iterator\(/.test(text));
}
