/** Which deletions in loops concern one row, or the rows of one key, in each round. */
import type { Field } from "../../django/model-graph.ts";
import type { Write } from "../../interpret/facts.ts";
import type { Module } from "../../python/symbols.ts";
import type { Instance } from "../../queryset/instance.ts";
import type { FilterCondition } from "../../queryset/queryset.ts";
import type { Call } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { codeOfRound, isAllThatRoundCalls } from "./helper-writes.ts";
import { handlesErrors, isForOneKey } from "./one-key.ts";
import { isOfOneObject, joinsGivenObjects } from "./one-object.ts";
import { overridesDelete } from "./side-effects.ts";
import { functionAround } from "./syntax-queries.ts";
import { isThroughCall, type WriteLoop } from "./write-loop.ts";
import { fieldsNamed } from "./written-fields.ts";

/** One deletion could take the place of those in the loop. */
export function isForOneRow(context: RuleContext, writeLoop: WriteLoop): boolean {
  const { write, all } = writeLoop;
  const { program } = context.project;
  const module = program.moduleOfFile(write.location.path);
  if (!module || isPartOfOverride(write) || !isOfDjango(write)) return false;
  if (!isAllThatRoundCalls(context, writeLoop)) return false;
  if (callsItself(module, write) || handlesErrors(program, write) || cleansUpFiles(context, module, write))
    return false;
  switch (write.receiver.kind) {
    case "instance":
      return all.every(({ model }) => !overridesDelete(program, model)) && isKnownRow(write.receiver, write);
    case "queryset":
      return isForOneKey(context, writeLoop);
    default:
      return false;
  }
}

/**
 * What joins two given objects; of what belongs to one, those that a condition picks or all but one. Such code runs
 * whenever there is something to tidy up, so that it finds a row or two each time.
 */
export function picksFew(
  context: RuleContext,
  { write: { receiver, loops, conditions } }: WriteLoop,
): boolean {
  const rows = receiver.kind === "instance" ? receiver.source?.queryset : undefined;
  if (!rows) return false;
  if (joinsGivenObjects(context, rows)) return true;
  if (!isOfOneObject(context, rows, loops)) return false;
  return conditions > 0 || rows.filters.some(isAllButOne);
}

function isAllButOne({ method, lookup }: FilterCondition): boolean {
  return method === "exclude" && (lookup === "pk" || lookup === "id");
}

/**
 * `first()` takes one of several: which one, only a query per round can tell. `form.instance` belongs to its form, which
 * decides for itself.
 */
function isKnownRow({ source, isNew }: Instance, { node: { function: callee } }: Write): boolean {
  const row = callee.kind === "Attribute" ? callee.value : undefined;
  if (isNew || (row?.kind === "Attribute" && source?.path.length === 0)) return false;
  return source === undefined || !source.single || source.queryset.bound.kind === "unique";
}

/** `row.delete(soft=False)` is a method that a base class brings. */
function isOfDjango({ node }: Write): boolean {
  return node.keywords.every(({ name }) => name?.name === "using" || name?.name === "keep_parents");
}

/** `row.delete(); self.handle(...)`: the round does all that the function does once more, and needs the row gone. */
function callsItself(module: Module, write: Write): boolean {
  const loop = write.innermostLoop?.statement;
  const name = functionAround(module.file.tree, write.location.range)?.name.name;
  if (!loop || name === undefined || isThroughCall(write)) return false;
  let found = false;
  walkExpressions(loop, (node) => {
    if (node.kind !== "Call" || node === write.node) return !found;
    const { function: callee } = node;
    found ||=
      callee.kind === "Name"
        ? callee.name === name
        : callee.kind === "Attribute" &&
          callee.attribute.name === name &&
          callee.value.kind === "Name" &&
          /^(?:self|cls)$/.test(callee.value.name);
    return !found;
  });
  return found;
}

/** `super().delete()` */
function isPartOfOverride({ node: { function: callee } }: Write): boolean {
  const value = callee.kind === "Attribute" ? callee.value : undefined;
  return value?.kind === "Call" && value.function.kind === "Name" && value.function.name === "super";
}

/** The files of each row go with it, which no query does. */
function cleansUpFiles({ project }: RuleContext, module: Module, write: Write): boolean {
  const { innermostLoop: loop } = write;
  let found = false;
  for (const code of loop ? codeOfRound(project, write, loop) : []) {
    walkExpressions(code, (node) => {
      if (node.kind === "Call" && node !== write.node && removesFile(node)) found = true;
      return !found;
    });
  }
  return found;

  function removesFile({ function: callee }: Call): boolean {
    if (callee.kind !== "Attribute") return false;
    const { attribute, value } = callee;
    if (attribute.name === "unlink") return true;
    if (attribute.name === "delete" && value.kind === "Attribute") {
      const { name } = value.attribute;
      return name === "storage" || fieldsNamed(write.model, name).some(holdsFile);
    }
    const resolved = project.program.resolveExpression(module, callee);
    const name = resolved.kind === "external" ? resolved.name : "";
    return /^(?:os\.(?:remove|unlink|removedirs)|shutil\.rmtree|django\.core\.files\.storage\.default_storage\.delete)$/.test(
      name,
    );
  }
}

function holdsFile({ baseClassName }: Field): boolean {
  return baseClassName === "FileField" || baseClassName === "ImageField";
}
