import { alternativesOf } from "../../django/static-value.ts";
import type { TaskStart } from "../../interpret/facts.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { callsOfLibrary } from "../tasks/library-calls.ts";
import { isSignature } from "../tasks/task-starts.ts";
import { queueSetting, queueSettingPlace, usesCelery } from "./celery.ts";
import { importOf } from "./mentions.ts";
import { type ProductionSettings, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { setSettingFix } from "./setting-fixes.ts";

export const resultBackend: FactRule = {
  kind: "facts",
  code: "QS862",
  name: "result-backend",
  summary: "Results of tasks are waited for and stored nowhere, or stored and never read",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production || !usesCelery(production)) return [];
    const backend = queueSetting(production, "result_backend");
    if (backend?.kind === "unknown") return [];
    const names = backend ? alternativesOf(backend) : [];
    if (names.every((name) => name === null || name === "" || name === "disabled" || name === "disabled://"))
      return withoutBackend(context, production);
    return names.every((name) => typeof name === "string" && forReaders.test(name))
      ? unread(context, production)
      : [];
  },
};

/** Redis, memcached, RPC: a table of results serves people, too. */
const forReaders = /^(?:rediss?|sentinel|cache|memcached|memory|django-cache|rpc)\b/;

const place = (production: ProductionSettings) =>
  queueSettingPlace(production, "CELERY_RESULT_BACKEND", "CELERY_BROKER_URL", "BROKER_URL");

function withoutBackend(context: RuleContext, production: ProductionSettings): readonly Finding[] {
  const [wait] = factsOfKind(context.facts, "blocking").filter(
    ({ operation, root }) => operation === "taskResult" && root.context !== "test",
  );
  const chord = callsOfChord(context);
  const use = wait?.location ?? chord;
  if (!use) return [];
  const isInDjango = production.settings.names().some((name) => name.startsWith("CELERY_"));
  return [
    settingFinding(resultBackend, production, {
      level: "error",
      message: `Celery stores no results, and the code ${wait ? "waits for one: get() raises" : "uses chord(), whose last task never starts"}.`,
      help: "Set CELERY_RESULT_BACKEND, to a Redis database that nothing else uses.",
      location: place(production),
      evidence: [{ message: wait ? "A result is read" : "A chord is started", location: use }],
      fixes: isInDjango
        ? setSettingFix(
            context,
            "Store results in Redis",
            production,
            "CELERY_RESULT_BACKEND",
            { type: "str", value: "redis://localhost:6379/2", variable: "CELERY_RESULT_BACKEND" },
            /^CELERY_/,
          )
        : [],
    }),
  ];
}

function callsOfChord({ project: { program } }: RuleContext) {
  const [first] = callsOfLibrary(program, "celery.chord");
  return first && { path: first.module.file.path, range: { start: first.call.start, end: first.call.end } };
}

/** Nothing in the project reads a result: neither what starting a task gives, nor by its number. */
function unread(context: RuleContext, production: ProductionSettings): readonly Finding[] {
  if (queueSetting(production, "task_ignore_result") !== undefined) return [];
  const starts = factsOfKind(context.facts, "taskStart");
  if (starts.length === 0 || !starts.every(isAlone) || readsResults(context)) return [];
  const isInDjango = production.settings.names().some((name) => name.startsWith("CELERY_"));
  return [
    settingFinding(resultBackend, production, {
      message:
        "Celery stores the result of every task for a day, and nothing in the project reads one: a write for each task, and memory in Redis.",
      help: "Set CELERY_TASK_IGNORE_RESULT to True, or leave the backend out.",
      location: place(production),
      confidence: "medium",
      fixes: isInDjango
        ? setSettingFix(
            context,
            "Store no results",
            production,
            "CELERY_TASK_IGNORE_RESULT",
            { type: "bool", value: true },
            /^CELERY_/,
          )
        : [],
    }),
  ];
}

/** A statement of its own: nobody keeps what `delay()` gives. */
function isAlone({ statement, node, method }: TaskStart): boolean {
  return !isSignature(method) && statement?.kind === "ExpressionStatement" && statement.value === node;
}

function readsResults({ project }: RuleContext): boolean {
  if (importOf(project, /django_celery_results|celery_progress|flower/)) return true;
  return project.program.modules.some(
    ({ firstParty, file: { text } }) =>
      firstParty &&
      /\b(?:AsyncResult|GroupResult|ResultBase|chord|task_success|celery_progress)\b/.test(text),
  );
}
