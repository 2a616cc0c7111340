import type { Version } from "../../django/version.ts";
import type { FactRule } from "../rule.ts";
import { queueSetting, queueSettingPlace, usesCelery } from "./celery.ts";
import { productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { setSettingFix } from "./setting-fixes.ts";

export const brokerRetryOnStartup: FactRule = {
  kind: "facts",
  code: "QS872",
  name: "broker-retry-on-startup",
  summary: "A worker that starts before its broker ends instead of waiting",
  level: "hint",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    const version = context.project.libraries.get("celery");
    if (!production || !usesCelery(production) || !version || !isSince(version)) return [];
    if (queueSetting(production, "broker_connection_retry_on_startup") !== undefined) return [];
    const isInDjango = production.settings.names().some((name) => name.startsWith("CELERY_"));
    return [
      settingFinding(brokerRetryOnStartup, production, {
        message:
          "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP is not set: Celery warns at each start, and a later version will not wait for a broker that is not there yet.",
        help: "Set it to True.",
        location: queueSettingPlace(
          production,
          "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP",
          "CELERY_BROKER_URL",
        ),
        fixes: isInDjango
          ? setSettingFix(
              context,
              "Wait for the broker at the start",
              production,
              "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP",
              { type: "bool", value: true },
              /^CELERY_/,
            )
          : [],
      }),
    ];
  },
};

/** The setting came with Celery 5.3. */
function isSince({ major, minor }: Version): boolean {
  return major > 5 || (major === 5 && minor >= 3);
}
