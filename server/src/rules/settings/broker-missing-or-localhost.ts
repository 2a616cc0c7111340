import { applicationsOf } from "../../django/celery-applications.ts";
import type { FactRule } from "../rule.ts";
import { queueSetting, queueSettingPlace, usesCelery } from "./celery.ts";
import { textsOf } from "./databases.ts";
import { type ProductionSettings, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const brokerMissingOrLocalhost: FactRule = {
  kind: "facts",
  code: "QS861",
  name: "broker-missing-or-localhost",
  summary: "Celery has no broker, or one that loses tasks",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production || !usesCelery(production) || isGivenToApplication(production)) return [];
    const value = queueSetting(production, "broker_url");
    const problem = value === undefined ? unset : problemOf(textsOf(value));
    if (problem === undefined) return [];
    return [
      settingFinding(brokerMissingOrLocalhost, production, {
        message: problem,
        help: 'Name the broker: CELERY_BROKER_URL = "redis://…:6379/1", from the environment.',
        location: queueSettingPlace(production, "CELERY_BROKER_URL", "BROKER_URL"),
        restsOn: [value],
      }),
    ];
  },
};

const unset = "Nothing names the broker of Celery: it looks for RabbitMQ on the machine itself, as guest.";

function problemOf(urls: readonly string[]): string | undefined {
  if (urls.length === 0) return undefined;
  if (urls.every((url) => url.startsWith("memory://"))) {
    return "The broker of Celery is the memory of the process that starts tasks: no worker ever sees them.";
  }
  if (urls.every((url) => /^(sqla|sqlalchemy|filesystem|django)(\+\w+)?:/.test(url))) {
    return "The broker of Celery is made for trying it out: each worker asks it again and again, and two may get one task.";
  }
  return undefined;
}

/** `Celery("shop", broker=…)`, or a variable of the environment that Celery reads itself. */
function isGivenToApplication({ project: { program } }: ProductionSettings): boolean {
  return applicationsOf(program).some(
    ({ node }) =>
      node.arguments.length > 2 ||
      node.keywords.some(({ name }) => !name || name.name === "broker" || name.name === "config_source"),
  );
}
