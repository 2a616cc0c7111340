import type { Finding, Level } from "../finding.ts";
import { lowered } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { placesInRequests, type RequestPlace } from "./blocking-places.ts";
import { isKeptInCache } from "./kept-answers.ts";
import { repeatsRequest } from "./repeated-requests.ts";
import { levelOf, nameOfCall, requestFinding, requestsInWords } from "./request-finding.ts";
import { taskQueueOf } from "./task-queue.ts";

export const syncHttpInRequest: FactRule = {
  kind: "facts",
  code: "QS402",
  name: "sync-http-in-request",
  summary: "A view asks another server and its response waits for the answer",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const places = placesInRequests(context, "http").filter(
      (place) => !existsToAsk(place) && !place.requests.every(({ loops }) => repeatsRequest(loops)),
    );
    return places.map((place) => findingOf(context, place));
  },
};

/** A health check asks other servers because that is its purpose, and a proxy hands their answers on. */
function existsToAsk({ requests }: RequestPlace): boolean {
  const ways = requests.map(({ root, calls }) => [root.symbol, ...calls.map(({ callee }) => callee)]);
  return ways.every((way) => way.some((symbol) => purpose.test(symbol)));
}

const purpose =
  /(?:^|[._])(?:health|healthz|heartbeat|liveness|proxy|readiness)(?:$|[._]|_?check)|Proxy|HealthCheck/;

function findingOf(context: RuleContext, place: RequestPlace): Finding {
  const [first] = place.requests;
  const kept = isKeptInCache(context, place);
  const wait = first.wait === "forever" ? "for the answer, without a timeout" : "for the answer";
  return requestFinding(context, syncHttpInRequest, place, `Waits for another server: ${first.function}`, {
    level: levelOfHttp(place, kept),
    message: `"${nameOfCall(first.node)}()" asks another server ${requestsInWords(context, place)}: the response waits ${wait}.`,
    help: helpOf(context, place, kept),
  });
}

const shortWait = 5;

/** What a login or a payment asks for, the response cannot do without; and a short wait was thought of. */
function levelOfHttp(place: RequestPlace, kept: boolean): Level {
  const [{ wait }] = place.requests;
  const isShort = typeof wait === "number" && wait <= shortWait && isAnswerUsed(place);
  return isShort || kept || isNeeded(place)
    ? lowered(syncHttpInRequest.level)
    : levelOf(syncHttpInRequest, place);
}

function isAnswerUsed({ requests: [{ node, statement }] }: RequestPlace): boolean {
  return !(statement?.kind === "ExpressionStatement" && statement.value === node);
}

const neededCalls =
  /\.fetch_(?:access_)?token$|\.refresh_token$|^stripe\.(?:\w+\.)*(?:PaymentIntent|SetupIntent|Session|PaymentMethod|Webhook)\./;
const neededFor = /oauth|oidc|sso|social_?auth|saml/i;

function isNeeded({ requests, symbol }: RequestPlace): boolean {
  return (
    neededFor.test(symbol) ||
    requests.every(
      ({ library, root, calls }) =>
        neededCalls.test(library) ||
        [root.symbol, ...calls.map(({ callee }) => callee)].some((each) => neededFor.test(each)),
    )
  );
}

function helpOf(context: RuleContext, place: RequestPlace, kept: boolean): string {
  if (kept) return "Whoever comes when the cache is empty waits: refresh it from a task.";
  if (isNeeded(place)) return "Set a short timeout.";
  const queue = taskQueueOf(context);
  const task = queue ? `a ${queue.label} task` : "a task queue such as Celery";
  return isAnswerUsed(place)
    ? `Ask from ${task} beforehand, keep the answer in the cache, or set a short timeout.`
    : `Send it from ${task} that is started when the transaction has been committed.`;
}
