import { celeryTaskClasses, classesBehind, type TaskBase } from "../../django/celery-applications.ts";
import { alternativesOf, mappingOf } from "../../django/static-value.ts";
import { atLeast } from "../../django/version.ts";
import type { TaskStart } from "../../interpret/facts.ts";
import type { Module } from "../../python/symbols.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { Finding } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import { levelInRoots, lowered } from "../levels.ts";
import { type TaskQueue, taskQueueOf } from "../request/task-queue.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import { onCommitFixes } from "./on-commit-fix.ts";
import { isSignature } from "./task-starts.ts";
import { type Transaction, transactionAround } from "./transaction-around.ts";
import { isWrittenBefore } from "./written-before.ts";

export const taskEnqueuedInsideTransaction: FactRule = {
  kind: "facts",
  code: "QS902",
  name: "task-enqueued-inside-transaction",
  summary: "A task is started before the transaction commits whose rows it is about",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const starts = factsOfKind(context.facts, "taskStart").filter((start) => startsAtOnce(context, start));
    if (starts.length === 0) return [];
    const queue = taskQueueOf(context);
    const places = new Map(starts.map((start) => [placeKey(start.location), start]));
    return [...places.values()].flatMap((start) => {
      const module = context.project.program.moduleOfFile(start.location.path);
      if (module && isOwnNextAttempt(module, start)) return [];
      const transaction = module?.firstParty && transactionAround(context, module, start.node);
      return transaction ? [findingOf(context, start, transaction, queue)] : [];
    });
  },
};

/** A worker may have it at once: neither does the method wait for the commit, nor a class that the task is of. */
function startsAtOnce(context: RuleContext, { method, declaration }: TaskStart): boolean {
  const { library, base } = declaration;
  if (isSignature(method) || method.endsWith("_on_commit")) return false;
  if (library === "django") return taskQueueOf(context)?.label === "Django" && !queuesInDatabase(context);
  return !waitsForCommit(context, base);
}

/** The task is a row of the same transaction. */
function queuesInDatabase({ project: { settings } }: RuleContext): boolean {
  const tasks = settings.evaluateSetting("TASKS");
  const fallback = tasks && mappingOf(tasks)?.entries.get("default");
  const backend = fallback && mappingOf(fallback)?.entries.get("BACKEND");
  return backend !== undefined && alternativesOf(backend).some((name) => /database/i.test(String(name)));
}

/** It has a `delay()` or `apply_async()` of its own that speaks of `on_commit`, or one that is not known. */
function waitsForCommit({ project: { program } }: RuleContext, base: TaskBase): boolean {
  const { own, external, complete } = classesBehind(program, base);
  if (!complete || external.some((name) => !celeryTaskClasses.has(name))) return true;
  return own.some((symbol) =>
    ["delay", "apply_async"].some((name) => {
      const member = program.members(symbol).get(name);
      if (member?.kind !== "function") return false;
      const { start, end } = member.node;
      return member.module.file.text.slice(start, end).includes("on_commit");
    }),
  );
}

function findingOf(
  context: RuleContext,
  start: TaskStart,
  transaction: Transaction,
  queue: TaskQueue | undefined,
): Finding {
  const { location, method, node, symbol, task, declaration } = start;
  const path = location.path;
  const isWritten = transaction.writes || isWrittenBefore(context, start.location, transaction);
  const meets = isWritten && !transaction.deletes && startsEarly(start);
  // The methods that wait for the commit are those of Celery's own class for Django.
  const isPlain = declaration.library === "celery" && declaration.base === "default";
  const onCommit = isPlain && queue?.startOnCommit !== undefined ? `${method}_on_commit` : undefined;
  return {
    ...findingBase(taskEnqueuedInsideTransaction),
    remedy: "start-after-commit",
    level: levelInRoots(
      context,
      meets ? taskEnqueuedInsideTransaction.level : lowered(taskEnqueuedInsideTransaction.level),
      [start],
    ),
    confidence: transaction.certain && isWritten && !transaction.deletes ? "high" : "medium",
    message: `"${task.name}.${method}()" may start before ${transaction.label} commits: ${meets ? unseen : transaction.deletes ? stillThere : early}.`,
    help: helpOf(context, onCommit),
    location,
    symbol,
    model: undefined,
    origin: location,
    evidence: [
      { message: "The transaction begins here", location: { path, range: transaction.range } },
      { message: `Starts the task ${task.module.name}.${task.qualifiedName}`, location },
    ],
    fixes: onCommitFixes(context, start, transaction, onCommit, node),
  };
}

const unseen = "a worker that is quick does not find what was written";
const stillThere = "a rollback keeps the row, and does not stop the task";
const early = "a worker that is quick sees the old rows, and a rollback does not stop it";

function helpOf({ django }: RuleContext, onCommit: string | undefined): string {
  if (!atLeast(django, 1, 9)) return "Start it behind the transaction.";
  return onCommit === undefined
    ? "Start it with transaction.on_commit()."
    : `Start it with ${onCommit}(), or transaction.on_commit().`;
}

/** A task that is given nothing is about no row in particular, and one that starts later seldom meets the transaction. */
function startsEarly(start: TaskStart): boolean {
  return !isDelayed(start) && isGivenSomething(start);
}

function isDelayed({ node }: TaskStart): boolean {
  return node.keywords.some(({ name }) => name?.name === "countdown" || name?.name === "eta");
}

/** The task starts itself for later, like `self.retry()`: what it looks for was there before its first attempt. */
function isOwnNextAttempt({ file: { tree } }: Module, start: TaskStart): boolean {
  return isDelayed(start) && functionAround(tree, start.node) === start.task.node;
}

/** Something that is not written down as it is. Options of `apply_async()` are for the queue, not for the task. */
function isGivenSomething({ node, method }: TaskStart): boolean {
  const given =
    method === "apply_async"
      ? [
          ...node.arguments.slice(0, 2),
          ...node.keywords
            .filter(({ name }) => !name || /^(?:args|kwargs)$/.test(name.name))
            .map(({ value }) => value),
        ]
      : [...node.arguments, ...node.keywords.map(({ value }) => value)];
  return given.some((value) => !isConstant(value));
}

function isConstant(node: Expression): boolean {
  switch (node.kind) {
    case "StringLiteral":
    case "NumberLiteral":
    case "ConstantLiteral":
      return true;
    case "ListLiteral":
    case "TupleLiteral":
      return node.elements.every(isConstant);
    case "DictLiteral":
      return node.entries.every(({ value }) => isConstant(value));
    default:
      return false;
  }
}
