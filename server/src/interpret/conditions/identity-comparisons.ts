/** `project.owner == user`: two rows of one model are equal when their keys are. */
import type { Relation } from "../../django/model-graph.ts";
import type { Instance } from "../../queryset/instance.ts";
import type { Attribute, Comparison, Expression } from "../../syntax/ast.ts";
import type { Interpreter } from "../interpreter.ts";

interface RelationSide {
  readonly node: Attribute;
  readonly other: Expression;
  readonly holder: Instance;
  readonly relation: Relation;
}

/**
 * Notes a comparison for which the foreign key's column would do. Only outside of loops: in a loop, the row that the
 * comparison loads is an N+1 like any other.
 * @returns whether both sides were evaluated here
 */
export function compareByKey(interpreter: Interpreter, comparison: Comparison): boolean {
  const [operator] = comparison.operators;
  const [right] = comparison.comparators;
  if (comparison.operators.length !== 1 || (operator !== "==" && operator !== "!=") || !right) return false;
  const side =
    relationSide(interpreter, comparison.left, right) ?? relationSide(interpreter, right, comparison.left);
  if (!side) return false;
  const other = interpreter.evaluate(side.other);
  if (other.kind !== "instance" || other.model.label !== side.relation.target) {
    interpreter.evaluate(side.node);
    return true;
  }
  interpreter.readRelation(side.holder, side.relation.accessor, side.node, { comparedWith: side.other });
  return true;
}

function relationSide(
  interpreter: Interpreter,
  node: Expression,
  other: Expression,
): RelationSide | undefined {
  if (node.kind !== "Attribute" || node.value.kind !== "Name") return undefined;
  const holder = interpreter.evaluate(node.value);
  if (holder.kind !== "instance" || !holder.source || interpreter.isRepeated(holder.varies)) return undefined;
  const relation = holder.model.relations.get(node.attribute.name);
  const isForward = relation?.kind === "foreignKey" || relation?.kind === "oneToOne";
  if (!relation || !isForward || relation.field.toField !== undefined) return undefined;
  return { node, other, holder, relation };
}
