/** Collects the rows that a loop changes, and saves them with one `bulk_update()`. */

import { quoteOf } from "../../edits/queryset-chain.ts";
import { indentationAt, lineAfter, lineBefore, startsLine } from "../../edits/statement-lines.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { Write } from "../../interpret/facts.ts";
import { multiplicityOf } from "../loop-weight.ts";
import type { RuleContext } from "../rule-context.ts";
import { automaticValues } from "./automatic-values.ts";
import { batchSize, bulkFix, managerOf, once, type Remedy, withoutFix } from "./bulk-fix.ts";
import { deferralOf, sendsSomething, type WriteSite } from "./deferral.ts";
import { listName } from "./list-name.ts";
import { modelName } from "./model-name.ts";
import { isBoundInRound, isNeededAfterwards } from "./row-uses.ts";
import type { WriteLoop } from "./write-loop.ts";
import type { WrittenFields } from "./written-fields.ts";

export function bulkUpdateRemedy(
  context: RuleContext,
  writeLoop: WriteLoop,
  site: WriteSite,
  written: WrittenFields,
  skipped: readonly string[],
): Remedy {
  const { write } = writeLoop;
  const { model, node } = write;
  const { statement, expression } = site;
  const { text, path } = site.module.file;
  if (written.kind === "unknown") return withoutFix(written.reason);
  const file = written.fields.find(({ baseClassName }) => /^(File|Image)Field$/.test(baseClassName));
  if (file) return withoutFix(`save() stores the file of "${file.name}"`);
  const deferral = deferralOf(writeLoop, site);
  if (deferral.kind === "impossible") return withoutFix(deferral.reason);
  const { loop, outside } = deferral;
  const row = node.function.kind === "Attribute" ? node.function.value : undefined;
  if (row?.kind !== "Name" || statement.kind !== "ExpressionStatement" || statement.value !== expression) {
    return withoutFix("the row was not understood");
  }
  if (node.arguments.length > 0 || node.keywords.some(({ name }) => name?.name !== "update_fields")) {
    return withoutFix("save() is given arguments");
  }
  if (!hasEachRowOnce(context, write) || !isBoundInRound(site, loop.statement, row.name)) {
    return withoutFix("the row may be the same in several rounds");
  }
  if (isNeededAfterwards(site, loop.statement, row.name, model)) {
    return withoutFix("the saved row is used in the same round");
  }
  if (!startsLine(text, loop.statement.start)) return withoutFix("the loop shares its line");
  const name = modelName(context.project.program, site.module, model, site.function);
  if (!name) return withoutFix(`${model.name} has no name that is safe to use here`);
  const automatic = automaticValues(site.module.file, site.function, written.automatic);
  if (!automatic) return withoutFix("the values of auto_now fields can't be written here");

  const list = listName(context, writeLoop, site, "to_update");
  const isAsync = expression.kind === "Await";
  const quote = quoteOf(text, node);
  const fields = written.fields.map((field) => quote + field.name + quote).join(", ");
  const manager = `${name.expression}.${managerOf(context.project.program, model)}`;
  const call = `${isAsync ? "await " : ""}${manager}.${isAsync ? "abulk_update" : "bulk_update"}`;
  const separator = startsLine(text, statement.start) ? `\n${indentationAt(text, statement.start)}` : "; ";
  const assignments = automatic.values.map(
    ({ field, expression: value }) => `${row.name}.${field.name} = ${value}${separator}`,
  );
  const edits: readonly TextEdit[] = [
    ...name.edits,
    ...automatic.edits,
    lineBefore(text, loop.statement, `${list} = []`),
    {
      range: { start: expression.start, end: expression.end },
      newText: `${assignments.join("")}${list}.append(${row.name})`,
    },
    lineAfter(text, loop.statement, `${call}(${list}, [${fields}], batch_size=${batchSize})`),
  ];
  const operation = {
    title: "Collect the rows and save them with one bulk_update()",
    skipped,
    doubts: [
      ...(write.loops.some(({ weight }) => weight.kind === "batches")
        ? ["the rows come in batches already"]
        : []),
      ...(write.loops.some(({ rows }) => rows?.streamed) ? ["keeps all rows in memory"] : []),
      ...(write.calls.length > 0 ? ["other callers may pass other rows"] : []),
      ...(sendsSomething(context, write.location, loop)
        ? ["a failure loses the changes of finished rounds"]
        : []),
    ],
    notes: [],
  };
  return {
    fixes: [bulkFix(operation, path, edits)],
    outside: multiplicityOf(outside) ?? once,
    obstacle: undefined,
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
