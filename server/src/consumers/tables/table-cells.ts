/** What django-tables2 reads of a row for one cell: `BoundRow.get_cell` and the columns' `render`. */

import { callAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { noArguments } from "../../interpret/language/arguments.ts";
import { unknown } from "../../queryset/join.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { absoluteUrl } from "../absolute-url.ts";
import { callMethodByNames, callNamed } from "../named-arguments.ts";
import { resolveAccessor } from "../resolve-accessor.ts";
import { choicesOf } from "../templates/include-template.ts";
import { renderInlineTemplate } from "../templates/inline-template.ts";
import { renderTemplate } from "../templates/render-template.ts";
import { accessorPath, type Column, isAccessor, type RenderColumn } from "./column-classes.ts";
import type { TableColumn } from "./table-columns.ts";

export function readCell(
  interpreter: Interpreter,
  table: PlainObject,
  { name, column, node }: TableColumn,
  record: Value,
): void {
  const value = resolveAccessor(
    interpreter,
    record,
    accessorPath(column.options.get("accessor")) ?? name,
    node,
  );
  const named = new Map<string, Value>([
    ["value", value],
    ["record", record],
    ["column", column.object ?? unknown],
    ["bound_column", unknown],
    ["bound_row", unknown],
    ["table", table],
  ]);
  const rendered =
    callMethodByNames(interpreter, table, `render_${name}`, named, node) ??
    (column.object && callMethodByNames(interpreter, column.object, "render", named, node)) ??
    renderColumn(interpreter, column, named, node);
  interpreter.str(rendered, node);
  // What an export puts into the cell.
  callMethodByNames(interpreter, table, `value_${name}`, named, node);
  if (column.object) callMethodByNames(interpreter, column.object, "value", named, node);
  readLink(interpreter, column, named, name, node);
}

/** The `render` method of the library's own columns. */
export const renderColumn: RenderColumn = (interpreter, column, named, node) => {
  const value = named.get("value") ?? unknown;
  switch (column.kind) {
    case "ManyToManyColumn":
      return renderRelatedRows(interpreter, column, value, node);
    case "TemplateColumn":
      renderTemplateColumn(interpreter, column, named, node);
      return unknown;
    // They put nothing of the value itself into the cell.
    case "BooleanColumn":
    case "CheckBoxColumn":
    case "FileColumn":
      return unknown;
    default:
      return value;
  }
};

function renderTemplateColumn(
  interpreter: Interpreter,
  column: Column,
  named: ReadonlyMap<string, Value>,
  node: Expression,
): void {
  const optionOf = (name: string): Value =>
    column.options.get(name) ?? (column.object ? interpreter.attribute(column.object, name, node) : unknown);
  const rowName = optionOf("context_object_name");
  const context = new Map<string, Value>([
    ...entriesOf(optionOf("extra_context")),
    [rowName.kind === "literal" ? String(rowName.value) : "record", named.get("record") ?? unknown],
    ["value", named.get("value") ?? unknown],
  ]);
  renderInlineTemplate(interpreter, optionOf("template_code"), context, node);
  renderTemplate(interpreter, choicesOf(optionOf("template_name")), context, node);
}

function entriesOf(value: Value): readonly (readonly [string, Value])[] {
  return value.kind === "mapping" ? [...value.entries] : [];
}

function renderRelatedRows(interpreter: Interpreter, column: Column, value: Value, node: Expression): Value {
  const filter = column.options.get("filter");
  const rows =
    filter?.kind === "function"
      ? callNamed(interpreter, filter, [value], new Map(), node)
      : interpreter.call(interpreter.attribute(value, "all", node), noArguments, callAt(node, "all"));
  const transform = column.options.get("transform");
  interpreter.inLoop(rows, node, node, (row) => {
    const content =
      transform?.kind === "function" ? callNamed(interpreter, transform, [row], new Map(), node) : row;
    interpreter.str(content, node);
    const link = column.options.get("linkify_item");
    if (link?.kind === "literal" && link.value === true) readUrl(interpreter, row, node);
    else if (link) readLinkArguments(interpreter, link, row, node);
  });
  return unknown;
}

function readLink(
  interpreter: Interpreter,
  column: Column,
  named: ReadonlyMap<string, Value>,
  name: string,
  node: Expression,
): void {
  const record = named.get("record") ?? unknown;
  if (column.object) callMethodByNames(interpreter, column.object, "get_url", named, node);
  if (column.kind === "LinkColumn") {
    for (const argument of ["args", "kwargs"]) {
      readLinkArguments(interpreter, column.options.get(argument) ?? unknown, record, node);
    }
    const text = column.options.get("text");
    if (text?.kind === "function") callNamed(interpreter, text, [record], new Map(), node);
  }
  const isRelatedLink = column.kind === "RelatedLinkColumn";
  const link = column.options.get("linkify");
  if (isRelatedLink || (link?.kind === "literal" && link.value === true)) {
    const path = accessorPath(column.options.get("accessor")) ?? name;
    readUrl(interpreter, resolveAccessor(interpreter, record, path, node), node);
  } else if (link?.kind === "function") callNamed(interpreter, link, [], named, node);
  else if (link) readLinkArguments(interpreter, link, record, node);
}

function readUrl(interpreter: Interpreter, value: Value, node: Expression): void {
  if (value.kind === "instance") absoluteUrl(interpreter, value, node);
}

/** Accessors among the arguments of `reverse()`: `("task", [A("project__pk")])`. */
function readLinkArguments(interpreter: Interpreter, link: Value, record: Value, node: Expression): void {
  if (isAccessor(link)) {
    const path = accessorPath(link);
    if (path !== undefined) resolveAccessor(interpreter, record, path, node);
  } else if (link.kind === "collection") {
    for (const item of link.items ?? []) readLinkArguments(interpreter, item, record, node);
  } else if (link.kind === "mapping") {
    for (const item of link.entries.values()) readLinkArguments(interpreter, item, record, node);
  }
}
