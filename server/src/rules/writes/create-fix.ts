/** Replaces inserts in a loop by one `bulk_create()`. */
import type { Model } from "../../django/model-graph.ts";
import { lineAfter, lineBefore, startsLine } from "../../edits/statement-lines.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { Write } from "../../interpret/facts.ts";
import type { For } from "../../syntax/ast.ts";
import { multiplicityOf } from "../loop-weight.ts";
import { modelName } from "../model-name.ts";
import type { RuleContext } from "../rule-context.ts";
import {
  batchSize,
  bulkFix,
  createTitle,
  impossible,
  isInBatches,
  once,
  type Remedy,
  withFix,
  withoutFix,
} from "./bulk-fix.ts";
import { writesTogether } from "./companions.ts";
import { comprehensionRemedy } from "./comprehension-fix.ts";
import { collectCreated, constructionOf } from "./create-edits.ts";
import { deferralOf, sendsSomething, type WriteSite, whyNoSite, writeSiteOf } from "./deferral.ts";
import { listName } from "./list-name.ts";
import { isNameChain, managerExpression, ofModel } from "./manager-expression.ts";
import { progressIsStored, storesProgress } from "./progress.ts";
import { isBoundInRound, isInvariant, isNeededAfterwards, isUsedBehind } from "./row-uses.ts";
import { sideEffectsOf } from "./side-effects.ts";
import type { WriteLoop } from "./write-loop.ts";

export function createRemedy(context: RuleContext, writeLoop: WriteLoop): Remedy {
  const { write, all } = writeLoop;
  const { model } = write;
  const { obstacle, skipped } = sideEffectsOf(context, model);
  if (obstacle !== undefined) return impossible(obstacle);
  if (model.parents.length > 0) return impossible("bulk_create() does not work with multi-table inheritance");
  if (all.some((other) => other.model !== model)) return withoutFix("several models are written here");
  if (writeLoop.loop.statement.kind === "Comprehension") {
    return comprehensionRemedy(context, writeLoop, writeLoop.loop.statement, skipped);
  }
  const site = writeSiteOf(context, writeLoop);
  return site ? loopRemedy(context, writeLoop, site, skipped) : withoutFix(whyNoSite(write));
}

function loopRemedy(
  context: RuleContext,
  writeLoop: WriteLoop,
  site: WriteSite,
  skipped: readonly string[],
): Remedy {
  const { write } = writeLoop;
  const { text, path } = site.module.file;
  const deferral = deferralOf(writeLoop, site);
  if (deferral.kind === "impossible") return impossible(deferral.reason);
  const { loop, outside } = deferral;
  if (storesProgress(context, write, loop)) return impossible(progressIsStored);
  if (!startsLine(text, loop.statement.start)) return withoutFix("the loop shares its line");
  const together = writesTogether(context, writeLoop, loop);
  if (!together) return impossible(`the loop writes ${write.model.name} in other places, too`);
  const list = listName(context, writeLoop, site);
  const parts: CollectingRows[] = [];
  for (const { writeLoop: other, site: place } of together) {
    const collecting = collectingOf(context, other.write, place, loop.statement, list);
    if ("benefit" in collecting) return collecting;
    parts.push(collecting);
  }
  const [first] = parts;
  const own = parts.find((part) => part.list !== undefined)?.list;
  const isOneManager = parts.every(({ manager }) => manager === first?.manager);
  if (!first || !isOneManager || (own !== undefined && parts.length > 1)) {
    return withoutFix("the loop inserts the rows in several ways");
  }
  const isAsync = site.expression.kind === "Await";
  const call = `${first.manager}.${isAsync ? "abulk_create" : "bulk_create"}(${own ?? list}, batch_size=${batchSize})`;
  const operation = {
    title: createTitle,
    skipped,
    doubts: [
      ...isInBatches(write.loops),
      ...(write.loops.some(({ rows }) => rows?.streamed) ? ["keeps all rows in memory"] : []),
      ...(sendsSomething(context, write.location, loop)
        ? ["a failure loses the rows of finished rounds"]
        : []),
    ],
    notes: parts.some(({ keepsRows }) => keepsRows) ? ["MySQL returns no primary keys"] : [],
  };
  const edits = [
    ...(own === undefined ? [lineBefore(text, loop.statement, `${list} = []`)] : []),
    ...parts.flatMap((part) => part.edits),
    lineAfter(text, loop.statement, isAsync ? `await ${call}` : call),
  ];
  return withFix(bulkFix(operation, path, edits), multiplicityOf(outside) ?? once);
}

function collectingOf(
  context: RuleContext,
  write: Write,
  site: WriteSite,
  loop: For,
  list: string,
): CollectingRows | Remedy {
  return write.operation === "create"
    ? collectingOfCreate(context, write, site, loop, list)
    : collectingOfSave(context, write, site, loop, list);
}

interface CollectingRows {
  readonly edits: readonly TextEdit[];
  readonly list: string | undefined;
  readonly keepsRows: boolean;
  /** `Task.objects` */
  readonly manager: string;
}

/** The edits for `Task.objects.create(…)`. */
function collectingOfCreate(
  context: RuleContext,
  write: Write,
  site: WriteSite,
  loop: For,
  list: string,
): CollectingRows | Remedy {
  const { text } = site.module.file;
  const target = managerExpression(context, write, site.module, site.function);
  if (!target) return withoutFix(`${write.model.name} has no name that is safe to use here`);
  if (target.expression && !isInvariant(loop, target.expression))
    return withoutFix("the manager is another in each round");
  const construction = constructionOf(text, write, target.className);
  if (!construction) return withoutFix("the call's arguments have no counterpart in the model's class");
  const collecting = collectCreated(text, site, loop, write.model, construction, list);
  if (!collecting) return neededInRound(write.model);
  return { ...collecting, edits: [...target.edits, ...collecting.edits], manager: target.manager };
}

function neededInRound(model: Model): Remedy {
  return impossible(`the new ${model.name} is used in the same round`);
}

/** The edits for `task.save()` and `Task(…).save()`. */
function collectingOfSave(
  context: RuleContext,
  write: Write,
  site: WriteSite,
  loop: For,
  list: string,
): CollectingRows | Remedy {
  const { node, receiver, model } = write;
  const { statement, expression } = site;
  if (node.function.kind !== "Attribute" || receiver.kind !== "instance")
    return withoutFix("the row was not understood");
  if (node.arguments.length > 0 || node.keywords.length > 0) return withoutFix("save() is given arguments");
  if (statement.kind !== "ExpressionStatement" || statement.value !== expression)
    return withoutFix("save() is part of an expression");
  if (mayExist(write)) return impossible(`save() also updates a ${model.name} that exists already`);
  const { value } = node.function;
  if (value.kind === "Name") {
    if (!isBoundInRound(site, loop, value.name))
      return impossible("the row may be the same in several rounds");
    if (isNeededAfterwards(site, loop, value.name, model) || isUsedBehind(site, loop, value.name)) {
      return neededInRound(model);
    }
  } else if (value.kind !== "Call" || !isNameChain(value.function))
    return withoutFix("the row was not understood");
  const name = modelName(context.project.program, site.module, model, site.function);
  if (!name) return withoutFix(`${model.name} has no name that is safe to use here`);
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
