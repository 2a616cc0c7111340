import { alternativesOf, sequenceOf, stringsOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { queueSetting, queueSettingPlace, usesCelery } from "./celery.ts";
import { productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const pickleSerializer: FactRule = {
  kind: "facts",
  code: "QS873",
  name: "pickle-serializer",
  summary: "Tasks or their results are pickled: who can write to the broker runs code in workers",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production || !usesCelery(production)) return [];
    const found = settings.flatMap((name) => {
      const value = queueSetting(production, name);
      if (!value || value.kind === "unknown") return [];
      const texts = sequenceOf(value) ? stringsOf(value) : alternativesOf(value);
      return texts.includes("pickle") || texts.includes("application/x-python-serialize")
        ? [{ name, value }]
        : [];
    });
    const [first] = found;
    if (!first) return [];
    const names = found.map(({ name }) => `CELERY_${name.toUpperCase()}`);
    return [
      settingFinding(pickleSerializer, production, {
        message: `${names.join(", ")} ${names.length === 1 ? "allows" : "allow"} pickle: whoever can write to the broker runs code in the workers, and a task keeps whole objects that are stale when it runs.`,
        help: "Use json, and pass primary keys.",
        location: queueSettingPlace(production, ...names),
        restsOn: [first.value],
      }),
    ];
  },
};

const settings = ["task_serializer", "result_serializer", "accept_content"];
