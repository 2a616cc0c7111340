import { truthOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { type ProductionSettings, productionSettings, settingPlace } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { setSettingFix } from "./setting-fixes.ts";

export const sessionSaveEveryRequest: FactRule = {
  kind: "facts",
  code: "QS832",
  name: "session-save-every-request",
  summary: "Every request writes its session",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    const value = production?.settings.evaluateSetting("SESSION_SAVE_EVERY_REQUEST");
    if (!production || value?.kind !== "known" || truthOf(value) !== true) return [];
    return [
      settingFinding(sessionSaveEveryRequest, production, {
        message:
          "SESSION_SAVE_EVERY_REQUEST writes the session with every request, changed or not, and sends its cookie each time.",
        help: "Let Django write sessions that have changed. For sessions that last as long as they are used, refresh those of which less than half is left.",
        location: settingPlace(production, "SESSION_SAVE_EVERY_REQUEST"),
        restsOn: [value],
        fixes: isAgeChosen(production)
          ? []
          : setSettingFix(
              context,
              "Write only sessions that have changed",
              production,
              "SESSION_SAVE_EVERY_REQUEST",
              { type: "bool", value: false },
            ),
      }),
    ];
  },
};

/** Users are to be logged out so long after the last request: without the setting, they were so long after the login. */
function isAgeChosen({ settings }: ProductionSettings): boolean {
  return settings.evaluateSetting("SESSION_COOKIE_AGE") !== undefined;
}
