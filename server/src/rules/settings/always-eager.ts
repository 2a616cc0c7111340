import { type StaticValue, truthOf, variableOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { queueSetting, queueSettingPlace, usesCelery } from "./celery.ts";
import { type ProductionSettings, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { setSettingFix } from "./setting-fixes.ts";

export const alwaysEager: FactRule = {
  kind: "facts",
  code: "QS869",
  name: "always-eager",
  summary: "Tasks run in the process that starts them: the request waits for its own tasks",
  level: "error",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production || !usesCelery(production)) return [];
    const value = queueSetting(production, "task_always_eager");
    if (value?.kind !== "known" || truthOf(value) !== true || needsNoBroker(production, value)) return [];
    const name = ["CELERY_TASK_ALWAYS_EAGER", "CELERY_ALWAYS_EAGER"].find((each) =>
      production.settings.place(each),
    );
    if (name === undefined || production.settings.mayBeUnset(name)) return [];
    return [
      settingFinding(alwaysEager, production, {
        message: `${name} makes Celery run each task where it is started: requests wait for their tasks, and workers have nothing to do.`,
        help: "Leave it to the settings of tests and development.",
        location: queueSettingPlace(production, name),
        isOfMachine: true,
        restsOn: [value],
        fixes:
          value.variable === undefined
            ? setSettingFix(context, "Let workers run tasks", production, name, {
                type: "bool",
                value: false,
                variable: name,
              })
            : [],
      }),
    ];
  },
};

/** The variable that names the broker decides: without one, there is nothing else to run tasks. */
function needsNoBroker(production: ProductionSettings, value: StaticValue): boolean {
  const broker = queueSetting(production, "broker_url");
  return broker !== undefined && variableOf(value) !== undefined && variableOf(value) === variableOf(broker);
}
