/** Numbers of rows that code changes by what they are: read, changed and written back, they forget what others wrote. */
import type { Field } from "../../django/model-graph.ts";
import { alternativesOf, variesOf } from "../../queryset/join.ts";
import type { Attribute, Expression, Statement } from "../../syntax/ast.ts";
import type { Interpreter } from "../interpreter.ts";

/** `task.position += 1`, `task.position = task.position + 1` */
export function recordIncrement(
  interpreter: Interpreter,
  statement: Extract<Statement, { kind: "Assign" | "AugAssign" }>,
): void {
  const target = incrementedBy(interpreter, statement);
  if (!target) return;
  for (const holder of alternativesOf(interpreter.evaluate(target.value))) {
    if (holder.kind !== "instance" || holder.isNew || !holder.state.stored) continue;
    const field = holder.model.fields.get(target.attribute.name);
    if (!field || !isNumber(field)) continue;
    interpreter.record({
      kind: "columnIncrement",
      instance: holder,
      field,
      target,
      statement,
      ...interpreter.context(interpreter.location(statement), variesOf(holder)),
    });
  }
}

function incrementedBy(
  interpreter: Interpreter,
  statement: Extract<Statement, { kind: "Assign" | "AugAssign" }>,
): Attribute | undefined {
  if (statement.kind === "AugAssign") {
    const isSum = statement.operator === "+" || statement.operator === "-";
    return isSum && isPlain(statement.target) ? statement.target : undefined;
  }
  const [target, ...others] = statement.targets;
  const { value } = statement;
  if (!target || others.length > 0 || value.kind !== "BinaryOperation" || !isPlain(target)) return undefined;
  const written = interpreter.text(target);
  const isSelf = (side: Expression): boolean => isPlain(side) && interpreter.text(side) === written;
  const isIncrement =
    (value.operator === "+" && (isSelf(value.left) || isSelf(value.right))) ||
    (value.operator === "-" && isSelf(value.left));
  return isIncrement ? target : undefined;
}

/** An attribute of names and attributes: evaluating it a second time has no effect. */
function isPlain(node: Expression): node is Attribute {
  return node.kind === "Attribute" && (node.value.kind === "Name" || isPlain(node.value));
}

function isNumber({ baseClassName, kind }: Field): boolean {
  return (
    kind === "column" && /^(?:(?:Positive)?(?:Small|Big)?Integer|Decimal|Float)Field$/.test(baseClassName)
  );
}
