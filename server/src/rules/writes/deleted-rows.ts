/** Which deletions in loops concern one row, or the rows of one key, in each round. */
import { containsRange } from "../../base/text-range.ts";
import type { Field, ModelGraph } from "../../django/model-graph.ts";
import type { Write } from "../../interpret/facts.ts";
import type { Module } from "../../python/symbols.ts";
import type { Instance } from "../../queryset/instance.ts";
import type { LoopSet } from "../../queryset/loop-set.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Call } from "../../syntax/ast.ts";
import { pathTo, walkExpressions } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { comparedColumn } from "./compared-column.ts";
import { roundsOf } from "./rounds.ts";
import { overridesDelete } from "./side-effects.ts";
import { isThroughCall, type WriteLoop } from "./write-loop.ts";
import { fieldsNamed } from "./written-fields.ts";

/** One deletion could take the place of those in the loop. */
export function isForOneRow(context: RuleContext, writeLoop: WriteLoop): boolean {
  const { write, all } = writeLoop;
  const { program, models } = context.project;
  const module = program.moduleOfFile(write.location.path);
  // A helper that deletes an object does so for whoever calls it, after all else that has to be done for the object.
  if (!module || isThroughCall(write) || isPartOfOverride(write)) return false;
  if (handlesErrors(module, write) || cleansUpFiles(context, module, write)) return false;
  switch (write.receiver.kind) {
    case "instance":
      return all.every(({ model }) => !overridesDelete(program, model)) && isKnownRow(write.receiver);
    case "queryset":
      return !worksOnModel(context, writeLoop) && hasOneKey(models, write.receiver, write);
    default:
      return false;
  }
}

/** Each round asks for rows of the model, makes or changes some: what it deletes is a step of that. */
function worksOnModel({ facts }: RuleContext, { write: { model }, loop }: WriteLoop): boolean {
  const { read, saved } = roundsOf(facts, loop);
  return read.has(model.label) || saved.has(model.label);
}

/** `first()` takes one of several: which one, only a query per round can tell. */
function isKnownRow({ source, isNew }: Instance): boolean {
  return !isNew && (source === undefined || !source.single || source.queryset.bound.kind === "unique");
}

/** `super().delete()` */
function isPartOfOverride({ node: { function: callee } }: Write): boolean {
  const value = callee.kind === "Attribute" ? callee.value : undefined;
  return value?.kind === "Call" && value.function.kind === "Name" && value.function.name === "super";
}

/** Each round has an answer to its own failure: a protected row is skipped, the others go. */
function handlesErrors({ file }: Module, { location: { range }, innermostLoop: loop }: Write): boolean {
  return pathTo(file.tree, range).some(
    (node) =>
      "kind" in node &&
      node.kind === "Try" &&
      node.handlers.length > 0 &&
      !(loop && containsRange(node, loop.statement)) &&
      node.body.some((inner) => containsRange(inner, range)),
  );
}

/** The files of each row go with it, which no query does. */
function cleansUpFiles({ project: { program } }: RuleContext, module: Module, write: Write): boolean {
  const loop = write.innermostLoop?.statement;
  if (!loop) return false;
  let found = false;
  walkExpressions(loop, (node) => {
    if (node.kind === "Call" && node !== write.node && removesFile(node)) found = true;
    return !found;
  });
  return found;

  function removesFile({ function: callee }: Call): boolean {
    if (callee.kind !== "Attribute") return false;
    const { attribute, value } = callee;
    if (attribute.name === "unlink") return true;
    if (attribute.name === "delete" && value.kind === "Attribute") {
      const { name } = value.attribute;
      return name === "storage" || fieldsNamed(write.model, name).some(holdsFile);
    }
    const resolved = program.resolveExpression(module, callee);
    const name = resolved.kind === "external" ? resolved.name : "";
    return /^(?:os\.(?:remove|unlink|removedirs)|shutil\.rmtree|django\.core\.files\.storage\.default_storage\.delete)$/.test(
      name,
    );
  }
}

function holdsFile({ baseClassName }: Field): boolean {
  return baseClassName === "FileField" || baseClassName === "ImageField";
}

/**
 * `filter(pk=key)`: of the conditions that change with the loop there is one, and it asks for a value. More than one
 * can't become `pk__in`, and conditions like `pk__in=chunk` are one query for many rows already.
 */
function hasOneKey(
  models: ModelGraph,
  { model, filters, related, bound }: Queryset,
  { loops }: Write,
): boolean {
  if (bound.kind === "slice" || bound.kind === "empty") return false;
  const changes = (varies: LoopSet): boolean => loops.some(({ id }) => varies.includes(id));
  const changing = filters.filter(({ varies }) => changes(varies));
  const isOfRow = related !== undefined && changes(related.instance.varies);
  if (isOfRow) return changing.length === 0;
  const [only, ...others] = changing;
  if (!only?.lookup || others.length > 0 || only.method !== "filter") return false;
  return comparedColumn(models, model, only.lookup) !== undefined;
}
