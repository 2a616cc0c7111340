import { groupBy } from "../../base/group-by.ts";
import type { BlockingCall, BlockingOperation, FactContext } from "../../interpret/facts.ts";
import type { Evidence, Finding } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import { multiplicityOf } from "../loop-weight.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { taskQueueOf } from "./task-queue.ts";
import { type WebhookView, webhookViews } from "./webhook-views.ts";

export const webhookProcessedInline: FactRule = {
  kind: "facts",
  code: "QS406",
  name: "webhook-processed-inline",
  summary: "A view for webhooks does the work before it answers",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const views = webhookViews(context.project.program);
    if (views.length === 0) return [];
    const work = workByRoot(context);
    return views.flatMap((each) => {
      const { module, qualifiedName } = each.view;
      const done = work.get(`${module.name}.${qualifiedName}`) ?? [];
      const what = inWords(done);
      return what ? [findingOf(context, each, done, what)] : [];
    });
  },
};

interface Work {
  readonly kind: "waits" | "loop" | "query";
  /** `sends an e-mail` */
  readonly text: string;
  readonly step: string;
  readonly fact: FactContext;
}

const waits: Partial<Record<BlockingOperation, string>> = {
  email: "sends e-mail",
  http: "asks another server",
  document: "makes a document",
  parsing: "parses a file",
  image: "works on an image",
  archive: "works on an archive",
  process: "waits for another process",
  sleep: "sleeps",
  task: "runs a task itself",
};

function workByRoot({ facts }: RuleContext): ReadonlyMap<string, readonly Work[]> {
  const blocking = factsOfKind(facts, "blocking").flatMap((fact): readonly Work[] => {
    const text = isOnTheWay(fact) ? waits[fact.operation] : undefined;
    return text === undefined ? [] : [{ kind: "waits", text, step: `Waits: ${fact.function}`, fact }];
  });
  // A row of a log for each task that is started is what storing and handing over looks like.
  const handing = new Set(
    factsOfKind(facts, "taskStart").flatMap(({ loops }) => loops.at(-1)?.statement ?? []),
  );
  const writes = factsOfKind(facts, "write").filter(
    ({ innermostLoop, operation }) =>
      operation !== "create" || !innermostLoop || !handing.has(innermostLoop.statement),
  );
  const inLoops = [...writes, ...factsOfKind(facts, "query")].flatMap((fact): readonly Work[] =>
    multiplicityOf(fact.loops) && !fact.exceptional
      ? [{ kind: "loop", text: "sends queries in a loop", step: "In a loop", fact }]
      : [],
  );
  const queries = [
    ...factsOfKind(facts, "rowsUse").filter(({ fromCache }) => !fromCache),
    ...factsOfKind(facts, "singleWrite").flatMap(({ write }) => write ?? []),
  ].map((fact): Work => ({ kind: "query", text: "", step: "Queries", fact }));
  return groupBy([...blocking, ...inLoops, ...queries], ({ fact }) => fact.root.symbol);
}

/** What only an error leads to, few wait for. */
function isOnTheWay({ exceptional, dormant }: BlockingCall): boolean {
  return !exceptional && !dormant;
}

/** To find the customer, see whether the event is known, store it and answer takes that many at most. */
const ordinaryQueries = 5;

/** Undefined for what a view does that only verifies, stores and starts a task. */
function inWords(done: readonly Work[]): string | undefined {
  const texts = new Set(done.flatMap(({ kind, text }) => (kind === "query" ? [] : [text])));
  if (texts.size > 0) return [...texts].join(", ");
  const places = new Set(done.map(({ fact }) => placeKey(fact.location)));
  return places.size > ordinaryQueries ? `sends ${places.size} queries` : undefined;
}

function findingOf(
  context: RuleContext,
  { view, verifies }: WebhookView,
  done: readonly Work[],
  what: string,
): Finding {
  const { module, node, name, qualifiedName, owner } = view;
  const location = { path: module.file.path, range: { start: node.name.start, end: node.name.end } };
  const shown = owner ? `${owner.name}.${name}()` : `${name}()`;
  const queue = taskQueueOf(context);
  // A loop may have a round, and rows may say that the event came before: only waiting is sure to take long.
  const isSlow = done.some(({ kind }) => kind === "waits");
  const isCertain = isSlow && (verifies || /web_?hook/i.test(qualifiedName));
  return {
    ...findingBase(webhookProcessedInline),
    remedy: "webhook",
    confidence: isCertain ? "high" : "medium",
    message: `${shown} ${what} before it answers: the sender gives up after some seconds, sends the same again, and all is done twice.`,
    help: `Store what was sent under its key, start ${queue ? `a ${queue.label} task` : "a task"} for it, and answer at once.`,
    location,
    origin: location,
    symbol: `${module.name}.${qualifiedName}`,
    model: undefined,
    accesses: [{ location, relationPath: "", code: webhookProcessedInline.code }],
    evidence: [{ message: `Another system calls ${shown}`, location }, ...evidenceOf(done)],
  };
}

const mostSteps = 10;

function evidenceOf(done: readonly Work[]): readonly Evidence[] {
  const steps = done.map(({ step, fact }) => ({ message: step, location: fact.location }));
  return [...new Map(steps.map((each) => [placeKey(each.location), each])).values()].slice(0, mostSteps);
}
