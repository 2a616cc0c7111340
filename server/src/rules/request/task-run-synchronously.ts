import { containsRange } from "../../base/text-range.ts";
import { tasksOf } from "../../django/tasks.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { BlockingCall } from "../../interpret/facts.ts";
import { lastName } from "../../python/last-name.ts";
import type { Expression } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import { functionSymbolAround } from "../function-symbol-around.ts";
import { lowered } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { transactionAround } from "../tasks/transaction-around.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import { placesInRequests, type RequestPlace } from "./blocking-places.ts";
import { decidesOnTheWay } from "./failure-outcomes.ts";
import { startingMethods } from "./queued-instead.ts";
import { confidenceOf, levelOf, requestFinding, requestsInWords } from "./request-finding.ts";
import { afterwardsInTitle } from "./success-messages.ts";
import { type TaskQueue, taskQueueOf } from "./task-queue.ts";

export const taskRunSynchronously: FactRule = {
  kind: "facts",
  code: "QS409",
  name: "task-run-synchronously",
  summary: "A view calls a task as a function and its response waits until the task is done",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const places = placesInRequests(context, "task").filter((place) => !isChoice(context, place));
    const queue = taskQueueOf(context);
    return places.map((place) => findingOf(context, place, queue));
  },
};

/** The same function hands the task to the queue as well: it decides when to wait. */
function isChoice(
  { project: { program } }: RuleContext,
  { location, requests: [first] }: RequestPlace,
): boolean {
  const module = program.moduleOfFile(location.path);
  const around = module && functionAround(module.file.tree, location.range);
  if (!around) return false;
  const task = module.file.text.slice(...rangeOfTask(first));
  let starts = false;
  walkExpressions(around, (node) => {
    starts ||=
      node.kind === "Attribute" &&
      startingMethods.has(node.attribute.name) &&
      module.file.text.slice(node.value.start, node.value.end) === task;
    return undefined;
  });
  return starts;
}

/** `task` of `task(…)` and of `task.apply(…)`. */
function rangeOfTask({ node: { function: callee }, library }: BlockingCall): [start: number, end: number] {
  const name = library.slice(library.lastIndexOf(".") + 1);
  const isMethod =
    callee.kind === "Attribute" &&
    callee.attribute.name !== name &&
    runningMethods.has(callee.attribute.name);
  const task = isMethod ? callee.value : callee;
  return [task.start, task.end];
}

const runningMethods: ReadonlySet<string> = new Set(["apply", "call", "run"]);

function findingOf(context: RuleContext, place: RequestPlace, queue: TaskQueue | undefined): Finding {
  const [first] = place.requests;
  const { library } = first;
  const name = library.slice(library.lastIndexOf(".") + 1);
  const isUsed = place.requests.some((request) => !isStatement(request) || isOutcomeUsed(context, request));
  return requestFinding(context, taskRunSynchronously, place, `Runs the task ${library}`, {
    level: isUsed ? lowered(taskRunSynchronously.level) : levelOf(taskRunSynchronously, place),
    confidence: confidenceOf(context, place, isUsed ? usedResult : 1),
    message: `The task ${name}() runs ${requestsInWords(context, place)}: the response waits until it is done.`,
    help: isUsed
      ? "Start it with the queue and show its result later, or call a function that is no task."
      : `Start it with ${name}.${queue?.startOnCommit ?? queue?.start ?? "delay"}().`,
    fixes: isUsed || !queue ? [] : fixesOf(context, place, queue),
  });
}

/** What a view needs at once may well be the result of a function that is a task, too. */
const usedResult = 0.7;

function isStatement({ statement, node }: BlockingCall): boolean {
  return statement?.kind === "ExpressionStatement" && statement.value === node;
}

/**
 * A function on the way goes by what the task has done: it handles what the task raises, to do or to say something else
 * where that fails, reads a row again that the task has changed, or shows it.
 */
function isOutcomeUsed(context: RuleContext, request: BlockingCall): boolean {
  return (
    decidesOnTheWay(context, request) ||
    readsAgain(context, request) ||
    isBeforeWhatIsShown(context, request) ||
    leadsToWhatIsWritten(context, request)
  );
}

function readsAgain({ project: { program } }: RuleContext, { location, calls }: BlockingCall): boolean {
  return [location, ...calls.map((call) => call.location)].some(({ path, range }) => {
    const tree = program.moduleOfFile(path)?.file.tree;
    const around = tree && functionAround(tree, range);
    if (!around) return false;
    let found = false;
    walkExpressions(around, (node) => {
      found ||=
        node.start > range.end &&
        node.kind === "Attribute" &&
        /^a?refresh_from_db$/.test(node.attribute.name);
      return undefined;
    });
    return found;
  });
}

/** Methods whose part in an answer is to say what it shows: what they do first, they do for its sake. */
const showing: ReadonlySet<string> = new Set(["get_context_data", "get_object", "get_queryset"]);

function isBeforeWhatIsShown(
  { project: { program } }: RuleContext,
  { location, calls }: BlockingCall,
): boolean {
  return [location, ...calls.map((call) => call.location)].some((place) => {
    const around = functionSymbolAround(program, place);
    return around?.owner !== undefined && showing.has(around.name);
  });
}

/** `update_fit(text, pk); return redirect("fit", pk)`: the next page shows the row that the task has changed. */
function leadsToWhatIsWritten(context: RuleContext, request: BlockingCall): boolean {
  const { program } = context.project;
  const {
    location: { path, range },
    node: task,
  } = request;
  const file = program.moduleOfFile(path)?.file;
  const around = file && functionAround(file.tree, range);
  if (!around || !writesRows(context, request)) return false;
  const source = (node: Expression): string => file.text.slice(node.start, node.end);
  const given = new Set(
    [...task.arguments, ...task.keywords.map(({ value }) => value)]
      .flatMap(partsOf)
      .filter(({ kind }) => kind === "Name" || kind === "Attribute")
      .map(source),
  );
  let found = false;
  walkExpressions(around, (node) => {
    if (node.kind !== "Call" || node.start < range.end || !leading.has(lastName(node.function) ?? "")) {
      return undefined;
    }
    walkExpressions(node, (part) => {
      found ||= given.has(source(part));
      return undefined;
    });
    return undefined;
  });
  return found;
}

/** `task.apply(args=[pk])` gives its task what is in the list. */
function partsOf(node: Expression): readonly Expression[] {
  return node.kind === "ListLiteral" || node.kind === "TupleLiteral"
    ? node.elements.flatMap(partsOf)
    : [node];
}

/** In the task itself, or in what it calls. */
function writesRows({ facts, project: { program } }: RuleContext, { library }: BlockingCall): boolean {
  const task = tasksOf(program).find(
    ({ task: { module, qualifiedName } }) => `${module.name}.${qualifiedName}` === library,
  )?.task;
  return (
    task !== undefined &&
    (factsOfKind(facts, "write").some(({ root }) => root.symbol === library) ||
      factsOfKind(facts, "singleWrite").some(
        ({ location: { path, range } }) => path === task.module.file.path && containsRange(task.node, range),
      ))
  );
}

const leading: ReadonlySet<string> = new Set(["HttpResponseRedirect", "redirect", "reverse"]);

function fixesOf(context: RuleContext, { requests, isOwn }: RequestPlace, queue: TaskQueue): readonly Fix[] {
  const [first] = requests;
  const { node, location } = first;
  const module = context.project.program.moduleOfFile(location.path);
  const given = [...node.arguments, ...node.keywords.map(({ value }) => value)];
  if (!module || !isOwn || !given.every(isPlain)) return [];
  if (queue.startOnCommit === undefined && transactionAround(context, module, node)) return [];
  const [start, end] = rangeOfTask(first);
  const passesTuple = node.function.kind === "Attribute" && node.function.attribute.name === "apply";
  if (passesTuple || isSentElsewhere(context, first)) return [];
  const method = queue.startOnCommit ?? queue.start;
  const task = module.file.text.slice(start, end);
  const edit: TextEdit = { range: node.function, newText: `${task}.${method}` };
  return [
    {
      title: `Start the task with ${method}() (${afterwardsInTitle(context, requests)})`,
      safety: "unsafe",
      preferred: true,
      edits: [{ path: location.path, ...edit }],
    },
  ];
}

/** Other code says to which queue the task goes: `task.apply_async(args, queue=host)`. Any worker may not do. */
function isSentElsewhere({ project: { program } }: RuleContext, { library }: BlockingCall): boolean {
  const name = library.slice(library.lastIndexOf(".") + 1);
  return program.modules.some(({ firstParty, file }) => {
    if (!firstParty || !file.text.includes(name)) return false;
    let found = false;
    walkExpressions(file.tree, (node) => {
      found ||=
        node.kind === "Call" &&
        node.keywords.some((keyword) => routes.has(keyword.name?.name ?? "")) &&
        file.text.slice(node.function.start, node.function.end).split(/\W+/).includes(name);
      return undefined;
    });
    return found;
  });
}

const routes: ReadonlySet<string> = new Set(["exchange", "queue", "queue_name", "routing_key", "using"]);

/** Something that a queue can pass on: a constant, a key. */
function isPlain(node: Expression): boolean {
  switch (node.kind) {
    case "StringLiteral":
    case "NumberLiteral":
    case "ConstantLiteral":
    case "FormattedString":
      return true;
    case "Name":
      return /(?:^|_)(?:id|pk)$/.test(node.name);
    case "Attribute":
      return /(?:^|_)(?:id|pk)$/.test(node.attribute.name);
    default:
      return false;
  }
}
