import type { Location } from "../../base/text-range.ts";
import { celerySetting } from "../../django/celery-settings.ts";
import { truthOf } from "../../django/static-value.ts";
import { taskOption } from "../../django/tasks.ts";
import type { BlockingCall, OwnWrite, QuerysetCall } from "../../interpret/facts.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { isInBlockOf } from "./block-around.ts";
import { callsRetry } from "./retries.ts";
import { taskFinding } from "./task-finding.ts";
import { nameOfTask } from "./task-starts.ts";
import { callsOf, celeryTasks, optionValue, type TaskWork } from "./task-work.ts";
import { testsAround } from "./tests-around.ts";

export const nonIdempotentRetriedTask: FactRule = {
  kind: "facts",
  code: "QS910",
  name: "non-idempotent-retried-task",
  summary: "A task that is run again after a failure does a second time what it had done before it",
  level: "hint",
  fix: "none",
  stage: 3,
  run: (context) =>
    celeryTasks(context).flatMap((work) => {
      const again = whyAgain(context, work);
      const done = again && doneBeforeFailure(context, work);
      return again && done ? [findingOf(work, again, done)] : [];
    }),
};

type Again = "retry" | "acksLate";

/** What makes a worker start it anew where it has failed, or was killed. */
function whyAgain(context: RuleContext, work: TaskWork): Again | undefined {
  if (callsRetry(work) || taskOption(context.project.program, work.declaration, "autoretry_for"))
    return "retry";
  const late = optionValue(context, work, "acks_late") ?? celerySetting(context.project, "task_acks_late");
  return late?.kind === "known" && truthOf(late) === true ? "acksLate" : undefined;
}

interface Done {
  /** `sends an e-mail` */
  readonly does: string;
  readonly location: Location;
  readonly failure: BlockingCall;
}

/** The first effect that a later call may follow with a failure. */
function doneBeforeFailure(context: RuleContext, work: TaskWork): Done | undefined {
  const failures = callsOf(work, "http", "email", "document", "process");
  if (failures.length === 0) return undefined;
  for (const effect of effectsOf(context, work)) {
    const { does, fact } = effect;
    const place = placeIn(work, fact);
    if (!place || isGuarded(context, work, place, effect)) continue;
    const failure = failures.find((each) => {
      const other = placeIn(work, each);
      // In a loop, the second round may fail after the first.
      return other && (other.range.start > place.range.end || (each === fact && each.loops.length > 0));
    });
    if (failure) return { does, location: fact.location, failure };
  }
  return undefined;
}

interface Effect {
  readonly does: string;
  readonly fact: BlockingCall | QuerysetCall | OwnWrite;
  /** A transaction can take it back. */
  readonly isRow: boolean;
}

function effectsOf({ facts }: RuleContext, work: TaskWork): readonly Effect[] {
  const made = factsOfKind(facts, "querysetCall").filter(
    ({ root, method }) => root.symbol === work.symbol && (method === "create" || method === "bulk_create"),
  );
  // `Tag(name="new").save()`
  const saved = factsOfKind(facts, "singleWrite").flatMap(({ write }) =>
    write?.root.symbol === work.symbol && write.operation === "save" && write.isNew ? [write] : [],
  );
  return [
    ...callsOf(work, "email").map((fact) => ({ does: "sends an e-mail", fact, isRow: false })),
    ...callsOf(work, "http")
      .filter(({ library }) => payment.test(library))
      .map((fact) => ({ does: "charges somebody", fact, isRow: false })),
    ...made.map((fact) => ({ does: `makes a row of ${fact.queryset.model.name}`, fact, isRow: true })),
    ...saved.map((fact) => ({ does: `makes a row of ${fact.model.name}`, fact, isRow: true })),
  ];
}

const payment =
  /^(?:stripe|braintree|paypalrestsdk|adyen|mollie|razorpay|square)\b.*(?:create|charge|capture|confirm|sale|payments?)$/i;

/** Where the task itself does it, or calls what does. */
function placeIn({ task }: TaskWork, { location, calls }: Effect["fact"]): Location | undefined {
  const place = calls[0]?.location ?? location;
  const { start, end } = task.node;
  return place.path === task.module.file.path && place.range.start >= start && place.range.end <= end
    ? place
    : undefined;
}

/** A test decides whether it is done, a transaction takes it back, or something finds what was done before. */
function isGuarded(context: RuleContext, work: TaskWork, place: Location, { fact, isRow }: Effect): boolean {
  const { program } = context.project;
  const { module } = work.task;
  const places = fact.location === place ? [place] : [place, fact.location];
  const isTested = places.some(({ path, range }) => {
    const tree = program.moduleOfFile(path)?.file.tree;
    return tree !== undefined && testsAround(tree, range).length > 0;
  });
  if (isTested) return true;
  if (isRow && isInBlockOf(program, module, place.range, "django.db.transaction.atomic")) return true;
  const { facts } = context;
  return (
    factsOfKind(facts, "cacheCall").some(
      ({ method, root }) => method === "add" && root.symbol === work.symbol,
    ) ||
    factsOfKind(facts, "querysetCall").some(
      ({ method, root }) =>
        root.symbol === work.symbol &&
        /^(?:get_or_create|update_or_create|select_for_update|exists)$/.test(method),
    )
  );
}

function findingOf(work: TaskWork, again: Again, { does, location, failure }: Done): Finding {
  const name = nameOfTask(work.task);
  const why =
    again === "retry"
      ? `it is run again where "${failure.function}()" fails`
      : `acks_late has it run again where the worker ends in "${failure.function}()"`;
  return {
    ...taskFinding(nonIdempotentRetriedTask, work, [
      { message: `It ${does}`, location },
      { message: `May fail: ${failure.function}`, location: failure.location },
    ]),
    confidence: "medium",
    message: `${name}() ${does}, and ${why}: it does so once more each time.`,
    help: "Do it last, or make it known: a status on the row, get_or_create() by a key, cache.add(), an idempotency key of the service.",
  };
}
