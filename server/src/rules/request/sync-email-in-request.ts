import type { BlockingCall } from "../../interpret/facts.ts";
import type { Finding, Level } from "../finding.ts";
import { lowered } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { placesInRequests, type RequestPlace } from "./blocking-places.ts";
import { emailSetting, mayBeQueued, queueingBackend } from "./email-backends.ts";
import { isAwaitedByCaller } from "./email-statements.ts";
import { decidesByFailure } from "./failure-outcomes.ts";
import { mayBeHandedOver } from "./queued-instead.ts";
import { confidenceOf, levelOf, nameOfCall, requestFinding, requestsInWords } from "./request-finding.ts";
import { taskFixes } from "./task-fix.ts";
import { type TaskQueue, taskQueueOf } from "./task-queue.ts";

export const syncEmailInRequest: FactRule = {
  kind: "facts",
  code: "QS401",
  name: "sync-email-in-request",
  summary: "A view sends an e-mail and its response waits for the mail server",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const places = placesInRequests(context, "email");
    if (places.length === 0) return [];
    const sending = { backend: queueingBackend(context), mayQueue: mayBeQueued(context) };
    const queue = taskQueueOf(context);
    return places.map((place) => findingOf(context, place, sending, queue));
  },
};

/**
 * A request that handles the failure may exist to tell whether the message was sent; and it may only have been queued, or
 * a thread may send it.
 */
const doubtful = 0.75;

function isDoubtful(context: RuleContext, place: RequestPlace): boolean {
  const { path, range } = place.location;
  const module = context.project.program.moduleOfFile(path);
  return (
    place.requests.some(isResultKept) ||
    place.requests.some((request) => mayBeHandedOver(context, request)) ||
    isAwaitedByCaller(context, place) ||
    (module !== undefined && decidesByFailure(module.file.tree, range))
  );
}

/** `sent = message.send()`: how many messages went out. A helper that returns it is asked by few. */
function isResultKept({ statement }: BlockingCall): boolean {
  return statement?.kind === "Assign" || statement?.kind === "If";
}

/** The administrators are told of an error: few responses wait for that. */
function reportsError({ requests }: RequestPlace): boolean {
  return requests.every(
    ({ library, root, calls }) =>
      /\.mail_(?:admins|managers)$/.test(library) &&
      [root.symbol, ...calls.map(({ callee }) => callee)].some((symbol) =>
        /(?:exception|error)[^.]*$/i.test(symbol),
      ),
  );
}

/** What becomes of messages in the project. */
interface Sending {
  /** The backend that only queues them. */
  readonly backend: string | undefined;
  /** It is not known whether one does. */
  readonly mayQueue: boolean;
}

function findingOf(
  context: RuleContext,
  place: RequestPlace,
  { backend, mayQueue }: Sending,
  queue: TaskQueue | undefined,
): Finding {
  const [first] = place.requests;
  return requestFinding(context, syncEmailInRequest, place, `Sends an e-mail: ${first.function}`, {
    level: backend === undefined ? levelOfEmail(place) : "hint",
    confidence: confidenceOf(context, place, mayQueue || isDoubtful(context, place) ? doubtful : 1),
    message: messageOf(context, place, backend),
    help: helpOf(backend, queue, emailSetting(context) ?? "EMAIL_BACKEND"),
    fixes: backend === undefined ? taskFixes(context, place, queue) : [],
  });
}

function levelOfEmail(place: RequestPlace): Level {
  return reportsError(place) ? lowered(syncEmailInRequest.level) : levelOf(syncEmailInRequest, place);
}

function messageOf(context: RuleContext, place: RequestPlace, backend: string | undefined): string {
  const call = nameOfCall(place.requests[0].node);
  const what = `"${call}()" sends an e-mail ${requestsInWords(context, place)}`;
  return backend === undefined
    ? `${what}: the response waits for the mail server.`
    : `${what}, where ${backend} only queues it.`;
}

function helpOf(backend: string | undefined, queue: TaskQueue | undefined, setting: string): string {
  if (backend !== undefined) return "A task that sends it could also render the message and repeat it.";
  return queue === undefined
    ? `Send it from a task queue such as Celery, or name a backend in ${setting} that queues messages.`
    : `Send it from a ${queue.label} task that is started when the transaction has been committed.`;
}
