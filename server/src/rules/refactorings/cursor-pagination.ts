/** Pages of an API that are cut by number, as pages that begin behind a row. */
import type { Model } from "../../django/model-graph.ts";
import { setAttribute } from "../../edits/class-members.ts";
import { importName } from "../../edits/imports.ts";
import { indentationAt } from "../../edits/statement-lines.ts";
import { lineBreakOf } from "../../edits/text-edit.ts";
import type { RowList } from "../../interpret/facts.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import { orderOfList } from "../pagination/list-order.ts";
import { classAttribute, pagesOf } from "../pagination/page-kind.ts";
import type { OrderColumn } from "../pagination/page-order.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import type { Refactoring } from "./refactoring.ts";

export function cursorPaginations(context: RuleContext, path: string): readonly Refactoring[] {
  const byView = new Map<ClassSymbol["id"], Refactoring>();
  for (const list of factsOfKind(context.facts, "rowList")) {
    if (list.by !== "restFramework" || list.view?.kind !== "class" || list.view.module.file.path !== path)
      continue;
    const refactoring = refactoringOf(context, list, list.view);
    if (refactoring) byView.set(list.view.id, refactoring);
  }
  return [...byView.values()];
}

function refactoringOf(context: RuleContext, list: RowList, view: ClassSymbol): Refactoring | undefined {
  const { rows } = list;
  const { file } = view.module;
  const { node } = view;
  if (rows.kind !== "queryset" || pagesOf(context, list) !== "numbered") return undefined;
  const columns = orderOfList(context, list, rows, "pages")?.order.columns;
  const ordering = columns && uniqueOrder(rows.model, columns);
  const name = `${view.name.replace(/(View|ViewSet)$/, "")}CursorPagination`;
  const isFree = context.project.program.resolveExport(view.module, name).kind === "unknown";
  const isWholeLine = indentationAt(file.text, node.start) === "" && node.decorators.length === 0;
  if (!ordering || !isFree || !isWholeLine) return undefined;
  const imported = importName(file, "rest_framework.pagination", "CursorPagination");
  const attribute = setAttribute(file, node, {
    name: "pagination_class",
    code: name,
    below: "serializer_class",
  });
  if (!imported || !attribute) return undefined;
  const lineBreak = lineBreakOf(file.text);
  const size = pageSizeOf(context, list);
  const declaration = [
    `class ${name}(${imported.expression}):`,
    ...(size === undefined ? [] : [`    page_size = ${size}`]),
    `    ordering = (${ordering.map((column) => `"${column}"`).join(", ")}${ordering.length === 1 ? "," : ""})`,
    "",
    "",
    "",
  ];
  const { path } = file;
  const { start } = node;
  return {
    kind: "refactor.rewrite",
    title: `Cut pages behind a row with CursorPagination (clients follow "next"; there are no page numbers and no count)`,
    range: { start: node.start, end: node.bodyRange.start },
    edits: [
      ...imported.edits.map((edit) => ({ path, ...edit })),
      { path, range: { start, end: start }, newText: declaration.join(lineBreak) },
      { path, ...attribute },
    ],
  };
}

/** With the primary key, where no column tells rows apart. Undefined for columns of other tables, and for those that may be null: nothing is behind a null. */
function uniqueOrder(
  { fields, primaryKey }: Model,
  columns: readonly OrderColumn[],
): readonly string[] | undefined {
  const names = columns.map(({ descending, name }) => `${descending ? "-" : ""}${name}`);
  if (columns.length === 0 || !columns.every(({ name }) => name === "pk" || fields.get(name)?.null === false))
    return undefined;
  const isUnique = columns.some(
    ({ name }) => name === "pk" || name === primaryKey || fields.get(name)?.unique === true,
  );
  return isUnique ? names : [...names, columns[0]?.descending ? `-${primaryKey}` : primaryKey];
}

/** That of the paginator which the view names, as it is written; settings hold for the new one, too. */
function pageSizeOf({ project: { program } }: RuleContext, { pages }: RowList): number | undefined {
  const symbol = pages.kind === "declared" && pages.value?.kind === "class" ? pages.value.symbol : undefined;
  const named =
    symbol &&
    (classAttribute(program, symbol, "page_size") ?? classAttribute(program, symbol, "default_limit"));
  return named?.kind === "NumberLiteral" ? named.value : undefined;
}
