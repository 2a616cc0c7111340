import type { BlockingCall, Loop } from "../../interpret/facts.ts";
import { atMostHigh, classOf, scoreOfContext, scoreOfRoots } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import { findingBase, stepsTo } from "../finding-parts.ts";
import { isStartedByHand } from "../functions-in-requests.ts";
import { levelInLoops } from "../levels.ts";
import { multiplicityOf } from "../loop-weight.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { runsOverTable } from "../tasks/unbounded-task.ts";
import { type BlockingPlace, blockingPlaces } from "./blocking-places.ts";
import { emailSetting, queueingBackend } from "./email-backends.ts";
import { nameOfCall } from "./request-finding.ts";
import { connectionFixes } from "./shared-connection-fix.ts";

export const emailInLoop: FactRule = {
  kind: "facts",
  code: "QS408",
  name: "email-in-loop",
  summary: "Each message of a loop opens a connection to the mail server of its own",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const findings = blockingPlaces(context, "email").flatMap((place) => {
      const facts = place.all.filter(
        (fact) =>
          opensConnection(fact) &&
          multiplicityOf(fact.loops.filter((loop) => !isOverSetting(loop))) !== undefined &&
          !(isOfTask(fact) && fact.loops.some((loop) => runsOverTable(context, loop))),
      );
      // Where a command and a view lead there, the view is shown.
      const [first, ...others] = facts.sort(
        (one, other) =>
          Number(isStartedByHand(context, [one])) - Number(isStartedByHand(context, [other])) ||
          one.calls.length - other.calls.length,
      );
      return first && place.isOwn ? [findingOf(context, place, [first, ...others])] : [];
    });
    return findings.length > 0 && queueingBackend(context) === undefined ? findings : [];
  },
};

/** The few addresses that somebody has written into the settings. */
function isOverSetting({ text }: Loop): boolean {
  return /\bin (?:\w+\.)?settings\.[A-Z][A-Z0-9_]*$/.test(text);
}

/** A run of a task that goes through a whole table: a rule of its own says so. */
function isOfTask({ root }: BlockingCall): boolean {
  return root.context === "task";
}

const connecting =
  /^django\.core\.mail\.(?:send_mail|EmailMessage\(\)\.send)$|\.email_user$|\.send_templated_mail$|^mail_templated\.send_mail$/;

function opensConnection({ library, node }: BlockingCall): boolean {
  // The positional argument of `send_mail()` is the eighth.
  const isGiven =
    node.keywords.some(({ name }) => name === undefined || name.name === "connection") ||
    node.arguments.length > 7;
  return connecting.test(library) && !isGiven;
}

function findingOf(
  context: RuleContext,
  { location, symbol, requests }: BlockingPlace,
  facts: readonly [BlockingCall, ...BlockingCall[]],
): Finding {
  const [first] = facts;
  const loop = first.loops.at(-1) as Loop;
  return {
    ...findingBase(emailInLoop),
    remedy: "mail-connection",
    level: levelInLoops(context, emailInLoop.level, facts),
    confidence: atMostHigh(classOf(scoreOfContext(first) * scoreOfRoots(context, facts))),
    message: `"${nameOfCall(first.node)}()" in the loop "${loop.text}" opens a connection to the mail server for each message.`,
    help: helpOf(context, first),
    location,
    symbol,
    model: undefined,
    origin: location,
    accesses: [],
    evidence: [...stepsTo(first), { message: `Sends an e-mail: ${first.function}`, location }],
    // A task for each message spares the request more.
    fixes: connectionFixes(context, first, loop, requests.length === 0),
  };
}

/** Django 6.1 names connections in `MAILERS`, and deprecates those that code opens. */
function helpOf(context: RuleContext, { location: { path }, node }: BlockingCall): string {
  if (emailSetting(context) !== "MAILERS")
    return "Open one connection before the loop, send all messages with send_messages(), or start a task for each batch.";
  const using = node.keywords.find(({ name }) => name?.name === "using")?.value;
  const mailer = using ? `mailers[${context.text(path).slice(using.start, using.end)}]` : "mailers.default";
  return `Collect the messages, and send them together with ${mailer}.send_messages(), or start a task for each batch.`;
}
