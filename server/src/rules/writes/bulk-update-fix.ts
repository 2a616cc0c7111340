/** Collects the rows that a loop changes, and saves them with one `bulk_update()`. */

import { mayUse } from "../../django/versions.ts";
import { quoteOf } from "../../edits/queryset-chain.ts";
import { indentationAt, lineAfter, lineBefore, startsLine } from "../../edits/statement-lines.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { Write } from "../../interpret/facts.ts";
import { multiplicityOf } from "../loop-weight.ts";
import { modelName } from "../model-name.ts";
import type { RuleContext } from "../rule-context.ts";
import { type AutomaticValues, automaticValues } from "./automatic-values.ts";
import {
  batchSize,
  bulkFix,
  impossible,
  isInBatches,
  managerOf,
  once,
  type Remedy,
  withFix,
  withoutFix,
} from "./bulk-fix.ts";
import { type PlacedWrite, writesTogether } from "./companions.ts";
import { deferralOf, type ForLoop, sendsSomething, type WriteSite } from "./deferral.ts";
import { listName } from "./list-name.ts";
import { progressIsStored, storesProgress } from "./progress.ts";
import { isBoundInRound, isNeededAfterwards } from "./row-uses.ts";
import type { WriteLoop } from "./write-loop.ts";
import { isUnique, unionOf, type WrittenFields, writtenOnAllWays } from "./written-fields.ts";

export function bulkUpdateRemedy(
  context: RuleContext,
  writeLoop: WriteLoop,
  site: WriteSite,
  skipped: readonly string[],
): Remedy {
  const { write } = writeLoop;
  const { model } = write;
  const { program, django } = context.project;
  if (!mayUse("bulkUpdate", django)) return withoutFix("this version of Django has no bulk_update()");
  const { text, path } = site.module.file;
  const deferral = deferralOf(writeLoop, site);
  if (deferral.kind === "impossible") return impossible(deferral.reason);
  const { loop, outside } = deferral;
  if (!startsLine(text, loop.statement.start)) return withoutFix("the loop shares its line");
  const together = writesTogether(context, writeLoop, loop);
  if (!together) return impossible(`the loop writes ${model.name} in other places, too`);
  const written = together
    .map((part) => writtenOnAllWays(program, part.writeLoop, part.site))
    .reduce(unionOf);
  if (written.kind === "unknown") return withoutFix(written.reason);
  const name = modelName(program, site.module, model, site.function);
  if (!name) return withoutFix(`${model.name} has no name that is safe to use here`);
  const automatic = automaticValues(site.module.file, site.function, written.automatic);
  if (!automatic) return withoutFix("the values of auto_now fields can't be written here");

  const list = listName(context, writeLoop, site);
  const collecting: TextEdit[] = [];
  for (const part of together) {
    const obstacle = obstacleTo(context, part, loop, written);
    if (obstacle) return obstacle;
    collecting.push(collectChanged(text, part, automatic, list));
  }
  const isAsync = site.expression.kind === "Await";
  const quote = quoteOf(text, write.node);
  const fields = written.fields.map((field) => quote + field.name + quote).join(", ");
  const manager = `${name.expression}.${managerOf(program, model)}`;
  const call = `${isAsync ? "await " : ""}${manager}.${isAsync ? "abulk_update" : "bulk_update"}`;
  const edits = [
    ...name.edits,
    ...automatic.edits,
    lineBefore(text, loop.statement, `${list} = []`),
    ...collecting,
    lineAfter(text, loop.statement, `${call}(${list}, [${fields}], batch_size=${batchSize})`),
  ];
  const operation = {
    title: "Collect the rows and save them with one bulk_update()",
    skipped,
    doubts: [
      ...(written.fields.some((field) => isUnique(model, field)) ? ["rows can't swap unique values"] : []),
      ...isInBatches(write.loops),
      ...(write.loops.some(({ rows }) => rows?.streamed) ? ["keeps all rows in memory"] : []),
      ...(write.calls.length > 0 ? ["other callers may pass other rows"] : []),
      ...(sendsSomething(context, write.location, loop)
        ? ["a failure loses the changes of finished rounds"]
        : []),
    ],
    notes: [],
  };
  return withFix(bulkFix(operation, path, edits), multiplicityOf(outside) ?? once);
}

function obstacleTo(
  context: RuleContext,
  { writeLoop: { write, all }, site }: PlacedWrite,
  loop: ForLoop,
  written: Extract<WrittenFields, { kind: "known" }>,
): Remedy | undefined {
  const { node, model } = write;
  const { statement, expression } = site;
  if (storesProgress(context, write, loop)) return impossible(progressIsStored);
  const file = written.fields.find(({ baseClassName }) => /^(File|Image)Field$/.test(baseClassName));
  if (file) return impossible(`save() stores the file of "${file.name}"`);
  const row = rowOf(write);
  if (row === undefined || statement.kind !== "ExpressionStatement" || statement.value !== expression) {
    return withoutFix("the row was not understood");
  }
  if (node.arguments.length > 0 || node.keywords.some(({ name }) => name?.name !== "update_fields")) {
    return withoutFix("save() is given arguments");
  }
  if (!all.every((way) => hasEachRowOnce(context, way)) || !isBoundInRound(site, loop.statement, row)) {
    return impossible("the row may be the same in several rounds");
  }
  return isNeededAfterwards(site, loop.statement, row, model)
    ? impossible("the saved row is used in the same round")
    : undefined;
}

/** The name of the row that is saved. */
function rowOf({ node }: Write): string | undefined {
  const row = node.function.kind === "Attribute" ? node.function.value : undefined;
  return row?.kind === "Name" ? row.name : undefined;
}

/** `task.save()` as `to_update.append(task)`, with the values that Django assigns on saving before it. */
function collectChanged(
  text: string,
  { writeLoop, site: { statement, expression } }: PlacedWrite,
  automatic: AutomaticValues,
  list: string,
): TextEdit {
  const row = rowOf(writeLoop.write) ?? "";
  const separator = startsLine(text, statement.start) ? `\n${indentationAt(text, statement.start)}` : "; ";
  const assignments = automatic.values.map(
    ({ field, expression: value }) => `${row}.${field.name} = ${value}${separator}`,
  );
  return {
    range: { start: expression.start, end: expression.end },
    newText: `${assignments.join("")}${list}.append(${row})`,
  };
}

/** Rows of a queryset and of children are different ones; the parents of different children need not be. */
function hasEachRowOnce({ project }: RuleContext, { receiver }: Write): boolean {
  if (receiver.kind !== "instance" || !receiver.source) return false;
  let model = project.models.model(receiver.source.queryset.model.label);
  return receiver.source.path.every((accessor) => {
    const relation = model?.relations.get(accessor);
    model = relation?.target === undefined ? undefined : project.models.model(relation.target);
    return relation?.kind === "reverseForeignKey" || relation?.kind === "genericRelation";
  });
}
