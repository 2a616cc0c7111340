/**
 * Related rows that a loop changes from what they hold. Loaded anew in each round, they are up to date. Fetched with the
 * rows before the loop, there would be an object for each of them, and what one saves undoes what another one saved.
 */
import type { Relation } from "../../django/model-graph.ts";
import type { RelationRead, Write } from "../../interpret/facts.ts";
import { pathKey } from "../../queryset/coverage.ts";
import { anyField } from "../../queryset/instance.ts";
import type { Expression, FunctionDef, Statement } from "../../syntax/ast.ts";
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
        ((isSaved(write, read) &&
          (startsFromItself(context, write, read) || isNumberedBySave(context, write))) ||
          isWrittenBack(context, write, read)),
    )
  );
}

/** Several rows may lead to one related row. */
function mayBeShared({ project }: RuleContext, { queryset, path }: RelationRead): boolean {
  let model = project.models.model(queryset.model.label);
  for (const accessor of path) {
    const relation = model?.relations.get(accessor);
    const isOwn = relation !== undefined && belongingToOne.has(relation.kind);
    if (!isOwn) return true;
    model = relation.target === undefined ? undefined : project.models.model(relation.target);
  }
  return false;
}

/** The row at the other end leads back to one row. */
const belongingToOne: ReadonlySet<Relation["kind"]> = new Set([
  "oneToOne",
  "reverseOneToOne",
  "reverseForeignKey",
]);

/** `Label.objects.filter(pk=self.pk).update(active=active)`, where `active` may be what the row holds. */
function isWrittenBack(context: RuleContext, write: Write, { queryset, path }: RelationRead): boolean {
  const { operation, receiver, node, location } = write;
  if (operation !== "update" || receiver.kind !== "queryset") return false;
  const isOfRow = receiver.filters.some(({ column }) => {
    const source = column?.field.primaryKey ? column.instance?.source : undefined;
    return source?.queryset.model === queryset.model && pathKey(source.path) === pathKey(path);
  });
  const scope = isOfRow ? codeAround(context, location)?.scope : undefined;
  const names = new Set(node.keywords.map(({ name }) => name?.name));
  let found = false;
  if (scope) {
    walk(scope, (part) => {
      found ||= "kind" in part && part.kind === "Attribute" && names.has(part.attribute.name);
      return !found;
    });
  }
  return found;
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

/**
 * `if self.number is None: self.number = …` with a query: `save()` gives a row that has no number the next one, and each
 * copy of the row would get another.
 */
function isNumberedBySave({ project }: RuleContext, { model }: Write): boolean {
  const member = model.symbol && project.program.lookupMember(model.symbol, "save");
  if (member?.kind !== "found" || member.symbol.kind !== "function") return false;
  if (!member.symbol.module.firstParty) return false;
  const { node: save } = member.symbol;
  const self = save.parameters[0]?.name;
  let found = false;
  walk(save, (node) => {
    if (isStatement(node) && node.kind === "If") {
      const asked = fieldsIn(node.test);
      found ||= asksDatabase(node.body) && node.body.some((statement) => setsOneOf(statement, asked));
    }
    return !found;
  });
  return found;

  function fieldOf(expression: Expression): string | undefined {
    if (expression.kind !== "Attribute" || expression.value.kind !== "Name") return undefined;
    const { name } = expression.attribute;
    return expression.value.name === self && model.fields.has(name) ? name : undefined;
  }

  function fieldsIn(test: Expression): ReadonlySet<string> {
    const fields = new Set<string>();
    walkExpressions(test, (part) => {
      const field = fieldOf(part);
      if (field !== undefined) fields.add(field);
      return true;
    });
    return fields;
  }

  function setsOneOf(statement: Statement, fields: ReadonlySet<string>): boolean {
    return (
      statement.kind === "Assign" && statement.targets.some((target) => fields.has(fieldOf(target) ?? ""))
    );
  }
}

function asksDatabase(block: readonly Statement[]): boolean {
  let found = false;
  for (const statement of block) {
    walkExpressions(statement, (part) => {
      if (part.kind === "Attribute" && managers.has(part.attribute.name)) found = true;
      return !found;
    });
  }
  return found;
}

const managers: ReadonlySet<string> = new Set(["objects", "_default_manager", "_base_manager"]);

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
