/** `django.views.generic.list` */
import { noteUnknown } from "../../interpret/gaps.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { pageOf } from "../../interpret/make-values.ts";
import { recordRowList } from "../../interpret/querysets/row-lists.ts";
import { joinAll, unknown } from "../../queryset/join.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Page, Value } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";
import { querysetOfObject } from "../class-queryset.ts";
import { keywords, listOf, nothing, onePositional, text } from "./base-methods.ts";
import type { FrameworkMethod, FrameworkMethods, ViewCall } from "./view-calls.ts";

const getQueryset: FrameworkMethod = ({ interpreter, view, node, self }) => {
  const rows = querysetOfObject(interpreter, view, node) ?? unknown;
  noteUnknown(interpreter, rows, "unknownQueryset", node);
  const ordering = self("get_ordering");
  const isOrdered = !(ordering.kind === "literal" && !ordering.value);
  return isOrdered ? mapQuerysets(rows, (queryset) => ({ ...queryset, order: "ordered" })) : rows;
};

export function mapQuerysets(value: Value, change: (queryset: Queryset) => Value): Value {
  switch (value.kind) {
    case "queryset":
      return change(value);
    case "union":
      return joinAll(value.alternatives.map((alternative) => mapQuerysets(alternative, change)));
    default:
      return value;
  }
}

/** What a page is cut from: `None` gives all rows. */
function isPaginated(pageSize: Value): boolean {
  return !(pageSize.kind === "literal" && !pageSize.value);
}

const getPaginator: FrameworkMethod = ({ interpreter, args, node }) => {
  const rows = args.positional[0] ?? args.keywords.get("queryset") ?? unknown;
  const size = args.positional[1] ?? args.keywords.get("per_page");
  return {
    kind: "page",
    rows: rows.kind === "manager" ? interpreter.initialQueryset(rows, node) : rows,
    size: size?.kind === "literal" && typeof size.value === "number" ? size.value : undefined,
    paginator: true,
  };
};

/** The paginator, the page, its rows, and whether there are others: the paginator counts the rows for that. */
const paginateQueryset: FrameworkMethod = ({ interpreter, args, node, self, view }) => {
  const paginator = self("get_paginator", {
    positional: args.positional,
    keywords: args.keywords,
    open: true,
  });
  if (paginator.kind !== "page") return listOf([paginator, unknown, unknown, unknown]);
  recordRowList(interpreter, paginator.rows, node, {
    by: "listView",
    pages: { kind: "pages" },
    view: view.symbol,
  });
  countRows(interpreter, paginator, node);
  const page = pageOf(paginator);
  return listOf([paginator, page, rowsOfPage(page), unknown]);
};

function countRows(interpreter: Interpreter, { rows }: Page, node: Call): void {
  if (rows.kind === "queryset") interpreter.send(rows, "count", node);
}

function rowsOfPage({ rows, size }: Page): Value {
  return rows.kind === "collection"
    ? { ...rows, items: undefined, size: { kind: "rows", pageSize: size } }
    : rows;
}

const getContextObjectName: FrameworkMethod = ({ args, attribute }) => {
  const [rows] = args.positional;
  const name = attribute("context_object_name");
  if (name) return name;
  const [queryset] = rows?.kind === "union" ? rows.alternatives : [rows];
  return queryset?.kind === "queryset" ? text(`${queryset.model.name.toLowerCase()}_list`) : nothing;
};

const getContextData: FrameworkMethod = (call) => {
  const { args, interpreter, node, self, next, view } = call;
  const { object_list: given, ...others } = Object.fromEntries(args.keywords);
  const rows = given ?? call.attribute("object_list") ?? unknown;
  const pageSize = self("get_paginate_by", onePositional(rows));
  const isCut = isPaginated(pageSize);
  if (!isCut)
    recordRowList(interpreter, rows, node, { by: "listView", pages: { kind: "all" }, view: view.symbol });
  const page = isCut
    ? self("paginate_queryset", { positional: [rows, pageSize], keywords: new Map(), open: false })
    : listOf([nothing, nothing, rows, { kind: "literal", value: false }]);
  const [paginator = unknown, pageObject = unknown, pageRows = unknown, hasOthers = unknown] =
    page.kind === "collection" ? (page.items ?? []) : [];
  const context = new Map<string, Value>([
    ["paginator", paginator],
    ["page_obj", pageObject],
    ["is_paginated", hasOthers],
    ["object_list", pageRows],
  ]);
  const isNamed = addNamed(context, self("get_context_object_name", onePositional(rows)), pageRows);
  for (const [name, value] of Object.entries(others)) context.set(name, value);
  return next(keywords(context, args.open || !isNamed));
};

/** @returns false where the value may have a name that is not known. Only querysets and rows have one by themselves. */
export function addNamed(context: Map<string, Value>, name: Value, value: Value): boolean {
  if (name.kind !== "literal" || typeof name.value !== "string")
    return value.kind === "mapping" || value.kind === "collection";
  context.set(name.value, value);
  return true;
}

const get: FrameworkMethod = (call) => {
  const { view, self } = call;
  const rows = self("get_queryset");
  view.attributes.set("object_list", rows);
  checkThatThereAreRows(call, rows);
  return self("render_to_response", onePositional(self("get_context_data")));
};

/** A view that does not show empty lists asks first. */
export function checkThatThereAreRows({ interpreter, node, self }: ViewCall, rows: Value): void {
  const allowed = self("get_allow_empty");
  if (allowed.kind !== "literal" || allowed.value !== false) return;
  const pageSize = self("get_paginate_by", onePositional(rows));
  mapQuerysets(rows, (queryset) => {
    interpreter.send(queryset, isPaginated(pageSize) ? "exists" : "bool", node);
    return queryset;
  });
}

const getTemplateNames: FrameworkMethod = ({ attribute, next }) => {
  const names = next();
  const rows = attribute("object_list");
  const [queryset] = rows?.kind === "union" ? rows.alternatives : [rows];
  const suffix = attribute("template_name_suffix");
  if (queryset?.kind !== "queryset" || suffix?.kind !== "literal") return names;
  const { appLabel, name } = queryset.model;
  const own = text(`${appLabel}/${name.toLowerCase()}${suffix.value}.html`);
  return listOf([...(names.kind === "collection" ? (names.items ?? []) : []), own]);
};

export const listMethods: FrameworkMethods = {
  MultipleObjectMixin: {
    get_queryset: getQueryset,
    get_ordering: ({ attribute }) => attribute("ordering") ?? nothing,
    get_paginate_by: ({ attribute }) => attribute("paginate_by") ?? nothing,
    get_allow_empty: ({ attribute }) => attribute("allow_empty") ?? nothing,
    get_paginator: getPaginator,
    paginate_queryset: paginateQueryset,
    get_context_object_name: getContextObjectName,
    get_context_data: getContextData,
  },
  BaseListView: { get },
  MultipleObjectTemplateResponseMixin: { get_template_names: getTemplateNames },
};
