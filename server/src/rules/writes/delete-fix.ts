/** Replaces deletions in a loop by one `delete()` of a queryset. */
import { indentationAt } from "../../edits/statement-lines.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { Write } from "../../interpret/facts.ts";
import type { Fix } from "../finding.ts";
import { multiplicityOf } from "../loop-weight.ts";
import { modelName } from "../model-name.ts";
import type { RuleContext } from "../rule-context.ts";
import { impossible, once, type Remedy, withFix, withoutFix } from "./bulk-fix.ts";
import type { ForLoop, WriteSite } from "./deferral.ts";
import { keyedRowsCode } from "./keyed-rows.ts";
import { loneWrite } from "./lone-write.ts";
import { roundsOf } from "./rounds.ts";
import { conditionsAround, conditionsCode } from "./row-conditions.ts";
import { isUsedBehind } from "./row-uses.ts";
import { canWriteAtOnce, commentsIn, isBuiltHere, querysetCode } from "./whole-loop.ts";
import type { WriteLoop } from "./write-loop.ts";

export function deleteRemedy(context: RuleContext, writeLoop: WriteLoop): Remedy {
  const { write, all } = writeLoop;
  if (all.some(({ model }) => model !== write.model))
    return impossible("rows of several models are deleted here");
  if (roundsOf(context.facts, writeLoop.loop).saved.has(write.model.label))
    return impossible(`the loop also makes or changes a ${write.model.name}`);
  const lone = loneWrite(context, writeLoop);
  if ("benefit" in lone) return lone;
  const { site, loop } = lone;
  const rows =
    write.receiver.kind === "instance"
      ? rowsOfLoop(context, write, site, loop)
      : rowsOfKeys(context, write, site, loop);
  if (typeof rows === "string") return withoutFix(rows);
  const outside = multiplicityOf(write.loops.slice(0, write.loops.indexOf(loop))) ?? once;
  return withFix(deleteFix(site, loop, rows), outside);
}

interface RowsToDelete {
  readonly code: string;
  readonly edits: readonly TextEdit[];
}

/** `for task in tasks: task.delete()`; why there is no fix, where that is not all. */
function rowsOfLoop(
  { project }: RuleContext,
  { node, model, receiver }: Write,
  site: WriteSite,
  loop: ForLoop,
): RowsToDelete | string {
  const { statement, rows } = loop;
  const row = node.function.kind === "Attribute" ? node.function.value : undefined;
  const isRowOfLoop =
    row?.kind === "Name" && statement.target.kind === "Name" && statement.target.name === row.name;
  if (!isRowOfLoop || receiver.kind !== "instance" || !rows) return "the rows are not those of one queryset";
  const around = conditionsAround({ loop: statement, row: row.name, model });
  if (around?.block[0] !== site.statement || around.block.length > 1) return "the loop does more than delete";
  if (isUsedBehind(site, statement, row.name)) return "the last row is used behind the loop";
  if (!canWriteAtOnce(project.program, rows, "delete") || !isBuiltHere(site, loop)) {
    return "the queryset can't be deleted as it is";
  }
  const { file } = site.module;
  const conditions = conditionsCode(around.conditions, (part) => file.text.slice(part.start, part.end));
  return { code: querysetCode(file, statement) + conditions, edits: [] };
}

/** `for key in keys: Task.objects.filter(pk=key).delete()`; why there is no fix, where that is not all. */
function rowsOfKeys(
  { project: { models, program } }: RuleContext,
  { node, receiver, model }: Write,
  site: WriteSite,
  loop: ForLoop,
): RowsToDelete | string {
  const rows = node.function.kind === "Attribute" ? node.function.value : undefined;
  const isAlone = loop.statement.body.length === 1 && loop.statement.body[0] === site.statement;
  if (!rows || receiver.kind !== "queryset" || !isAlone) return "the loop does more than delete";
  if (loop.statement.async || !canWriteAtOnce(program, receiver, "delete"))
    return "the queryset can't be deleted as it is";
  const name = modelName(program, site.module, model, site.function);
  const query = { site, loop, rows, queryset: receiver, modelName: name };
  const keyed = keyedRowsCode(models, query);
  // A chain that is broken in parentheses needs them where it goes, too.
  const isBroken = keyed?.code.includes("\n") && site.statement.start !== site.expression.start;
  return keyed && !isBroken ? keyed : "the keys can't be put into one condition";
}

function deleteFix(site: WriteSite, { statement }: ForLoop, rows: RowsToDelete): Fix {
  const { file } = site.module;
  const isAsync = site.expression.kind === "Await";
  const indentation = indentationAt(file.text, statement.start);
  const comments = commentsIn(site, statement, site.expression).map(
    (comment) => `${comment}\n${indentation}`,
  );
  const code = `${comments.join("")}${isAsync ? "await " : ""}${rows.code}.${isAsync ? "adelete" : "delete"}()`;
  const edits = [...rows.edits, { range: { start: statement.start, end: statement.end }, newText: code }];
  return {
    title: "Replace the loop with one delete() of the queryset (all rows go, or none)",
    safety: "unsafe",
    preferred: true,
    edits: edits.map((edit) => ({ path: file.path, ...edit })),
  };
}
