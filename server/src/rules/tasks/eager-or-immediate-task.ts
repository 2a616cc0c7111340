import type { Location } from "../../base/text-range.ts";
import { celerySetting } from "../../django/celery-settings.ts";
import { alternativesOf, mappingOf, truthOf } from "../../django/static-value.ts";
import { mayUse } from "../../django/versions.ts";
import type { TaskStart } from "../../interpret/facts.ts";
import type { Finding } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { productionSettings } from "../settings/production-settings.ts";
import { settingLocation } from "./setting-location.ts";
import { isStart, nameOfStart, startsByPlace } from "./task-starts.ts";

export const eagerOrImmediateTask: FactRule = {
  kind: "facts",
  code: "QS920",
  name: "eager-or-immediate-task",
  summary: "The settings make tasks run where they are started, so that the request waits for them",
  level: "hint",
  fix: "none",
  stage: 2,
  run(context) {
    // Settings of tests are right to run tasks at once.
    if (!productionSettings(context)) return [];
    const celery = eagerCelery(context);
    const django = immediateTasks(context);
    if (!celery && !django) return [];
    return startsByPlace(context).flatMap((starts) => {
      const start = starts.find(({ root }) => root.context === "request" || root.context === "admin");
      const cause = start?.declaration.library === "celery" ? celery : django;
      return start && cause && isStart(start) ? [findingOf(start, cause)] : [];
    });
  },
};

interface Cause {
  /** `CELERY_TASK_ALWAYS_EAGER runs tasks where they are started` */
  readonly message: string;
  readonly help: string;
  readonly location: Location | undefined;
}

/** Settings with which one debugs may well run tasks at once. */
function isForDebugging({ project: { settings } }: RuleContext): boolean {
  const value = settings.evaluateSetting("DEBUG");
  return value !== undefined && truthOf(value) !== false;
}

const celeryNames = ["CELERY_TASK_ALWAYS_EAGER", "CELERY_ALWAYS_EAGER"];

function eagerCelery(context: RuleContext): Cause | undefined {
  const { settings } = context.project;
  const value = celerySetting(context.project, "task_always_eager");
  if (value?.kind !== "known" || truthOf(value) !== true || isForDebugging(context)) return undefined;
  // Set where the environment names no broker.
  if (celeryNames.some((name) => settings.place(name) && settings.mayBeUnset(name))) return undefined;
  return {
    message: "task_always_eager makes Celery run tasks where they are started",
    help: "Set CELERY_TASK_ALWAYS_EAGER in the settings of tests and development only.",
    location: settingLocation(context, celeryNames),
  };
}

const immediate = /\.(ImmediateBackend|DummyBackend)$/;

function immediateTasks(context: RuleContext): Cause | undefined {
  const { settings, django } = context.project;
  if (!settings.module || !mayUse("tasks", django) || isForDebugging(context)) return undefined;
  const tasks = settings.evaluateSetting("TASKS");
  const location = settingLocation(context, ["TASKS"]);
  const help = "Name a backend in TASKS that hands tasks to a worker.";
  if (tasks === undefined) {
    return { message: "without TASKS, Django runs tasks where they are started", help, location };
  }
  const fallback = mappingOf(tasks)?.entries.get("default");
  const backend = fallback && mappingOf(fallback)?.entries.get("BACKEND");
  const [name, ...others] = backend ? alternativesOf(backend) : [];
  const found = others.length === 0 && typeof name === "string" ? immediate.exec(name)?.[1] : undefined;
  if (found === undefined) return undefined;
  const does = found === "DummyBackend" ? "never runs it" : "runs it where it is started";
  return { message: `the ${found} of TASKS ${does}`, help, location };
}

function findingOf(start: TaskStart, { message, help, location: setting }: Cause): Finding {
  const { location, symbol } = start;
  return {
    ...findingBase(eagerOrImmediateTask),
    remedy: "blocking-call",
    confidence: "high",
    message: `"${nameOfStart(start)}" hands the task to no worker: ${message}.`,
    help,
    location,
    symbol,
    model: undefined,
    origin: location,
    evidence: [
      ...(setting ? [{ message: "The setting", location: setting }] : []),
      { message: "The task is started here", location },
    ],
  };
}
