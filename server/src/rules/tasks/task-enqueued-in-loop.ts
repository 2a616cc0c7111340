import { taskOption } from "../../django/tasks.ts";
import type { BlockingOperation, Loop, TaskStart } from "../../interpret/facts.ts";
import { boundNames } from "../../python/bound-names.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { atMostHigh, classOf, scoreOfContext } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import { findingBase, stepsTo } from "../finding-parts.ts";
import { isSmall, levelInRoots, lowered } from "../levels.ts";
import { multiplicityOf } from "../loop-weight.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround, namesIn } from "../writes/syntax-queries.ts";
import { isStart, nameOfStart, startsByPlace } from "./task-starts.ts";
import { callsOf, celeryTasks } from "./task-work.ts";
import { testsAround } from "./tests-around.ts";
import { opensTransaction } from "./transaction-around.ts";

export const taskEnqueuedInLoop: FactRule = {
  kind: "facts",
  code: "QS903",
  name: "task-enqueued-in-loop",
  summary: "A loop over the rows of a table puts a message into the queue for each of them",
  level: "info",
  fix: "none",
  stage: 2,
  run: (context) => {
    const slow = slowTasks(context);
    return startsByPlace(context).flatMap((starts) => {
      const found = starts.flatMap((start) => {
        const loop = isStart(start) && !slow.has(start.task.id) ? tableLoop(context, start) : undefined;
        return loop ? [{ start, loop }] : [];
      });
      const [first] = found.sort((one, other) => one.start.calls.length - other.start.calls.length);
      return first ? [findingOf(context, first.start, first.loop)] : [];
    });
  },
};

/** One message per row is right for them: each row takes long, and fails without the others. */
function slowTasks(context: RuleContext): ReadonlySet<string> {
  return new Set(
    celeryTasks(context)
      .filter((work) => callsOf(work, ...slowOperations).some(({ exceptional }) => !exceptional))
      .map(({ task }) => task.id),
  );
}

/** Sending e-mail is not among them: several could share a connection. */
const slowOperations: readonly BlockingOperation[] = ["http", "document", "image", "archive", "process"];

/** The loop over rows around it, where neither batches nor a limit keep the number of messages small. */
function tableLoop(context: RuleContext, start: TaskStart): Loop | undefined {
  const { loops, declaration } = start;
  if (loops.some(({ weight, search }) => search || weight.kind === "batches")) return undefined;
  if (isSmall(context, multiplicityOf(loops))) return undefined;
  if (sendsBatch(context, start)) return undefined;
  // Workers take them as slowly as the task says.
  if (taskOption(context.project.program, declaration, "rate_limit")) return undefined;
  return (
    loops.find(
      ({ weight, source }) => weight.kind === "rows" && weight.few === undefined && source !== undefined,
    ) ?? loops.find(({ weight, statement }) => weight.kind === "unknown" && statement.kind === "For")
  );
}

/** What the rounds collect goes into one message as soon as there is enough: `if len(keys) == 500: close.delay(keys)`. */
function sendsBatch({ project: { program } }: RuleContext, { loops, location, node }: TaskStart): boolean {
  const tree = program.moduleOfFile(location.path)?.file.tree;
  const given = namesIn(node);
  const tests = tree ? testsAround(tree, location.range) : [];
  const isCounted = (name: string): boolean =>
    tests.some(({ test }) => {
      let counts = false;
      walkExpressions(test, (part) => {
        counts ||= part.kind === "BinaryOperation" && part.operator === "%";
        return !counts;
      });
      return counts || namesIn(test).has(name);
    });
  return loops.some(({ statement }) => {
    let isBatch = false;
    walkExpressions(statement, (part) => {
      isBatch ||=
        part.kind === "Attribute" &&
        /^(?:append|extend|add|update)$/.test(part.attribute.name) &&
        part.value.kind === "Name" &&
        given.has(part.value.name) &&
        isCounted(part.value.name);
      return !isBatch;
    });
    return isBatch;
  });
}

/** How long the task takes for one row, which decides whether a message for each is right, only running it tells. */
const ofUnknownWork = 0.79;

/** As many as a caller or a client names, which may be three. */
const ofUnknownNumber = 0.85;

/** What a helper does for some of its callers. */
const ofOneHelper = 0.75;

/** A task with a transaction of its own for each row: it may lock and check so much that rows have to be kept apart. */
const ofOneTransaction = 0.75;

/**
 * A helper starts the task only where something is so that its caller decides. Whether it ever is for the callers that
 * have a loop, only their values tell.
 */
function dependsOnCaller(
  { project: { program } }: RuleContext,
  { calls, location }: TaskStart,
  { depth }: Loop,
) {
  const tree = calls.length > depth ? program.moduleOfFile(location.path)?.file.tree : undefined;
  const own = tree && functionAround(tree, location.range);
  if (!tree || !own) return false;
  const locals = boundNames(own.body);
  const isLocal = (name: string): boolean =>
    locals.has(name) || own.parameters.some((parameter) => parameter.name === name);
  return testsAround(tree, location.range).some(
    ({ test, isAsserted }) => !isAsserted && [...namesIn(test)].some(isLocal),
  );
}

function findingOf(context: RuleContext, start: TaskStart, loop: Loop): Finding {
  const { location, symbol, root } = start;
  const model = loop.source?.model;
  const isFanOut = root.context === "task";
  return {
    ...findingBase(taskEnqueuedInLoop),
    remedy: "task-batches",
    // A task that does nothing else spreads the work over the workers on purpose.
    level: levelInRoots(context, isFanOut ? lowered(taskEnqueuedInLoop.level) : taskEnqueuedInLoop.level, [
      start,
    ]),
    confidence: atMostHigh(
      classOf(
        ofUnknownWork *
          scoreOfContext(start) *
          (loop.weight.kind === "unknown" ? ofUnknownNumber : 1) *
          (dependsOnCaller(context, start, loop) ? ofOneHelper : 1) *
          (opensTransaction(context, start.task) ? ofOneTransaction : 1),
      ),
    ),
    message: `"${nameOfStart(start)}" puts a message into the queue for each ${loop.weight.kind === "unknown" ? `round of "${loop.text}"` : `row of ${model?.name ?? "the table"}`}: each costs a round trip here, and one more there.`,
    help: "Give the task a list of keys, some hundred at a time; one message per row is right where each takes seconds.",
    location,
    symbol,
    model: model?.label,
    origin: location,
    evidence: [...stepsTo(start), { message: "The task is started here", location }],
  };
}
