/** Pages of a list view that are cut by number, as pages that begin behind a row. */
import type { Model } from "../../django/model-graph.ts";
import { addMethod } from "../../edits/class-members.ts";
import { removeStatement } from "../../edits/remove-statement.ts";
import { indentationAt, startsLine } from "../../edits/statement-lines.ts";
import { lineBreakOf, type TextEdit } from "../../edits/text-edit.ts";
import type { RowList } from "../../interpret/facts.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import type { Assign, ClassDef } from "../../syntax/ast.ts";
import type { SourceFile } from "../../syntax/source-file.ts";
import { orderOfList } from "../pagination/list-order.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import type { Refactoring } from "./refactoring.ts";

export function keysetPaginations(context: RuleContext, path: string): readonly Refactoring[] {
  const byView = new Map<ClassSymbol["id"], Refactoring>();
  for (const list of factsOfKind(context.facts, "rowList")) {
    if (list.by !== "listView" || list.view?.kind !== "class" || list.view.module.file.path !== path)
      continue;
    const refactoring = refactoringOf(context, list, list.view);
    if (refactoring) byView.set(list.view.id, refactoring);
  }
  return [...byView.values()];
}

function refactoringOf(context: RuleContext, list: RowList, view: ClassSymbol): Refactoring | undefined {
  const { rows, pages } = list;
  const { node, module } = view;
  const { path, text } = module.file;
  if (rows.kind !== "queryset" || pages.kind !== "pages") return undefined;
  const size = node.body.find(isPageSize);
  const order = orderByKey(context, list, rows.model);
  const hasOwnMethod = ["get_queryset", "get_paginate_by", "paginate_queryset"].some(
    (name) => context.project.program.lookupMember(view, name).kind === "found",
  );
  if (!size || !order || hasOwnMethod || !isNumbered(rows.model)) return undefined;
  const edits = replaced(module.file, node, size, [
    "def get_queryset(self):",
    `    rows = super().get_queryset().order_by("${order}")`,
    '    after = self.request.GET.get("after", "")',
    "    if after.isdecimal():",
    `        rows = rows.filter(pk__${order === "pk" ? "gt" : "lt"}=after)`,
    `    return rows[:${text.slice(size.value.start, size.value.end)}]`,
  ]);
  if (!edits) return undefined;
  return {
    kind: "refactor.rewrite",
    title: "Cut pages behind a row (the template has to lead on with ?after= and the key of the last row)",
    range: { start: node.start, end: node.bodyRange.start },
    edits: edits.map((edit) => ({ path, ...edit })),
  };
}

/** The method in place of the attribute. */
function replaced(
  file: SourceFile,
  node: ClassDef,
  size: Assign,
  method: readonly string[],
): readonly TextEdit[] | undefined {
  const { text } = file;
  const attributes = node.body.filter(({ kind }) => kind !== "FunctionDef");
  if (attributes.at(-1) !== size) {
    const removed = removeStatement(text, size, node.body);
    const added = addMethod(file, node, method);
    return removed && added && [removed, added];
  }
  // The method would go below the line that goes.
  if (!startsLine(text, size.start)) return undefined;
  const lineBreak = lineBreakOf(text);
  const indentation = indentationAt(text, size.start);
  const lines = method.map((line) => `${indentation}${line}`);
  const newText = [...(node.body[0] === size ? [] : [""]), ...lines].join(lineBreak);
  return [{ range: { start: size.start - indentation.length, end: size.end }, newText }];
}

/** `paginate_by = 25` of the class itself. */
function isPageSize(statement: ClassSymbol["node"]["body"][number]): statement is Assign {
  return (
    statement.kind === "Assign" &&
    statement.value.kind === "NumberLiteral" &&
    statement.targets.every((target) => target.kind === "Name" && target.name === "paginate_by")
  );
}

/** A key that rows get in the order in which they are made, and whose text is its number. */
function isNumbered({ fields, primaryKey }: Model): boolean {
  return /AutoField$/.test(fields.get(primaryKey)?.baseClassName ?? "");
}

/** Other orders would have to be compared column by column. */
function orderByKey(context: RuleContext, list: RowList, model: Model): "pk" | "-pk" | undefined {
  if (list.rows.kind !== "queryset") return undefined;
  const [column] = orderOfList(context, list, list.rows, "pages")?.order.columns ?? [];
  if (column?.name !== "pk" && column?.name !== model.primaryKey) return undefined;
  return column.descending ? "-pk" : "pk";
}
