import type { Call, Expression, FunctionDef } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import { placesInRequests, type RequestPlace } from "./blocking-places.ts";
import { isKeptInCache } from "./kept-answers.ts";
import { confidenceOf, nameOfCall, requestFinding, requestsInWords } from "./request-finding.ts";
import { taskQueueOf } from "./task-queue.ts";

export const sleepOrSubprocessInRequest: FactRule = {
  kind: "facts",
  code: "QS407",
  name: "sleep-or-subprocess-in-request",
  summary: "A view sleeps or waits for another process",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    return placesInRequests(context, "process", "future", "sleep")
      .filter((place) => !isKeptInCache(context, place) && !isOfEventStream(context, place))
      .filter((place) => !hasEnded(context, place))
      .map((place) => findingOf(context, place));
  },
};

/** Server-sent events: the pause between two of them is what such a response is, and no task could make it. */
function isOfEventStream(
  { project: { program } }: RuleContext,
  { location, requests }: RequestPlace,
): boolean {
  const module = program.moduleOfFile(location.path);
  const around = module && functionAround(module.file.tree, location.range);
  return (
    around !== undefined &&
    requests.every(({ root, operation }) => {
      const view = program.moduleOfFile(root.location.path);
      return operation === "sleep" && view !== undefined && mentions(view.file, "text/event-stream");
    }) &&
    yields(around)
  );
}

function yields(node: FunctionDef): boolean {
  let found = false;
  walkExpressions(node, (each) => {
    found ||= each.kind === "Yield";
    return !found;
  });
  return found;
}

/**
 * `process.wait()` behind `process.communicate()`, or behind `process.kill()`: the process has ended, and there is nothing
 * to wait for any more.
 */
function hasEnded(
  { project: { program } }: RuleContext,
  { location, requests: [first] }: RequestPlace,
): boolean {
  const module = program.moduleOfFile(location.path);
  const around = module && functionAround(module.file.tree, location.range);
  const process = waitedFor(first.node);
  if (!module || !around || !process || first.operation !== "process") return false;
  const { text } = module.file;
  const name = text.slice(process.start, process.end);
  let ended = false;
  walkExpressions(around, (each) => {
    if (each.kind !== "Call" || each.end > first.node.start || each.function.kind !== "Attribute")
      return !ended;
    const { value, attribute } = each.function;
    ended ||= endingMethods.test(attribute.name) && text.slice(value.start, value.end) === name;
    return !ended;
  });
  return ended;
}

/** `process` of `process.wait()` */
function waitedFor({ function: callee }: Call): Expression | undefined {
  return callee.kind === "Attribute" && /^(?:communicate|wait)$/.test(callee.attribute.name)
    ? callee.value
    : undefined;
}

const endingMethods = /^(?:communicate|kill|terminate|wait)$/;

/** A pause before the next attempt, which only what has failed waits for: how often that is, the code cannot tell. */
const afterFailure = 0.7;
/** How long the thread takes: what several do at the same time is what the request would do one after the other. */
const ofUnknownLength = 0.75;

function isAfterFailure({ requests }: RequestPlace): boolean {
  return requests.every(({ exceptional }) => exceptional);
}

interface Waiting {
  readonly step: string;
  /** As the message goes on behind the name of the call. */
  readonly deed: string;
  readonly factor: number;
  help(task: string): string;
}

function waitingOf(place: RequestPlace): Waiting {
  switch (place.requests[0].operation) {
    case "sleep":
      return {
        step: "Sleeps",
        deed: "sleeps",
        factor: isAfterFailure(place) ? afterFailure : 1,
        help: (task) => `Let ${task} try again later.`,
      };
    case "future":
      return {
        step: "Waits for what a thread or process computes",
        deed: "waits for another thread or process",
        factor: ofUnknownLength,
        help: (task) => `Run it in ${task}, unless the response needs the result.`,
      };
    default:
      return {
        step: "Starts a process",
        deed: "waits for another process",
        factor: 1,
        help: (task) => `Run it in ${task}.`,
      };
  }
}

function findingOf(context: RuleContext, place: RequestPlace): Finding {
  const [first] = place.requests;
  const { deed, factor, help, step } = waitingOf(place);
  const queue = taskQueueOf(context);
  return requestFinding(context, sleepOrSubprocessInRequest, place, `${step}: ${first.function}`, {
    confidence: confidenceOf(context, place, factor),
    message: `"${nameOfCall(first.node)}()" ${deed} ${requestsInWords(context, place)}: a worker of the web server does nothing else meanwhile.`,
    help: help(queue ? `a ${queue.label} task` : "a task queue such as Celery"),
  });
}
