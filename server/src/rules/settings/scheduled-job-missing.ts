import type { Field, Model } from "../../django/model-graph.ts";
import { tasksOf } from "../../django/tasks.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { queueSetting, usesCelery } from "./celery.ts";
import { productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const scheduledJobMissing: FactRule = {
  kind: "facts",
  code: "QS879",
  name: "scheduled-job-missing",
  summary: "Rows expire, and no job looks after those that have",
  level: "hint",
  fix: "none",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production || !usesCelery(production)) return [];
    // A schedule in the database can name anything.
    const schedulers = queueSetting(production, "beat_scheduler");
    if (schedulers !== undefined) return [];
    const jobs = textOfJobs(context);
    return [...context.project.models.models.values()].flatMap((model) => {
      const field = expiryOf(model);
      const location = field && model.location;
      if (!field || !location || new RegExp(`\\b${model.name}\\b`).test(jobs)) return [];
      return settingFinding(scheduledJobMissing, production, {
        message: `Rows of ${model.name} expire (${field.name}), and neither a task nor a command of the project names the model: what has expired stays as it is.`,
        help: "Schedule a task that deletes them or ends what they stand for, in steps of a few thousand rows.",
        location,
        subject: model.label,
        confidence: "low",
      });
    });
  },
};

const temporary = /Trial|Subscription|Session|Token|Invitation|Invite|Coupon|Voucher|Reservation|Otp|Lease/;

const ending =
  /^(?:expir(?:y|es|ed|ation)(?:_(?:at|on|date|time))?|(?:trial|subscription)_ends?(?:_(?:at|on))?|valid_(?:until|to)|ends_(?:at|on))$/;

function expiryOf({ name, fields, symbol, abstract, managed }: Model): Field | undefined {
  if (abstract || !managed || symbol?.module.firstParty !== true || !temporary.test(name)) return undefined;
  return [...fields.values()].find(
    (field) => /^Date(?:Time)?Field$/.test(field.baseClassName) && ending.test(field.name),
  );
}

/** The code of tasks and commands, with the modules around them. */
function textOfJobs({ project: { program } }: RuleContext): string {
  const ofTasks = tasksOf(program).map(({ task }) => task.module);
  const ofCommands = program.modules.filter(
    ({ firstParty, name }) => firstParty && /\.management\.commands\.|(^|\.)cron(jobs?)?(\.|$)/.test(name),
  );
  return [...new Set([...ofTasks, ...ofCommands])].map(({ file }) => file.text).join("\n");
}
