import { containsRange } from "../../base/text-range.ts";
import type { BlockingCall } from "../../interpret/facts.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { Finding, Level } from "../finding.ts";
import { lowered } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround, usesOf } from "../writes/syntax-queries.ts";
import { placesInRequests, type RequestPlace } from "./blocking-places.ts";
import { decidesOnTheWay } from "./failure-outcomes.ts";
import { isKeptInCache } from "./kept-answers.ts";
import { hasLimitElsewhere } from "./limits-elsewhere.ts";
import { repeatsRequest } from "./repeated-requests.ts";
import { confidenceOf, levelOf, nameOfCall, requestFinding, requestsInWords } from "./request-finding.ts";
import { confirmsSubscription } from "./subscription-confirmation.ts";
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

/** What the view does with the answer. */
interface Answer {
  readonly isUsed: boolean;
  /** It cannot do without: a login, a payment, a handshake. */
  readonly isNeeded: boolean;
  /** In the cache, for those who come next. */
  readonly isKept: boolean;
}

function findingOf(context: RuleContext, place: RequestPlace): Finding {
  const [first] = place.requests;
  const isKept = isKeptInCache(context, place);
  const isUnlimited = first.wait === "forever" && !hasLimitElsewhere(context, first.library);
  const isHandshake = confirmsSubscription(context, place);
  const isUsed = isHandshake || isAnswerUsed(context, place);
  const answer = { isUsed, isNeeded: isHandshake || isNeeded(place), isKept };
  const wait = isUnlimited ? "for the answer, without a timeout" : "for the answer";
  return requestFinding(context, syncHttpInRequest, place, `Waits for another server: ${first.function}`, {
    level: levelOfHttp(place, answer),
    confidence: confidenceOf(context, place, !isKept && !isUsed ? 1 : neededAnswer),
    message: `"${nameOfCall(first.node)}()" asks another server ${requestsInWords(context, place)}: the response waits ${wait}.`,
    help: helpOf(context, answer),
  });
}

/** Whether a view can do without an answer that it uses, the code does not tell. That it lacks a timeout, QS403 says. */
const neededAnswer = 0.75;

const shortWait = 5;

/** What a login or a payment asks for, the response cannot do without; and a short wait was thought of. */
function levelOfHttp(place: RequestPlace, { isKept, isNeeded, isUsed }: Answer): Level {
  const [{ wait }] = place.requests;
  const isShort = typeof wait === "number" && wait <= shortWait && isUsed;
  return isShort || isKept || isNeeded ? lowered(syncHttpInRequest.level) : levelOf(syncHttpInRequest, place);
}

/** What the call gives is used, what it does to its client is, or a failure of it decides what is done next. */
function isAnswerUsed(context: RuleContext, { requests }: RequestPlace): boolean {
  return requests.some(
    (request) =>
      opensConnection.test(request.library) ||
      isResultUsed(context, request) ||
      decidesOnTheWay(context, request),
  );
}

/** The client can do after it what it could not do before; the answer of `request()` is asked for by `getresponse()`. */
const opensConnection =
  /\.(?:connect|login|bind_s|simple_bind_s|create_connection)$|^http\.client\.HTTPConnection\(\)\.request$/;

/** Not where the result is thrown away, or only asked for whether there was an error. */
function isResultUsed(
  { project: { program } }: RuleContext,
  { node, statement, location: { path } }: BlockingCall,
): boolean {
  if (statement?.kind === "ExpressionStatement") return statement.value !== node;
  const tree = program.moduleOfFile(path)?.file.tree;
  const around = tree && functionAround(tree, node);
  if (!around || statement?.kind !== "Assign" || statement.value !== node) return true;
  const [target, ...others] = statement.targets;
  if (target?.kind !== "Name" || others.length > 0) return true;
  const uses = usesOf(around, target.name).filter((use) => use !== target);
  let checks = 0;
  walkExpressions(around, (each) => {
    const isCheck =
      each.kind === "Attribute" &&
      each.attribute.name === "raise_for_status" &&
      uses.some((use) => containsRange(each.value, use));
    if (isCheck) checks += 1;
    return undefined;
  });
  return uses.length !== checks;
}

const neededCalls =
  /\.fetch_(?:access_)?token$|\.refresh_token$|^stripe\.(?:\w+\.)*(?:PaymentIntent|SetupIntent|Session|PaymentMethod|Webhook)\./;
const logins = /oauth|oidc|social_?auth|saml/i;
/** As a word of its own: every `processor` has these letters. */
const singleSignOn = /(?<![A-Za-z])sso(?![a-z])|S[Ss][Oo](?![a-z])/;

function isForLogin(name: string): boolean {
  return logins.test(name) || singleSignOn.test(name);
}

function isNeeded({ requests, symbol }: RequestPlace): boolean {
  return (
    isForLogin(symbol) ||
    requests.every(
      ({ library, root, calls }) =>
        neededCalls.test(library) || [root.symbol, ...calls.map(({ callee }) => callee)].some(isForLogin),
    )
  );
}

function helpOf(context: RuleContext, { isKept, isNeeded, isUsed }: Answer): string {
  if (isKept) return "Whoever comes when the cache is empty waits: refresh it from a task.";
  if (isNeeded) return "Set a short timeout.";
  const queue = taskQueueOf(context);
  const task = queue ? `a ${queue.label} task` : "a task queue such as Celery";
  return isUsed
    ? `Ask from ${task} beforehand, keep the answer in the cache, or set a short timeout.`
    : `Send it from ${task} that is started when the transaction has been committed.`;
}
