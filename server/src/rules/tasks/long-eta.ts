import { celerySetting } from "../../django/celery-settings.ts";
import { alternativesOf, mappingOf } from "../../django/static-value.ts";
import type { TaskStart } from "../../interpret/facts.ts";
import type { Module } from "../../python/symbols.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { Finding } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { numberOf, secondsOf } from "./durations.ts";
import { isSignature, nameOfStart, startsByPlace } from "./task-starts.ts";

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
    return startsByPlace(context).flatMap(([start]) => {
      const module = context.project.program.moduleOfFile(start.location.path);
      if (!module || start.declaration.library !== "celery" || isSignature(start.method)) return [];
      const delay = delayOf(context, module, start);
      return delay && delay.seconds > timeout.seconds ? [findingOf(start, delay, timeout)] : [];
    });
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

interface Delay {
  readonly seconds: number;
  readonly option: Expression;
}

/** `countdown=…`, and `eta=` of a moment and a `timedelta()`. */
function delayOf(context: RuleContext, module: Module, { node }: TaskStart): Delay | undefined {
  const named = (name: string) => node.keywords.find((keyword) => keyword.name?.name === name)?.value;
  const countdown = named("countdown");
  const eta = named("eta");
  const seconds = countdown
    ? numberOf(context, module, countdown)
    : eta?.kind === "BinaryOperation" && eta.operator === "+"
      ? (secondsOf(context, module, eta.right) ?? secondsOf(context, module, eta.left))
      : undefined;
  const option = countdown ?? eta;
  return seconds === undefined || !option ? undefined : { seconds, option };
}

function findingOf(start: TaskStart, { seconds, option }: Delay, timeout: Timeout): Finding {
  const { location, symbol } = start;
  return {
    ...findingBase(longEta),
    remedy: "schedule",
    confidence: timeout.certain ? "high" : "medium",
    message: `"${nameOfStart(start)}" is to run in ${seconds} s, but ${timeout.broker} delivers it again after ${timeout.seconds} s (visibility_timeout): several workers will run it.`,
    help: "Store when it is due and let a periodic task start what is due, or raise visibility_timeout in CELERY_BROKER_TRANSPORT_OPTIONS.",
    location,
    symbol,
    model: undefined,
    origin: location,
    evidence: [
      {
        message: "When it is to run",
        location: { path: location.path, range: { start: option.start, end: option.end } },
      },
      { message: "The task is started here", location },
    ],
  };
}
