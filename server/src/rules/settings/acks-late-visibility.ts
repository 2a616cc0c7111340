import { mappingOf, type StaticValue, truthOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { queueSetting, queueSettingPlace, usesCelery } from "./celery.ts";
import { textsOf } from "./databases.ts";
import { type ProductionSettings, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const acksLateVisibility: FactRule = {
  kind: "facts",
  code: "QS865",
  name: "acks-late-visibility",
  summary: "A task that runs longer than Redis waits for it is run a second time",
  level: "warning",
  fix: "none",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    if (!production || !usesCelery(production)) return [];
    const broker = queueSetting(production, "broker_url");
    const urls = textsOf(broker);
    const late = queueSetting(production, "task_acks_late");
    const isRedis = urls.length > 0 && urls.every((url) => /^rediss?:/.test(url));
    if (!isRedis || late?.kind !== "known" || truthOf(late) !== true) return [];
    const limit = queueSetting(production, "task_time_limit");
    const seconds = limit === undefined ? undefined : numberOf(limit);
    const timeout = visibilityTimeout(production);
    if (timeout === undefined || seconds === undefined || seconds < timeout) return [];
    return [
      settingFinding(acksLateVisibility, production, {
        message: `Tasks may run for ${seconds} seconds and are acknowledged when they end, but after ${timeout} seconds Redis takes them for lost: another worker runs them again.`,
        help: 'Let tasks end earlier, or set CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 43200} above the longest of them.',
        location: queueSettingPlace(production, "CELERY_TASK_TIME_LIMIT", "CELERYD_TASK_TIME_LIMIT"),
        restsOn: [broker, late, limit],
      }),
    ];
  },
};

/** Seconds; the default of kombu is an hour. Undefined where it is not known. */
function visibilityTimeout(production: ProductionSettings): number | undefined {
  const options = queueSetting(production, "broker_transport_options");
  if (options === undefined) return 3600;
  const mapping = mappingOf(options);
  const given = mapping?.entries.get("visibility_timeout");
  if (given) return numberOf(given);
  return mapping?.complete ? 3600 : undefined;
}

function numberOf(value: StaticValue): number | undefined {
  return value.kind === "known" && typeof value.value === "number" ? value.value : undefined;
}
