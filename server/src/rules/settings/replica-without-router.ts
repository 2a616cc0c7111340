import { sequenceOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { configuredDatabases, databaseOption, databasePlace } from "./databases.ts";
import { productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const replicaWithoutRouter: FactRule = {
  kind: "facts",
  code: "QS811",
  name: "replica-without-router",
  summary: "A replica is configured, and nothing reads from it",
  level: "info",
  fix: "none",
  stage: 4,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    const routers = production.settings.evaluateSetting("DATABASE_ROUTERS");
    const hasRouter = routers !== undefined && sequenceOf(routers)?.elements.length !== 0;
    if (hasRouter || production.settings.mayBeUnset("DATABASES")) return [];
    return configuredDatabases(production)
      .filter(({ alias }) => /(^|_)(replica|slave|follower|readonly|read_only)(_|\d|$)/i.test(alias))
      .filter(({ alias }) => !isUsed(context, alias))
      .map((database) =>
        settingFinding(replicaWithoutRouter, production, {
          message: `The replica "${database.alias}" is configured, and no read goes there: DATABASE_ROUTERS is empty, and no code names it.`,
          help: "Write a router: reads go to the replica outside of transactions and not right after a write, writes, sessions and users to the primary; allow_relation answers True, allow_migrate is False for the replica.",
          location: databasePlace(production, database.alias),
          subject: database.alias,
          restsOn: [databaseOption(database, "ENGINE")],
        }),
      );
  },
};

/** `using("replica")`, `using="replica"`, `connections["replica"]`, in code beside the settings. */
function isUsed({ project: { program } }: RuleContext, alias: string): boolean {
  const named = new RegExp(`(using(\\(|\\s*=\\s*)|db_manager\\(|connections\\[)\\s*["']${alias}["']`);
  return program.modules.some(({ firstParty, file: { text } }) => firstParty && named.test(text));
}
