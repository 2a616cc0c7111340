import { stringsOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { textsOf } from "./databases.ts";
import { type ProductionSettings, productionSettings, settingPlace } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const sessionsNeverCleared: FactRule = {
  kind: "facts",
  code: "QS834",
  name: "sessions-never-cleared",
  summary: "Nothing deletes the sessions that have expired",
  level: "info",
  fix: "none",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production || !keepsSessions(production) || isCleared(context)) return [];
    const engine = production.settings.evaluateSetting("SESSION_ENGINE");
    return [
      settingFinding(sessionsNeverCleared, production, {
        message:
          "Sessions are stored, and nothing in the project deletes those that have expired: their table grows with every visitor.",
        help: "Run manage.py clearsessions once a day, by cron or as a task of the schedule.",
        location: settingPlace(production, "SESSION_ENGINE"),
        restsOn: [engine],
        // It may be done by what is not in the repository.
        confidence: "medium",
      }),
    ];
  },
};

function keepsSessions({ settings }: ProductionSettings): boolean {
  const middleware = settings.evaluateSetting("MIDDLEWARE");
  if (!middleware || !stringsOf(middleware).some((name) => name.endsWith(".SessionMiddleware"))) return false;
  const engine = settings.evaluateSetting("SESSION_ENGINE");
  if (engine === undefined) return true;
  const names = textsOf(engine);
  return names.length > 0 && names.every((name) => /sessions\.backends\.(db|cached_db|file)$/.test(name));
}

/** Whatever calls it: a task, a command of the project, a process of the deployment. */
function isCleared({ project: { program }, deployment }: RuleContext): boolean {
  if (
    deployment.processes.some((each) => each.kind === "managementCommand" && each.command === "clearsessions")
  )
    return true;
  return program.modules.some(
    ({ firstParty, file }) =>
      firstParty && /clear_?sessions|clear_expired|Session\b.*delete\(/i.test(file.text),
  );
}
