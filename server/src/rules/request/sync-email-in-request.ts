import type { BlockingCall, RootInfo } from "../../interpret/facts.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { atMostHigh, classOf } from "../confidence.ts";
import type { Evidence, Finding, Level } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import { lowered } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { queueingBackend } from "./email-backends.ts";
import { type EmailCall, emailCallsInRequests } from "./email-calls.ts";
import { isAwaitedByCaller } from "./email-statements.ts";
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
    const calls = emailCallsInRequests(context);
    if (calls.length === 0) return [];
    const backend = queueingBackend(context);
    const queue = taskQueueOf(context);
    return calls.map((call) => findingOf(context, call, backend, queue));
  },
};

function findingOf(
  context: RuleContext,
  email: EmailCall,
  backend: string | undefined,
  queue: TaskQueue | undefined,
): Finding {
  const { requests, location } = email;
  const [first] = requests;
  return {
    ...findingBase(syncEmailInRequest),
    remedy: "blocking-call",
    level: backend === undefined ? levelOf(email) : "hint",
    confidence: atMostHigh(classOf(scoreOf(first) * (isAwaitedByCaller(context, email) ? awaited : 1))),
    message: messageOf(context, email, backend),
    help: helpOf(backend, queue),
    location,
    symbol: email.symbol,
    model: undefined,
    origin: location,
    accesses: requests.map(({ calls }) => ({
      location: calls[0]?.location ?? location,
      relationPath: "",
      code: syncEmailInRequest.code,
    })),
    evidence: evidenceOf(context, email),
    fixes: backend === undefined ? taskFixes(context, email, queue) : [],
  };
}

/** Message of an error, an action of the staff, or a view of Django as it comes: few wait, or little can be done. */
function levelOf({ requests }: EmailCall): Level {
  const isMinor = ({ exceptional, isDeclared, root }: BlockingCall) =>
    exceptional || isDeclared || root.context === "admin";
  return requests.every(isMinor) ? lowered(syncEmailInRequest.level) : syncEmailInRequest.level;
}

const ordinaryCalls = 2;
const furtherCall = 0.95;
/** A request that handles the failure may exist to tell whether the message was sent. */
const awaited = 0.75;

function scoreOf({ calls }: BlockingCall): number {
  return furtherCall ** Math.max(0, calls.length - ordinaryCalls);
}

function messageOf(context: RuleContext, email: EmailCall, backend: string | undefined): string {
  const [first, ...others] = email.requests;
  const via = first.calls.map(({ callee }) => `${callee.split(".").at(-1)}()`);
  const way = via.length > 0 ? ` through ${via.join(" and ")}` : "";
  const more =
    others.length === 0 ? "" : ` and ${others.length} other ${others.length === 1 ? "view" : "views"}`;
  const where = `in the request of ${nameOfRoot(context, first.root)}${way}${more}`;
  const what = `"${nameOfCall(first.node)}()" sends an e-mail ${where}`;
  return backend === undefined
    ? `${what}: the response waits for the mail server.`
    : `${what}, where ${backend} only queues it.`;
}

function helpOf(backend: string | undefined, queue: TaskQueue | undefined): string {
  if (backend !== undefined) return "A task that sends it could also render the message and repeat it.";
  return queue === undefined
    ? "Send it from a task queue such as Celery, or set EMAIL_BACKEND to one that queues messages."
    : `Send it from a ${queue.label} task that is started when the transaction has been committed.`;
}

function evidenceOf(context: RuleContext, { requests, location }: EmailCall): readonly Evidence[] {
  const steps = requests.flatMap(({ root, calls }): readonly Evidence[] => [
    { message: `Request: ${nameOfRoot(context, root)}`, location: root.location },
    ...calls
      .filter((call) => placeKey(call.location) !== placeKey(location))
      .map((call) => ({ message: `Calls ${call.callee}`, location: call.location })),
  ]);
  steps.push({ message: `Sends an e-mail: ${requests[0].function}`, location });
  return [...new Map(steps.map((step) => [`${placeKey(step.location)}:${step.message}`, step])).values()];
}

/** `signup()`, `ContactView.form_valid()` */
function nameOfRoot({ project: { program } }: RuleContext, { symbol, location }: RootInfo): string {
  const module = program.moduleOfFile(location.path)?.name;
  const name =
    module !== undefined && symbol.startsWith(`${module}.`) ? symbol.slice(module.length + 1) : symbol;
  return `${name}()`;
}

/** `send_mail`, `message.send`, `EmailMessage(…).send` */
function nameOfCall({ function: callee, arguments: [first] }: Call): string {
  const isCallback = callee.kind === "Attribute" && callee.attribute.name === "on_commit";
  // `on_commit(partial(send_mail, …))`
  const given = isCallback && first?.kind === "Call" ? first.arguments[0] : undefined;
  if (given) return nameOf(given);
  return nameOf(callee);
}

function nameOf(callee: Expression): string {
  switch (callee.kind) {
    case "Name":
      return callee.name;
    case "Attribute": {
      const { value, attribute } = callee;
      if (value.kind === "Call") return `${nameOfCall(value)}(…).${attribute.name}`;
      return value.kind === "Name" ? `${value.name}.${attribute.name}` : attribute.name;
    }
    default:
      return "the call";
  }
}
