/** Whether all that happens to the rows of a queryset can be seen. */
import type { Model } from "../../django/model-graph.ts";
import type { Expression } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { isExpression, isStatement } from "../../syntax/walk.ts";
import type { CodeAround } from "./code-around.ts";
import { parentOf, usesOf } from "./consumer.ts";

/**
 * The attributes that are read of the rows, where nothing but loops of this function sees them, and those ask them for
 * columns and relations only. Undefined where rows get out of sight.
 */
export function attributesReadInLoops(
  code: CodeAround,
  rows: Expression,
  model: Model,
): ReadonlySet<string> | undefined {
  const holder = parentOf(code, rows);
  if (holder === undefined) return undefined;
  if (!isStatement(holder) || holder.kind !== "Assign") return attributesReadInLoop(code, rows, model);
  const [target] = holder.targets;
  if (holder.targets.length > 1 || target?.kind !== "Name") return undefined;
  if (bindingsOf(code.scope, target.name).length > 1 || usesOf(code, "locals").length > 0) return undefined;
  const read = new Set<string>();
  for (const use of usesOf(code, target.name)) {
    if (use === target) continue;
    const inLoop = attributesReadInLoop(code, use, model);
    if (!inLoop) return undefined;
    for (const name of inLoop) read.add(name);
  }
  return read;
}

function attributesReadInLoop(
  code: CodeAround,
  iterable: Expression,
  model: Model,
): ReadonlySet<string> | undefined {
  const loop = parentOf(code, iterable);
  if (loop === undefined) return undefined;
  const target =
    isStatement(loop) && loop.kind === "For"
      ? loop.target
      : isExpression(loop) && loop.kind === "Comprehension"
        ? loop.clauses.find((clause) => clause.iterable === iterable)?.target
        : undefined;
  if (target?.kind !== "Name") return undefined;
  const read = new Set<string>();
  for (const use of usesOf(code, target.name)) {
    if (isBinding(code, use)) continue;
    const parent = parentOf(code, use);
    if (parent === undefined || !isExpression(parent) || parent.kind !== "Attribute") return undefined;
    const { name } = parent.attribute;
    if (!isColumnOrRelation(model, name)) return undefined;
    read.add(name);
  }
  return read;
}

function isColumnOrRelation({ fields, relations }: Model, name: string): boolean {
  return (
    name === "pk" ||
    fields.has(name) ||
    relations.has(name) ||
    [...fields.values()].some(({ attributeName }) => attributeName === name)
  );
}

/** The variable of a loop: the same name may run over other rows elsewhere. */
function isBinding(code: CodeAround, use: Expression): boolean {
  const parent = parentOf(code, use);
  if (parent === undefined) return false;
  if (isStatement(parent)) return parent.kind === "For" && parent.target === use;
  return (
    isExpression(parent) &&
    parent.kind === "Comprehension" &&
    parent.clauses.some(({ target }) => target === use)
  );
}
