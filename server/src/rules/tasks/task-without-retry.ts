import { importNames } from "../../edits/imports.ts";
import type { BlockingCall } from "../../interpret/facts.ts";
import type { Module } from "../../python/symbols.ts";
import { atMostHigh, classOf } from "../confidence.ts";
import type { FileEdit, Finding, Fix } from "../finding.ts";
import { placeKey } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { isFailureHandled } from "./handled-failures.ts";
import { optionFix } from "./option-fix.ts";
import { isNeverRetried } from "./retries.ts";
import { stepsToCall, taskFinding } from "./task-finding.ts";
import { nameOfTask } from "./task-starts.ts";
import { callsOf, celeryTasks, type TaskWork } from "./task-work.ts";

export const taskWithoutRetry: FactRule = {
  kind: "facts",
  code: "QS905",
  name: "task-without-retry",
  summary: "A task asks another server, and is lost where that does not answer",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    return celeryTasks(context).flatMap((work) => {
      const calls = callsOf(work, "email", "http").filter((call) => mayFail(context, call));
      const [call] = [...calls].sort((first, second) => first.calls.length - second.calls.length);
      return call && isNeverRetried(context, work) ? [findingOf(work, call, calls)] : [];
    });
  },
};

/** Clients that repeat a call by themselves. */
const repeatsItself = /^(?:boto3|botocore|google|azure)\b/;

function mayFail(context: RuleContext, call: BlockingCall): boolean {
  const isSilent = call.node.keywords.some(
    ({ name, value }) =>
      name?.name === "fail_silently" && !(value.kind === "ConstantLiteral" && value.value === "False"),
  );
  return (
    !isSilent && !call.isDeclared && !repeatsItself.test(call.library) && !isFailureHandled(context, call)
  );
}

const ordinaryCalls = 2;
const furtherCall = 0.9;

function findingOf(work: TaskWork, call: BlockingCall, calls: readonly BlockingCall[]): Finding {
  const { task } = work;
  const does = call.operation === "email" ? "sends an e-mail" : "asks another server";
  const score = 0.9 * furtherCall ** Math.max(0, call.calls.length - ordinaryCalls);
  return {
    ...taskFinding(taskWithoutRetry, work, stepsToCall(call, "Waits for a server")),
    confidence: atMostHigh(classOf(call.conditions > 1 ? score * 0.85 : score)),
    message: `${nameOfTask(task)}() ${does} with ${call.function}() and has no retry: where that fails once, the work is lost.`,
    help: "Repeat it with autoretry_for= and retry_backoff=True, where it may run twice.",
    fixes: sendsSeveral(work) ? [] : retryFix(work, calls),
  };
}

/** What was sent before the failure would be sent again: mails to the first few, requests that change something there. */
function sendsSeveral(work: TaskWork): boolean {
  const sent = callsOf(work, "email", "http").filter(({ library }) => !readingOnly.test(library));
  return (
    new Set(sent.map(({ location }) => placeKey(location))).size > 1 ||
    sent.some(({ loops }) => loops.length > 0)
  );
}

const readingOnly = /\.(?:get|head|options|urlopen)$/;

/** None where it is not known what the calls raise. */
function retryFix(work: TaskWork, calls: readonly BlockingCall[]): readonly Fix[] {
  const { module } = work.declaration.declaredBy;
  const raised = [...new Set(calls.map(({ library, operation }) => exceptionOf(library, operation)))];
  const written = raised.map((name) => (name === undefined ? undefined : expressionFor(module, name)));
  if (written.includes(undefined)) return [];
  const names = written.flatMap((each) => each?.expression ?? []);
  const tuple = `(${names.join(", ")}${names.length === 1 ? "," : ""})`;
  return optionFix(
    work,
    `Repeat it up to five times, with growing pauses (it runs again from its start)`,
    `autoretry_for=${tuple}, retry_backoff=True, max_retries=5`,
    written.flatMap((each) => each?.edits ?? []),
  );
}

/** What a call raises where the server is not there or does not answer in time. */
function exceptionOf(library: string, operation: BlockingCall["operation"]): string | undefined {
  if (/^requests\b/.test(library)) return "requests.RequestException";
  if (/^httpx\b/.test(library)) return "httpx.TransportError";
  // Of the errors of smtplib and of urllib, it is the base class.
  if (operation === "email" && /^(?:django|smtplib)\b/.test(library)) return "OSError";
  return /^(?:urllib\.request|ftplib|http\.client)\b/.test(library) ? "OSError" : undefined;
}

function expressionFor(
  module: Module,
  dotted: string,
): { readonly expression: string; readonly edits: readonly FileEdit[] } | undefined {
  const [library, name] = dotted.split(".");
  if (library === undefined || name === undefined) return { expression: dotted, edits: [] };
  const imported = importNames(module.file, library, [name]);
  const expression = imported?.expressions.get(name);
  if (!imported || expression === undefined) return undefined;
  return { expression, edits: imported.edits.map((edit) => ({ path: module.file.path, ...edit })) };
}
