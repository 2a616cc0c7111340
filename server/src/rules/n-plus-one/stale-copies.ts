/**
 * Related rows that a loop changes from what they hold. Loaded anew in each round, they are up to date. Fetched with the
 * rows before the loop, there would be an object for each of them, and what one saves undoes what another one saved.
 */
import type { RelationRead, Write } from "../../interpret/facts.ts";
import { pathKey } from "../../queryset/coverage.ts";
import { anyField } from "../../queryset/instance.ts";
import type { Expression, FunctionDef } from "../../syntax/ast.ts";
import { isStatement, walk, walkExpressions } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { codeAround } from "./code-around.ts";

/** @param writes those of the loops around the read, those of functions that they call included */
export function leavesStaleCopies(
  context: RuleContext,
  read: RelationRead,
  writes: readonly Write[],
): boolean {
  return (
    mayBeShared(context, read) &&
    writes.some(
      (write) =>
        write.root.symbol === read.root.symbol &&
        isSaved(write, read) &&
        startsFromItself(context, write, read),
    )
  );
}

/** Several rows may lead to one related row. */
function mayBeShared({ project }: RuleContext, { queryset, path }: RelationRead): boolean {
  let model = project.models.model(queryset.model.label);
  for (const accessor of path) {
    const relation = model?.relations.get(accessor);
    if (relation?.kind !== "oneToOne" && relation?.kind !== "reverseOneToOne") return true;
    model = relation.target === undefined ? undefined : project.models.model(relation.target);
  }
  return false;
}

function isSaved({ operation, receiver }: Write, { queryset, path }: RelationRead): boolean {
  const source = receiver.kind === "instance" ? receiver.source : undefined;
  return (
    operation === "save" &&
    source?.queryset.model === queryset.model &&
    pathKey(source.path) === pathKey(path)
  );
}

/** A field is set to something that its own value is part of. Where that is not seen, to what changes in the loop. */
function startsFromItself(
  context: RuleContext,
  { assigned, node, location }: Write,
  read: RelationRead,
): boolean {
  const names = new Set([...assigned.keys()].filter((name) => name !== anyField));
  const receiver = node.function.kind === "Attribute" ? node.function.value : undefined;
  const scope = codeAround(context, location)?.scope;
  if (receiver && scope) {
    const text = context.text(location.path);
    const row = text.slice(receiver.start, receiver.end);
    const isField = (expression: Expression): boolean =>
      expression.kind === "Attribute" &&
      names.has(expression.attribute.name) &&
      text.slice(expression.value.start, expression.value.end) === row;
    const assignments = assignmentsTo(scope, isField);
    if (assignments.length > 0) return assignments.includes("update") || isReadForValue(scope, isField);
  }
  const loops = read.loops.map(({ id }) => id);
  return [...assigned.values()].some((varies) => varies.some((id) => loops.includes(id)));
}

/** How the function sets the field: `row.total = …` or `row.total += …`. */
function assignmentsTo(
  scope: FunctionDef,
  isField: (expression: Expression) => boolean,
): readonly ("assign" | "update")[] {
  const found: ("assign" | "update")[] = [];
  walk(scope, (node) => {
    if (!isStatement(node)) return;
    if (node.kind === "AugAssign" && isField(node.target)) found.push("update");
    if (node.kind === "Assign" && node.targets.some(isField)) found.push("assign");
  });
  return found;
}

/** Only a condition asks for the field where a value is computed once and kept. */
function isReadForValue(scope: FunctionDef, isField: (expression: Expression) => boolean): boolean {
  let found = false;
  const visit = (expression: Expression): boolean => {
    if (isField(expression)) found = true;
    if (expression.kind !== "Conditional") return !found;
    walkExpressions(expression.body, visit);
    walkExpressions(expression.orElse, visit);
    return false;
  };
  walk(scope, (node) => {
    if (isStatement(node) && node.kind === "Assign") walkExpressions(node.value, visit);
    return !found;
  });
  return found;
}
