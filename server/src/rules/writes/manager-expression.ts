/** The manager behind a call that creates a row, and the class that makes an unsaved instance instead. */
import type { Model } from "../../django/model-graph.ts";
import type { ImportedName } from "../../edits/imports.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { Write } from "../../interpret/facts.ts";
import type { Module } from "../../python/symbols.ts";
import type { Expression, FunctionDef } from "../../syntax/ast.ts";
import { modelName } from "../model-name.ts";
import type { RuleContext } from "../rule-context.ts";

export interface ManagerExpression {
  readonly className: string;
  readonly manager: string;
  /** What stands in the source for the class or its manager. */
  readonly expression: Expression | undefined;
  readonly edits: readonly TextEdit[];
}

/** `Task.objects` of `Task.objects.create(…)`; for a related manager, that of the model's class. */
export function managerExpression(
  context: RuleContext,
  { node, receiver, model }: Write,
  module: Module,
  inside: FunctionDef | undefined,
): ManagerExpression | undefined {
  if (receiver.kind !== "manager" || node.function.kind !== "Attribute") return undefined;
  const { value } = node.function;
  if (!receiver.related) {
    if (value.kind !== "Attribute" || !isNameChain(value.value)) return undefined;
    const source = (part: Expression): string => module.file.text.slice(part.start, part.end);
    return { className: source(value.value), manager: source(value), expression: value, edits: [] };
  }
  const name = modelName(context.project.program, module, model, inside);
  return name && ofModel(name, model);
}

export function ofModel({ expression, edits }: ImportedName, model: Model): ManagerExpression {
  const manager = `${expression}.${model.defaultManager}`;
  return { className: expression, manager, expression: undefined, edits };
}

export function isNameChain(node: Expression): boolean {
  return node.kind === "Name" || (node.kind === "Attribute" && isNameChain(node.value));
}
