import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
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
    return placesInRequests(context, "process", "sleep")
      .filter((place) => !isKeptInCache(context, place))
      .map((place) => findingOf(context, place));
  },
};

/** A pause before the next attempt, which only what has failed waits for: how often that is, the code cannot tell. */
const afterFailure = 0.7;

function isAfterFailure({ requests }: RequestPlace): boolean {
  return requests.every(({ exceptional }) => exceptional);
}

function findingOf(context: RuleContext, place: RequestPlace): Finding {
  const [first] = place.requests;
  const sleeps = first.operation === "sleep";
  const what = sleeps ? "sleeps" : "waits for another process";
  const queue = taskQueueOf(context);
  const task = queue ? `a ${queue.label} task` : "a task queue such as Celery";
  return requestFinding(
    context,
    sleepOrSubprocessInRequest,
    place,
    `${sleeps ? "Sleeps" : "Starts a process"}: ${first.function}`,
    {
      confidence: confidenceOf(place, sleeps && isAfterFailure(place) ? afterFailure : 1),
      message: `"${nameOfCall(first.node)}()" ${what} ${requestsInWords(context, place)}: a worker of the web server does nothing else meanwhile.`,
      help: sleeps ? `Let ${task} try again later.` : `Run it in ${task}.`,
    },
  );
}
