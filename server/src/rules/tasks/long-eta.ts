import type { Location } from "../../base/text-range.ts";
import { celerySetting } from "../../django/celery-settings.ts";
import { alternativesOf, mappingOf } from "../../django/static-value.ts";
import type { TaskStart } from "../../interpret/facts.ts";
import type { Finding } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { type Pause, pauseOfCall, retryPauses } from "./retry-pauses.ts";
import { taskFinding } from "./task-finding.ts";
import { isSignature, nameOfStart, nameOfTask, startsByPlace } from "./task-starts.ts";
import { celeryTasks, type TaskWork } from "./task-work.ts";

export const longEta: FactRule = {
  kind: "facts",
  code: "QS913",
  name: "long-eta",
  summary: "A task is started for later than the broker waits before it delivers the message again",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const timeout = visibilityTimeout(context);
    if (timeout === undefined) return [];
    const isTooLong = ({ seconds }: Pause): boolean => seconds > timeout.seconds;
    const starts = startsByPlace(context).flatMap(([start]) => {
      const module = context.project.program.moduleOfFile(start.location.path);
      if (!module || start.declaration.library !== "celery" || isSignature(start.method)) return [];
      const pause = pauseOfCall(context, module, start.node);
      return pause && isTooLong(pause) ? [startedLater(context, start, pause, timeout)] : [];
    });
    const retries = celeryTasks(context).flatMap((work) => {
      const pauses = retryPauses(context, work).filter(isTooLong);
      return pauses.map((pause) => repeatedLater(work, pause, timeout));
    });
    return [...starts, ...retries];
  },
};

interface Timeout {
  readonly seconds: number;
  readonly broker: string;
  readonly certain: boolean;
}

/** Redis and SQS deliver a message again that no worker has confirmed by then. */
const brokers: readonly (readonly [scheme: RegExp, name: string, seconds: number])[] = [
  [/^(?:rediss?|sentinel)(?:\+\w+)?:/, "Redis", 3600],
  [/^sqs:/, "SQS", 1800],
];

/** Undefined where the broker is another one, or not known. */
function visibilityTimeout({ project }: RuleContext): Timeout | undefined {
  const url = celerySetting(project, "broker_url");
  const urls = url ? alternativesOf(url).filter((each) => typeof each === "string") : [];
  const known = urls.flatMap((each) => brokers.filter(([scheme]) => scheme.test(each)));
  const [found] = known;
  if (!found || known.length < urls.length) return undefined;
  const options = celerySetting(project, "broker_transport_options");
  if (options?.kind === "unknown") return undefined;
  const mapping = options && mappingOf(options);
  const given = mapping?.entries.get("visibility_timeout");
  if (given) {
    return given.kind === "known" && typeof given.value === "number"
      ? { seconds: given.value, broker: found[1], certain: true }
      : undefined;
  }
  return { seconds: found[2], broker: found[1], certain: mapping?.complete !== false };
}

function startedLater(context: RuleContext, start: TaskStart, pause: Pause, timeout: Timeout): Finding {
  const { location, symbol } = start;
  return {
    ...findingBase(longEta),
    level: levelInRoots(context, longEta.level, [start]),
    ...whenTooLong(
      `"${nameOfStart(start)}" is to run in ${pause.seconds} s`,
      timeout,
      "Store when it is due and let a periodic task start what is due",
    ),
    location,
    symbol,
    model: undefined,
    origin: location,
    evidence: [
      { message: "When it is to run", location: placeOf(pause) },
      { message: "The task is started here", location },
    ],
  };
}

/** Each attempt is a message of its own, which the worker holds back like any other one for later. */
function repeatedLater(work: TaskWork, pause: Pause, timeout: Timeout): Finding {
  const location = placeOf(pause);
  return {
    ...taskFinding(longEta, work, [{ message: "How long it waits before it is repeated", location }]),
    ...whenTooLong(
      `After an error ${nameOfTask(work.task)}() waits up to ${pause.seconds} s`,
      timeout,
      "Repeat it sooner and more often, or let a periodic task start again what has failed",
    ),
    location,
    origin: location,
  };
}

function placeOf({ module, node: { start, end } }: Pause): Location {
  return { path: module.file.path, range: { start, end } };
}

function whenTooLong(wait: string, { broker, certain, seconds }: Timeout, remedy: string) {
  return {
    remedy: "schedule",
    confidence: certain ? "high" : "medium",
    message: `${wait}, but ${broker} delivers it again after ${seconds} s (visibility_timeout): several workers will run it.`,
    help: `${remedy}, or raise visibility_timeout in CELERY_BROKER_TRANSPORT_OPTIONS.`,
  } as const;
}
