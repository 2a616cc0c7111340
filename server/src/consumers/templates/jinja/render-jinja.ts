/** Jinja's tags that Django does not have: macros, imports, and names that are set for what follows. */

import { inFrame } from "../../../interpret/frames.ts";
import { unknown } from "../../../queryset/join.ts";
import { mappingOf } from "../../../queryset/mapping.ts";
import type { FunctionValue, Value } from "../../../queryset/value.ts";
import type { Expression } from "../../../syntax/ast.ts";
import { callerName } from "../../../syntax/jinja/jinja-tags.ts";
import type {
  CallBlockNode,
  ImportNode,
  MacroNode,
  SetNode,
} from "../../../syntax/template/template-tree.ts";
import type { Rendering } from "../rendering.ts";
import type { TemplateContext } from "../template-context.ts";
import { scopeOf, valueOfJinja } from "./evaluate.ts";

export function renderSet(rendering: Rendering, context: TemplateContext, node: SetNode): void {
  const { body, targets, value: expression } = node;
  rendering.renderNodes(rendering, context.push(), body);
  const value = expression ? valueOfJinja(rendering, context, expression.value) : unknown;
  const [first, ...others] = targets;
  if (first && others.length === 0) context.set(first.name, value);
  else for (const [index, { name }] of targets.entries()) context.set(name, itemOf(value, index));
}

function itemOf(value: Value, index: number): Value {
  return value.kind === "collection" ? (value.items?.[index] ?? value.element) : unknown;
}

export function renderMacro(rendering: Rendering, context: TemplateContext, node: MacroNode): void {
  context.set(node.definition.name.name, macroOf(rendering, context, node));
}

export function renderCallBlock(rendering: Rendering, context: TemplateContext, node: CallBlockNode): void {
  const inside = context.push(new Map([[callerName, macroOf(rendering, context, node)]]));
  valueOfJinja(rendering, inside, node.call.value);
}

/** A function that renders the body. It sees the names around its definition. */
function macroOf(
  rendering: Rendering,
  context: TemplateContext,
  { body, definition }: MacroNode | CallBlockNode,
): FunctionValue {
  const { interpreter } = rendering;
  return {
    kind: "function",
    node: definition,
    module: rendering.frame.module,
    symbol: undefined,
    owner: undefined,
    receiver: undefined,
    closure: scopeOf(rendering, context),
    boundArguments: [],
    run: (parameters) => {
      const frame = { ...rendering.frame, scope: parameters };
      const inside = { ...rendering, frame, calls: [...interpreter.state.calls] };
      inFrame(interpreter, frame, () => rendering.renderNodes(inside, context.push(parameters.names), body));
      return unknown;
    },
  };
}

/** Runs what the other template defines at its top level, and takes its names from there. */
export function renderImport(rendering: Rendering, context: TemplateContext, node: ImportNode): void {
  const names = rendering.importNamed(
    valueOfJinja(rendering, context, node.template.value),
    context.isolated(new Map()),
    node,
  );
  if (node.as) {
    context.set(node.as.name, mappingOf(names, { size: { kind: "unknown" } }));
  }
  for (const { as, name } of node.names) context.set(as, names.get(name) ?? unknown);
}

/** `{{ super() }}`, with filters or without. */
export function isSuperCall(value: Expression): boolean {
  if (value.kind !== "Call" || value.function.kind !== "Name") return false;
  const [argument] = value.arguments;
  if (value.function.name === "super") return argument === undefined;
  return argument !== undefined && isSuperCall(argument);
}
