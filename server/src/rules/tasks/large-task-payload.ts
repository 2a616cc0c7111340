import type { TaskStart } from "../../interpret/facts.ts";
import type { Module } from "../../python/symbols.ts";
import type { Expression } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { pathTo } from "../../syntax/walk.ts";
import type { Finding } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import { symbolAt } from "./symbol-at.ts";
import { type TaskArgument, taskArguments } from "./task-arguments.ts";
import { nameOfStart, startsByPlace } from "./task-starts.ts";

export const largeTaskPayload: FactRule = {
  kind: "facts",
  code: "QS918",
  name: "large-task-payload",
  summary: "The content of a file, or all rows of a queryset, are sent through the queue",
  level: "warning",
  fix: "none",
  stage: 2,
  run: (context) =>
    startsByPlace(context).flatMap(([start]) => {
      const module = context.project.program.moduleOfFile(start.location.path);
      if (!module) return [];
      for (const argument of taskArguments(start)) {
        const payload = argument.node && payloadOf(context, module, argument.node, argument);
        if (payload) return [findingOf(context, start, payload)];
      }
      return [];
    }),
};

interface Payload {
  readonly label: string;
  readonly node: Expression;
  readonly certain: boolean;
}

const encoders: ReadonlyMap<string, string> = new Map([
  ["base64.b64encode", "what b64encode() makes of a file"],
  ["base64.encodebytes", "what encodebytes() makes of a file"],
  ["django.core.serializers.serialize", "serialized rows"],
]);

function payloadOf(
  context: RuleContext,
  module: Module,
  node: Expression,
  argument: TaskArgument,
): Payload | undefined {
  if (node.kind === "Comprehension") {
    const isRows = argument.value.kind === "collection" && argument.value.size.kind === "rows";
    return isRows && makesDictionary(context, module, node.element)
      ? { label: "a dictionary for each row", node, certain: true }
      : undefined;
  }
  if (node.kind === "Name") {
    const scope = functionAround(module.file.tree, node);
    const [binding, ...others] = scope ? bindingsOf(scope, node.name) : [];
    return binding?.kind === "assignment" && binding.value.kind !== "Name" && others.length === 0
      ? payloadOf(context, module, binding.value, argument)
      : undefined;
  }
  if (node.kind !== "Call") return undefined;
  const callee = node.function;
  if (callee.kind === "Attribute") {
    const isPlain = node.arguments.length + node.keywords.length === 0;
    if (callee.attribute.name === "read" && isPlain)
      return { label: "the content of a file", node, certain: true };
    // `base64.b64encode(…).decode()`
    if (/^(?:decode|hex)$/.test(callee.attribute.name))
      return payloadOf(context, module, callee.value, argument);
  }
  const [first] = node.arguments;
  const { value } = argument;
  if (
    callee.kind === "Name" &&
    callee.name === "list" &&
    first?.kind === "Call" &&
    value.kind === "collection"
  ) {
    const isRows =
      value.size.kind === "rows" &&
      first.function.kind === "Attribute" &&
      first.function.attribute.name === "values";
    return isRows ? { label: "a dictionary for each row", node, certain: true } : undefined;
  }
  const symbol = symbolAt(context.project.program, module, pathTo(module.file.tree, node), callee);
  const label = symbol.kind === "external" ? encoders.get(symbol.name) : undefined;
  return label === undefined ? undefined : { label, node, certain: false };
}

/** `model_to_dict(row)` */
function makesDictionary(context: RuleContext, module: Module, node: Expression): boolean {
  if (node.kind !== "Call") return false;
  const symbol = symbolAt(context.project.program, module, pathTo(module.file.tree, node), node.function);
  return symbol.kind === "external" && /^django\.forms\.(?:models\.)?model_to_dict$/.test(symbol.name);
}

function findingOf(context: RuleContext, start: TaskStart, { label, node, certain }: Payload): Finding {
  const { location, symbol } = start;
  return {
    ...findingBase(largeTaskPayload),
    level: levelInRoots(context, largeTaskPayload.level, [start]),
    remedy: "task-payload",
    confidence: certain ? "high" : "medium",
    message: `"${nameOfStart(start)}" sends ${label} through the queue: the broker keeps every message in memory until a worker takes it.`,
    help: "Store it (a file in the storage, rows in the table), and pass the name or the keys.",
    location,
    symbol,
    model: undefined,
    origin: location,
    evidence: [
      {
        message: `Passes ${label}`,
        location: { path: location.path, range: { start: node.start, end: node.end } },
      },
      { message: "The task is started here", location },
    ],
  };
}
