/** Replaces inserts in a loop by one `bulk_create()`. */
import type { Model } from "../../django/model-graph.ts";
import type { ImportedName } from "../../edits/imports.ts";
import { lineAfter, lineBefore, startsLine } from "../../edits/statement-lines.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { Loop, Write } from "../../interpret/facts.ts";
import { anyModel } from "../../interpret/facts.ts";
import type { Module } from "../../python/symbols.ts";
import type { Comprehension, Expression, For, FunctionDef } from "../../syntax/ast.ts";
import { pathTo } from "../../syntax/walk.ts";
import { multiplicityOf } from "../loop-weight.ts";
import type { RuleContext } from "../rule-context.ts";
import { batchSize, bulkFix, once, type Remedy, withoutFix } from "./bulk-fix.ts";
import { type Construction, collectCreated, constructionOf } from "./create-edits.ts";
import { deferralOf, sendsSomething, type WriteSite, writeSiteOf } from "./deferral.ts";
import { listName } from "./list-name.ts";
import { modelName } from "./model-name.ts";
import { isBoundInRound, isInvariant, isNeededAfterwards, isUsedBehind } from "./row-uses.ts";
import { sideEffectsOf } from "./side-effects.ts";
import { functionAround, namesIn } from "./syntax-queries.ts";
import type { WriteLoop } from "./write-loop.ts";

const title = "Replace the loop's inserts with one bulk_create()";

export function createRemedy(context: RuleContext, writeLoop: WriteLoop): Remedy {
  const { write, all } = writeLoop;
  const { model } = write;
  const { obstacle, skipped } = sideEffectsOf(context, model);
  if (obstacle !== undefined) return withoutFix(obstacle);
  if (model.parents.length > 0) return withoutFix("bulk_create() does not work with multi-table inheritance");
  if (all.some((other) => other.model !== model)) return withoutFix("several models are written here");
  if (writeLoop.loop.statement.kind === "Comprehension") {
    return comprehensionRemedy(context, writeLoop, writeLoop.loop.statement, skipped);
  }
  const site = writeSiteOf(context, writeLoop);
  return site ? loopRemedy(context, writeLoop, site, skipped) : withoutFix("the write stands in a helper");
}

function loopRemedy(
  context: RuleContext,
  writeLoop: WriteLoop,
  site: WriteSite,
  skipped: readonly string[],
): Remedy {
  const { write } = writeLoop;
  const { module } = site;
  const { text, path } = module.file;
  const deferral = deferralOf(writeLoop, site);
  if (deferral.kind === "impossible") return withoutFix(deferral.reason);
  const { loop, outside } = deferral;
  const list = listName(context, writeLoop, site, "to_create");
  const collecting =
    write.operation === "create"
      ? collectingOfCreate(context, write, site, loop.statement, list)
      : collectingOfSave(context, write, site, loop.statement, list);
  if (typeof collecting === "string") return withoutFix(collecting);
  if (!startsLine(text, loop.statement.start)) return withoutFix("the loop shares its line");

  const { edits, manager, keepsRows } = collecting;
  const created = collecting.list ?? list;
  const isAsync = site.expression.kind === "Await";
  const call = `${manager}.${isAsync ? "abulk_create" : "bulk_create"}(${created}, batch_size=${batchSize})`;
  const operation = {
    title,
    skipped,
    doubts: [
      ...(isInBatches(write.loops) ? ["the rows come in batches already"] : []),
      ...(sendsSomething(context, write.location, loop)
        ? ["a failure loses the rows of finished rounds"]
        : []),
    ],
    notes: keepsRows ? ["MySQL returns no primary keys"] : [],
  };
  const all: readonly TextEdit[] = [
    ...(collecting.list === undefined ? [lineBefore(text, loop.statement, `${list} = []`)] : []),
    ...edits,
    lineAfter(text, loop.statement, isAsync ? `await ${call}` : call),
  ];
  return {
    fixes: [bulkFix(operation, path, all)],
    outside: multiplicityOf(outside) ?? once,
    obstacle: undefined,
  };
}

function isInBatches(loops: readonly Loop[]): boolean {
  return loops.some(({ weight }) => weight.kind === "batches");
}

interface CollectingRows {
  readonly edits: readonly TextEdit[];
  readonly list: string | undefined;
  readonly keepsRows: boolean;
  /** `Task.objects` */
  readonly manager: string;
}

/** The edits for `Task.objects.create(…)`, or why there are none. */
function collectingOfCreate(
  context: RuleContext,
  write: Write,
  site: WriteSite,
  loop: For,
  list: string,
): CollectingRows | string {
  const { text } = site.module.file;
  const target = managerExpression(context, write, site.module, site.function);
  if (!target) return `${write.model.name} has no name that is safe to use here`;
  if (target.expression && !isInvariant(loop, target.expression))
    return "the manager is another in each round";
  const construction = constructionOf(text, write, target.className);
  if (!construction) return "the call's arguments have no counterpart in the model's class";
  const collecting = collectCreated(text, site, loop, write.model, construction, list);
  if (!collecting) return neededInRound(write.model);
  return { ...collecting, edits: [...target.edits, ...collecting.edits], manager: target.manager };
}

function neededInRound(model: Model): string {
  return `the new ${model.name} is used in the same round`;
}

interface ManagerExpression {
  readonly className: string;
  readonly manager: string;
  /** What stands in the source for the class or its manager. */
  readonly expression: Expression | undefined;
  readonly edits: readonly TextEdit[];
}

/** `Task.objects` of `Task.objects.create(…)`; for a related manager, that of the model's class. */
function managerExpression(
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

function ofModel({ expression, edits }: ImportedName, model: Model): ManagerExpression {
  const manager = `${expression}.${model.defaultManager}`;
  return { className: expression, manager, expression: undefined, edits };
}

function isNameChain(node: Expression): boolean {
  return node.kind === "Name" || (node.kind === "Attribute" && isNameChain(node.value));
}

/** The edits for `task.save()` and `Task(…).save()`, or why there are none. */
function collectingOfSave(
  context: RuleContext,
  write: Write,
  site: WriteSite,
  loop: For,
  list: string,
): CollectingRows | string {
  const { node, receiver, model } = write;
  const { statement, expression } = site;
  if (node.function.kind !== "Attribute" || receiver.kind !== "instance") return "the row was not understood";
  if (node.arguments.length > 0 || node.keywords.length > 0) return "save() is given arguments";
  if (statement.kind !== "ExpressionStatement" || statement.value !== expression)
    return "save() is part of an expression";
  if (mayExist(write)) return `save() also updates a ${model.name} that exists already`;
  const { value } = node.function;
  if (value.kind === "Name") {
    if (!isBoundInRound(site, loop, value.name)) return "the row may be the same in several rounds";
    if (isNeededAfterwards(site, loop, value.name, model) || isUsedBehind(site, loop, value.name)) {
      return neededInRound(model);
    }
  } else if (value.kind !== "Call" || !isNameChain(value.function)) return "the row was not understood";
  const name = modelName(context.project.program, site.module, model, site.function);
  if (!name) return `${model.name} has no name that is safe to use here`;
  return {
    edits: [
      ...name.edits,
      { range: { start: expression.start, end: value.start }, newText: `${list}.append(` },
      { range: { start: value.end, end: expression.end }, newText: ")" },
    ],
    list: undefined,
    keepsRows: false,
    manager: ofModel(name, model).manager,
  };
}

/** With a primary key of its own, Django looks for the row first. */
function mayExist({ receiver, model }: Write): boolean {
  const key = model.fields.get(model.primaryKey);
  if (receiver.kind !== "instance" || !key) return true;
  const isGiven = [...new Set(["pk", key.name, key.attributeName])].some((name) => {
    const value = receiver.attributes.get(name);
    return value !== undefined && !(value.kind === "literal" && value.value === null);
  });
  return isGiven || !(key.hasDefault || /AutoField$/.test(key.baseClassName));
}

/** `[Task.objects.create(title=title) for title in titles]` */
function comprehensionRemedy(
  context: RuleContext,
  { write, loop }: WriteLoop,
  comprehension: Comprehension,
  skipped: readonly string[],
): Remedy {
  const module = context.project.program.moduleOfFile(write.location.path);
  if (!module || write.calls.length > loop.depth) return withoutFix("the write stands in a helper");
  const { element } = comprehension;
  const isAsync = element.kind === "Await";
  const isElement = element === write.node || (isAsync && element.value === write.node);
  if (comprehension.form !== "list" || !isElement || write.operation !== "create") {
    return withoutFix("the rows are not collected in a list");
  }
  const loops = write.loops.filter(({ statement }) => statement === comprehension);
  const touched = loops.flatMap((inner) => [...inner.touched]);
  if (touched.includes(write.model.label) || touched.includes(anyModel)) {
    return withoutFix(`other rounds read ${write.model.name}`);
  }
  const inside = functionAround(module.file.tree, comprehension);
  const target = managerExpression(context, write, module, inside);
  const construction = target && constructionOf(module.file.text, write, target.className);
  if (!target || !construction) return withoutFix(`${write.model.name} has no name that is safe to use here`);
  if (target.expression && mentionsTarget(comprehension, target.expression)) {
    return withoutFix("the manager is another in each round");
  }
  const parent = pathTo(module.file.tree, comprehension).at(-2);
  const parentKind = parent && "kind" in parent ? parent.kind : undefined;
  if (isAsync && (parentKind === "Attribute" || parentKind === "Subscript")) {
    return withoutFix("the list is part of an expression");
  }
  const outside = multiplicityOf(write.loops.filter((outer) => !loops.includes(outer))) ?? once;
  const operation = {
    title,
    skipped,
    doubts: isInBatches(write.loops) ? ["the rows come in batches already"] : [],
    notes: parentKind !== "ExpressionStatement" ? ["MySQL returns no primary keys"] : [],
  };
  const edits = [...target.edits, ...wrapped(comprehension, construction, target.manager, isAsync)];
  return { fixes: [bulkFix(operation, module.file.path, edits)], outside, obstacle: undefined };
}

function wrapped(
  { start, end, element }: Comprehension,
  construction: Construction,
  manager: string,
  isAsync: boolean,
): readonly TextEdit[] {
  const call = isAsync ? `await ${manager}.abulk_create(` : `${manager}.bulk_create(`;
  return [
    { range: { start, end: start }, newText: call },
    ...(isAsync ? [{ range: { start: element.start, end: construction.start }, newText: "" }] : []),
    ...construction.edits,
    { range: { start: end, end }, newText: `, batch_size=${batchSize})` },
  ];
}

function mentionsTarget(comprehension: Comprehension, expression: Expression): boolean {
  const names = namesIn(expression);
  return comprehension.clauses.some(({ target }) => [...namesIn(target)].some((name) => names.has(name)));
}
