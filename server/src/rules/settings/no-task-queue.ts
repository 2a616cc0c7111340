import { placesInRequests, type RequestPlace } from "../request/blocking-places.ts";
import { queueingBackend } from "../request/email-backends.ts";
import { taskQueueOf } from "../request/task-queue.ts";
import type { FactRule } from "../rule.ts";
import { importOf } from "./mentions.ts";
import { productionSettings, settingPlace } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const noTaskQueue: FactRule = {
  kind: "facts",
  code: "QS860",
  name: "no-task-queue",
  summary: "Requests wait for work that a task queue could do, and there is none",
  level: "info",
  fix: "none",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production || taskQueueOf(context) || importOf(context.project, otherQueues)) return [];
    if (context.deployment.processes.some(({ kind }) => /worker$/i.test(kind))) return [];
    const mailIsQueued = queueingBackend({ ...context, project: production.project }) !== undefined;
    const places = placesInRequests(context, "email", "document", "parsing", "image", "archive").filter(
      ({ requests: [{ operation }] }) => operation !== "email" || !mailIsQueued,
    );
    const [first] = places;
    if (!first) return [];
    return [
      settingFinding(noTaskQueue, production, {
        message: `${places.length === 1 ? "A place in the code makes" : `${places.length} places in the code make`} requests wait for ${workOf(places)}, and the project has no task queue.`,
        help: "Add Celery with Redis as its broker, or a backend of django.tasks, and start such work when the transaction has been committed.",
        location: settingPlace(production, "INSTALLED_APPS"),
        // A queue of the project's own making is not recognised.
        confidence: places.length > 1 && places.some(canAnswerBefore) ? "medium" : "low",
        evidence: places.slice(0, shown).map(({ location, requests: [{ function: name }] }) => ({
          message: `The response waits for ${name}()`,
          location,
        })),
      }),
    ];
  },
};

const shown = 5;

/** An image or an archive that a request makes is often the answer itself. */
function canAnswerBefore({ requests: [{ operation }] }: RequestPlace): boolean {
  return operation !== "image" && operation !== "archive";
}

const otherQueues =
  /celery|django_rq|rq|huey|dramatiq|django_dramatiq|django_q|procrastinate|django_tasks|django_tasks_db|background_task|taskiq|arq/;

function workOf(places: readonly RequestPlace[]): string {
  const kinds = new Set(places.map(({ requests: [{ operation }] }) => operation));
  const named = [
    ...(kinds.has("email") ? ["e-mails"] : []),
    ...(["document", "parsing", "image", "archive"].some((kind) => [...kinds].some((each) => each === kind))
      ? ["documents and files that are made or read"]
      : []),
  ];
  return named.join(" and ");
}
