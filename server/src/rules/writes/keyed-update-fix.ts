/** Replaces updates for one key each by one `update()`, or by one `bulk_update()` where their values differ. */

import type { Field } from "../../django/model-graph.ts";
import { mayUse } from "../../django/versions.ts";
import { quoteOf } from "../../edits/queryset-chain.ts";
import { indentationAt } from "../../edits/statement-lines.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { Write } from "../../interpret/facts.ts";
import type { Call, Expression, Keyword } from "../../syntax/ast.ts";
import { multiplicityOf } from "../loop-weight.ts";
import { modelName } from "../model-name.ts";
import type { RuleContext } from "../rule-context.ts";
import { batchSize, once, type Remedy, withFix, withoutFix } from "./bulk-fix.ts";
import { isSame, isSimple, keyedRowsCode } from "./keyed-rows.ts";
import { type LoneWrite, loneWrite } from "./lone-write.ts";
import { isNameChain } from "./manager-expression.ts";
import { canWriteAtOnce, commentsIn } from "./whole-loop.ts";
import type { WriteLoop } from "./write-loop.ts";
import { fieldsNamed } from "./written-fields.ts";

interface Replacement {
  readonly title: string;
  readonly notes: readonly string[];
  readonly code: string;
  readonly edits: readonly TextEdit[];
}

export function keyedUpdateRemedy(context: RuleContext, writeLoop: WriteLoop): Remedy {
  const { write } = writeLoop;
  const lone = loneWrite(context, writeLoop);
  if ("benefit" in lone) return lone;
  const { site, loop } = lone;
  const { statement } = loop;
  if (statement.body.length !== 1 || statement.body[0] !== site.statement || statement.async)
    return withoutFix("the loop does more than update");
  const { receiver } = write;
  if (receiver.kind !== "queryset" || !canWriteAtOnce(context.project.program, receiver, "update"))
    return withoutFix("the queryset can't be updated as it is");
  if (write.node.arguments.length > 0 || write.node.keywords.length === 0)
    return withoutFix("the values were not understood");
  const isOneValue = write.node.keywords.every(({ name, value }) => name && isSame(loop, value));
  const replacement = isOneValue ? withUpdate(context, write, lone) : withBulkUpdate(context, write, lone);
  if (!replacement) return withoutFix("the keys and values can't be put into one query");
  const { file } = site.module;
  const indentation = indentationAt(file.text, statement.start);
  const comments = commentsIn(site, statement, site.expression).map(
    (comment) => `${comment}\n${indentation}`,
  );
  const newText = `${comments.join("")}${site.expression.kind === "Await" ? "await " : ""}${replacement.code}`;
  const edits = [...replacement.edits, { range: { start: statement.start, end: statement.end }, newText }];
  return withFix(
    {
      title: `${replacement.title} (${["all rows change, or none", ...replacement.notes].join("; ")})`,
      safety: "unsafe",
      preferred: true,
      edits: edits.map((edit) => ({ path: file.path, ...edit })),
    },
    multiplicityOf(write.loops.slice(0, write.loops.indexOf(loop))) ?? once,
  );
}

/** All rows get the same values. */
function withUpdate(
  { project: { models, program } }: RuleContext,
  { node, receiver, model }: Write,
  { site, loop }: LoneWrite,
): Replacement | undefined {
  if (node.function.kind !== "Attribute" || receiver.kind !== "queryset") return undefined;
  const { value: rows } = node.function;
  const name = modelName(program, site.module, model, site.function);
  const keyed = keyedRowsCode(models, { site, loop, rows, queryset: receiver, modelName: name });
  const { text } = site.module.file;
  const call = text.slice(rows.end, node.end);
  if (!keyed || keyed.code.includes("\n") || call.includes("\n")) return undefined;
  return {
    title: "Replace the loop with one update()",
    notes: [],
    code: keyed.code + call,
    edits: keyed.edits,
  };
}

/** `Task.objects.bulk_update([Task(pk=key, position=position) for …], ["position"], batch_size=500)` */
function withBulkUpdate(
  { project: { program, django } }: RuleContext,
  { node, receiver, model }: Write,
  { site, loop }: LoneWrite,
): Replacement | undefined {
  const filter = node.function.kind === "Attribute" ? node.function.value : undefined;
  if (filter?.kind !== "Call" || receiver.kind !== "queryset" || receiver.related) return undefined;
  if (!mayUse("bulkUpdate", django)) return undefined;
  const manager = filter.function.kind === "Attribute" ? filter.function.value : undefined;
  const key = keyOf(filter, model.primaryKey);
  const name = modelName(program, site.module, model, site.function);
  if (manager?.kind !== "Attribute" || !isNameChain(manager) || !key || !name || model.parents.length > 0)
    return undefined;
  const values = [key, ...node.keywords];
  const fields = node.keywords.map((keyword) => columnOf(keyword, (column) => fieldsNamed(model, column)));
  if (!values.every(({ value }) => isSimple(value) || isSame(loop, value))) return undefined;
  if (!fields.every((field) => field !== undefined)) return undefined;
  const { text } = site.module.file;
  const source = (part: Expression): string => text.slice(part.start, part.end);
  const quote = quoteOf(text, node);
  const given = node.keywords.map((keyword) => `${keyword.name?.name}=${source(keyword.value)}`);
  const { target, iterable } = loop.statement;
  const row = `${name.expression}(pk=${source(key.value)}, ${given.join(", ")})`;
  const names = fields.map((field) => quote + field.name + quote).join(", ");
  const method = site.expression.kind === "Await" ? "abulk_update" : "bulk_update";
  const inner = indentationAt(text, loop.statement.start);
  return {
    title: "Replace the loop with one bulk_update()",
    notes: ["keys must differ"],
    code: [
      `${source(manager)}.${method}(`,
      `    [${row} for ${source(target)} in ${source(iterable)}],`,
      `    [${names}],`,
      `    batch_size=${batchSize},`,
      ")",
    ].join(`\n${inner}`),
    edits: name.edits,
  };
}

/** The only condition, on the primary key. */
function keyOf(
  { function: callee, arguments: positional, keywords }: Call,
  primaryKey: string,
): Keyword | undefined {
  const [only, ...others] = keywords;
  const isFilter = callee.kind === "Attribute" && callee.attribute.name === "filter";
  if (!isFilter || !only?.name || positional.length > 0 || others.length > 0) return undefined;
  return only.name.name === "pk" || only.name.name === primaryKey ? only : undefined;
}

/** A column with a value of its own: files and automatic values are more than that. */
function columnOf({ name }: Keyword, fieldsOf: (name: string) => readonly Field[]): Field | undefined {
  const [field, ...others] = name ? fieldsOf(name.name) : [];
  return others.length === 0 && field && !field.primaryKey ? field : undefined;
}
