import { signalReceivers } from "../../django/signal-receivers.ts";
import type { BlockingCall } from "../../interpret/facts.ts";
import type { Finding } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { type BlockingPlace, blockingPlaces } from "./blocking-places.ts";
import { queueingBackend } from "./email-backends.ts";
import { evidenceOf, nameOfCall } from "./request-finding.ts";
import { taskQueueOf } from "./task-queue.ts";

export const blockingSignalHandler: FactRule = {
  kind: "facts",
  code: "QS411",
  name: "blocking-signal-handler",
  summary: "Every save of a model waits for what a receiver of its signals does",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const receivers = receiversById(context);
    if (receivers.size === 0) return [];
    return blockingPlaces(context, "http", "email", "document", "image", "process", "sleep").flatMap(
      (place) => {
        // Where a request is known to set it off, the rules about requests say so.
        if (place.requests.length > 0) return [];
        const fact = place.all.find(({ root }) => receivers.has(root.symbol));
        const known = fact && receivers.get(fact.root.symbol);
        const isOfTasks = place.all.some(({ root }) => root.context === "task" || root.context === "command");
        return fact && known && !isOfTasks && !isQueued(context, fact)
          ? [findingOf(context, place, fact, known)]
          : [];
      },
    );
  },
};

interface Receiver {
  readonly signal: string;
  readonly sender: string | undefined;
}

const modelSignals = /(?:^|\.)(?:pre|post)_(?:save|delete)$|(?:^|\.)m2m_changed$/;

/** By the dotted name of the function. */
function receiversById({ project: { program, models } }: RuleContext): ReadonlyMap<string, Receiver> {
  const receivers = new Map<string, Receiver>();
  for (const { signal, function: receiver, sender } of signalReceivers(program, models).all) {
    if (!receiver || !modelSignals.test(signal)) continue;
    receivers.set(`${receiver.module.name}.${receiver.qualifiedName}`, {
      signal: signal.slice(signal.lastIndexOf(".") + 1),
      sender: sender?.name,
    });
  }
  return receivers;
}

function isQueued(context: RuleContext, { operation }: BlockingCall): boolean {
  return operation === "email" && queueingBackend(context) !== undefined;
}

function findingOf(
  context: RuleContext,
  place: BlockingPlace,
  fact: BlockingCall,
  { signal, sender }: Receiver,
): Finding {
  const { location, symbol } = place;
  const name = fact.root.symbol.slice(fact.root.symbol.lastIndexOf(".") + 1);
  const event = signal.endsWith("delete") ? "deletion" : signal === "m2m_changed" ? "change" : "save";
  const queue = taskQueueOf(context);
  return {
    ...findingBase(blockingSignalHandler),
    remedy: "blocking-call",
    confidence: fact.exceptional ? "medium" : "high",
    message: `"${nameOfCall(fact.node)}()" ${deeds[fact.operation] ?? "takes long"} in ${name}(), which receives ${signal}${sender === undefined ? "" : ` of ${sender}`}: every ${event} waits for it.`,
    help: `Start ${queue ? `a ${queue.label} task` : "a task"} with transaction.on_commit() instead.`,
    location,
    symbol,
    model: undefined,
    origin: location,
    accesses: [],
    evidence: evidenceOf(context, [fact], place, `Waits: ${fact.function}`),
  };
}

const deeds: Partial<Record<BlockingCall["operation"], string>> = {
  email: "sends an e-mail",
  http: "asks another server",
  document: "makes a document",
  image: "works on an image",
  process: "waits for another process",
  sleep: "sleeps",
};
