import { celerySetting } from "../../django/celery-settings.ts";
import { stringOf } from "../../django/static-value.ts";
import { taskOption } from "../../django/tasks.ts";
import type { TaskStart } from "../../interpret/facts.ts";
import type { Module } from "../../python/symbols.ts";
import { alternativesOf } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import type { Confidence, Finding, Level } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { instanceArgumentFix } from "./instance-argument-fix.ts";
import { type TaskArgument, taskArguments } from "./task-arguments.ts";
import { nameOfStart, startsByPlace } from "./task-starts.ts";

export const taskReceivesModelInstance: FactRule = {
  kind: "facts",
  code: "QS901",
  name: "task-receives-model-instance",
  summary: "A task is given a row, a queryset, a request or a file instead of what finds it",
  level: "error",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const places = startsByPlace(context);
    return places.flatMap((starts) => {
      for (const start of starts) {
        const found = taskArguments(start).flatMap((argument) => {
          const payload = payloadOf(context, start, argument);
          return payload ? [{ argument, payload }] : [];
        });
        const [first] = found;
        if (first) return [findingOf(context, start, first.argument, first.payload, places.flat())];
      }
      return [];
    });
  },
};

interface Payload {
  /** `a row of User`, `rows of User`, `a queryset of User`, `the request` */
  readonly label: string;
  readonly model: string | undefined;
  readonly kind: "row" | "rows" | "request" | "file";
  /** Only the task's parameter says so. */
  readonly isAssumed?: true;
}

function payloadOf(
  context: RuleContext,
  start: TaskStart,
  { value, node, parameter }: TaskArgument,
): Payload | undefined {
  if (value.kind === "unknown" && node?.kind === "Name" && !isKeyName(node.name) && parameter?.annotation) {
    const declared = declaredPayload(context, start.task.module, parameter.annotation);
    if (declared) return declared;
  }
  const alternatives = alternativesOf(value).filter(
    (each) => !(each.kind === "literal" && each.value === null),
  );
  const payloads = alternatives.map((each) => payloadOfValue(context, each));
  const [first] = payloads;
  if (first && payloads.every((each) => each?.label === first.label)) return first;
  return node && payloadOfRequest(context, start, node);
}

/** The annotation may be what the key stands for. */
function isKeyName(name: string): boolean {
  return /(?:^|_)(?:ids?|keys?|pks?|uuids?)$/.test(name);
}

/** `def welcome(user: User)`: who starts the task is told to pass a row. */
function declaredPayload(
  { project: { models, program } }: RuleContext,
  module: Module,
  annotation: Expression,
): Payload | undefined {
  const symbol = program.resolveExpression(module, annotation);
  const model = symbol.kind === "class" ? models.modelOfClass(symbol) : undefined;
  return model && { label: `a row of ${model.name}`, model: model.label, kind: "row", isAssumed: true };
}

function payloadOfValue({ project }: RuleContext, value: Value): Payload | undefined {
  switch (value.kind) {
    case "instance": {
      const { symbol, label, name } = value.model;
      // What says itself how it is written as JSON.
      if (symbol && project.program.lookupMember(symbol, "__json__").kind === "found") return undefined;
      return { label: `a row of ${name}`, model: label, kind: "row" };
    }
    case "queryset":
      // Of rows that were fetched before, a slice is a list.
      if (value.bound.kind === "slice" && value.result.evaluated) {
        return value.rows === "instances"
          ? { label: `rows of ${value.model.name}`, model: value.model.label, kind: "rows" }
          : undefined;
      }
      // A queryset of values is made of dictionaries, but is itself none.
      return { label: `a queryset of ${value.model.name}`, model: value.model.label, kind: "rows" };
    case "manager":
      return { label: `the manager of ${value.model.name}`, model: value.model.label, kind: "rows" };
    case "collection": {
      const elements = alternativesOf(value.element);
      const [first] = elements;
      return first?.kind === "instance" && elements.every((each) => each.kind === "instance")
        ? { label: `rows of ${first.model.name}`, model: first.model.label, kind: "rows" }
        : undefined;
    }
    default:
      return undefined;
  }
}

/** `request` in a view, `self.request` in a method of one, `request.FILES["file"]` */
function payloadOfRequest(context: RuleContext, start: TaskStart, node: Expression): Payload | undefined {
  if (start.root.context !== "request" || start.calls.length > 0) return undefined;
  if (isRequest(context, start, node)) return { label: "the request", model: undefined, kind: "request" };
  const files =
    node.kind === "Subscript"
      ? node.value
      : node.kind === "Call" && node.function.kind === "Attribute" && node.function.attribute.name === "get"
        ? node.function.value
        : undefined;
  return files?.kind === "Attribute" &&
    files.attribute.name === "FILES" &&
    isRequest(context, start, files.value)
    ? { label: "an uploaded file", model: undefined, kind: "file" }
    : undefined;
}

function isRequest({ project: { program } }: RuleContext, start: TaskStart, node: Expression): boolean {
  const module = program.moduleOfFile(start.location.path);
  const view =
    module &&
    program.functions(module).find((each) => `${module.name}.${each.qualifiedName}` === start.symbol);
  if (!view) return false;
  const [first, second] = view.node.parameters;
  const parameter = view.owner ? second : first;
  if (node.kind === "Name") return node.name === "request" && parameter?.name === "request";
  return (
    view.owner !== undefined &&
    node.kind === "Attribute" &&
    node.attribute.name === "request" &&
    node.value.kind === "Name" &&
    node.value.name === first?.name
  );
}

/** What carries the arguments to the worker. */
type Serializer = "json" | "other" | "unknown";

function serializerOf({ project }: RuleContext, { declaration, node, keywords }: TaskStart): Serializer {
  if (declaration.library === "django") return "json";
  const given = node.keywords.some(({ name }) => name?.name === "serializer")
    ? keywords.get("serializer")
    : undefined;
  if (given) return given.kind === "literal" && given.value === "json" ? "json" : "other";
  const option = taskOption(project.program, declaration, "serializer");
  if (option === "unknown") return "unknown";
  if (option) return option.node.kind === "StringLiteral" && option.node.value === "json" ? "json" : "other";
  // Whoever registers a serializer may have one that knows more than numbers and texts.
  const isExtended = project.program.modules.some(
    ({ firstParty, file }) => firstParty && mentions(file, /\bkombu\.(?:serialization|utils\.json)\b/),
  );
  if (isExtended) return "unknown";
  const setting = celerySetting(project, "task_serializer");
  if (setting === undefined) return "json";
  const name = stringOf(setting);
  return name === undefined ? "unknown" : name === "json" ? "json" : "other";
}

function findingOf(
  context: RuleContext,
  start: TaskStart,
  argument: TaskArgument,
  payload: Payload,
  starts: readonly TaskStart[],
): Finding {
  const { location, symbol, task, declaration } = start;
  const serializer = serializerOf(context, start);
  const text = context.text(location.path);
  const { node } = argument;
  const written = node ? text.slice(node.start, node.end).replace(/\s+/g, " ") : "";
  const what = written !== "" && written.length <= 40 ? `"${written}", ${payload.label},` : payload.label;
  return {
    ...findingBase(taskReceivesModelInstance),
    remedy: "task-payload",
    level: levelInRoots(context, levelOf(serializer, payload), [start]),
    confidence: payload.isAssumed ? "medium" : confidenceOf(serializer, declaration.base === "unknown"),
    message: `"${nameOfStart(start)}" sends ${what} through the queue: ${consequenceOf(serializer, declaration.library, payload)}.`,
    help:
      payload.kind === "request" || payload.kind === "file"
        ? "Pass the values that the task needs; store a file, and pass what finds it."
        : "Pass the primary key, and load the row in the task.",
    location,
    symbol,
    model: payload.model,
    origin: location,
    evidence: [
      { message: `Passes ${payload.label}`, location: node ? { ...location, range: node } : location },
      {
        message: `The task ${task.module.name}.${task.qualifiedName}`,
        location: { path: task.module.file.path, range: task.node.name },
      },
    ],
    fixes:
      payload.kind === "row" && !payload.isAssumed
        ? instanceArgumentFix(context, start, argument, starts)
        : [],
  };
}

function levelOf(serializer: Serializer, { kind }: Payload): Level {
  return serializer === "json" || kind === "request" ? "error" : "warning";
}

function confidenceOf(serializer: Serializer, isOfUnknownClass: boolean): Confidence {
  // A class that is not known may turn rows into keys on the way.
  if (isOfUnknownClass) return "medium";
  return serializer === "unknown" ? "medium" : "high";
}

function consequenceOf(serializer: Serializer, library: "celery" | "django", { kind }: Payload): string {
  if (serializer === "json") {
    return library === "django"
      ? "arguments are JSON, and the call raises TypeError"
      : "arguments are JSON, and the call raises EncodeError";
  }
  if (kind === "request" || kind === "file") return "it is of use to this process only";
  return kind === "row"
    ? "the task works with the row as it was, and saves old values over new ones"
    : "the task works with the rows as they were";
}
