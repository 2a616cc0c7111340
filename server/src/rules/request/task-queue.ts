/** Which task queue a project uses, and how a task of it is written and started. */
import { AnswersOf } from "../../base/answers-of.ts";
import { remembered } from "../../base/remembered.ts";
import { configuresCelery } from "../../django/project-settings.ts";
import { alternativesOf, mappingOf } from "../../django/static-value.ts";
import { atLeast } from "../../django/version.ts";
import { mayUse } from "../../django/versions.ts";
import type { WantedImport } from "../../edits/import-block.ts";
import type { Module } from "../../python/symbols.ts";
import { mentions } from "../../syntax/mentions.ts";
import type { RuleContext } from "../rule-context.ts";

export interface TaskQueue {
  /** How people call it. */
  readonly label: string;
  readonly decorator: WantedImport;
  /** The task's method that starts it at once. */
  readonly start: string;
  /** The task's method that starts it after the transaction. */
  readonly startOnCommit: string | undefined;
}

const queues = new AnswersOf<RuleContext, { readonly queue: TaskQueue | undefined }>();

export function taskQueueOf(context: RuleContext): TaskQueue | undefined {
  return remembered(queues, context, () => ({ queue: findTaskQueue(context) })).queue;
}

function findTaskQueue(context: RuleContext): TaskQueue | undefined {
  const { project } = context;
  if (configuresCelery(project.settings) || project.program.modules.some(importsCelery)) {
    return {
      label: "Celery",
      decorator: { module: "celery", name: "shared_task" },
      start: "delay",
      startOnCommit: hasDelayOnCommit(context) ? "delay_on_commit" : undefined,
    };
  }
  return mayUse("tasks", project.django) && hasTaskBackend(context)
    ? {
        label: "Django",
        decorator: { module: "django.tasks", name: "task" },
        start: "enqueue",
        startOnCommit: undefined,
      }
    : undefined;
}

function importsCelery({ file: { tree } }: Module): boolean {
  return tree.body.some(
    (statement) =>
      (statement.kind === "ImportFrom" &&
        statement.level === 0 &&
        /^celery(?:\.|$)/.test(statement.module)) ||
      (statement.kind === "Import" && statement.names.some(({ name }) => /^celery(?:\.|$)/.test(name))),
  );
}

/** From Celery 5.4 on, tasks of a Django project have the method, unless the application has a task class of its own. */
function hasDelayOnCommit({ project: { libraries, program } }: RuleContext): boolean {
  const version = libraries.get("celery");
  return (
    version !== undefined &&
    atLeast(version, 5, 4) &&
    !program.modules.some(({ firstParty, file }) => firstParty && mentions(file, "task_cls"))
  );
}

/** `TASKS` names a backend that runs tasks somewhere else. */
function hasTaskBackend({ project: { settings } }: RuleContext): boolean {
  const tasks = settings.evaluateSetting("TASKS");
  const backends = tasks && mappingOf(tasks);
  const fallback = backends?.entries.get("default");
  const backend = fallback && mappingOf(fallback)?.entries.get("BACKEND");
  const names = backend ? alternativesOf(backend).filter((name) => typeof name === "string") : [];
  return names.some((name) => !/\.(?:ImmediateBackend|DummyBackend)$/.test(name));
}
