import { alternativesOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { queueSetting, queueSettingPlace, usesCelery } from "./celery.ts";
import { textsOf } from "./databases.ts";
import { productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { setSettingFix } from "./setting-fixes.ts";

export const resultExpiry: FactRule = {
  kind: "facts",
  code: "QS878",
  name: "result-expiry",
  summary: "Results of tasks are kept for ever",
  level: "info",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    if (!production || !usesCelery(production)) return [];
    const value = queueSetting(production, "result_expires");
    if (!value || value.kind === "unknown") return [];
    // A backend of the project's own keeps what it is meant to keep.
    if (textsOf(queueSetting(production, "result_backend")).some((name) => /^[\w.]+\.[A-Z]\w*$/.test(name)))
      return [];
    if (!alternativesOf(value).every((each) => each === null || each === 0)) return [];
    const name = "CELERY_RESULT_EXPIRES";
    return [
      settingFinding(resultExpiry, production, {
        message:
          "Results of tasks never expire: each task leaves one behind, until the memory of Redis or the table is full.",
        help: "Leave CELERY_RESULT_EXPIRES out: results then live for a day.",
        location: queueSettingPlace(production, name, "CELERY_TASK_RESULT_EXPIRES"),
        restsOn: [value],
        fixes: production.settings.place(name)
          ? setSettingFix(context, "Keep results for a day", production, name, {
              type: "code",
              code: "86400",
            })
          : [],
      }),
    ];
  },
};
