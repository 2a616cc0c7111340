/** `django.views.generic.dates` */

import { unknown } from "../../queryset/join.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { Value } from "../../queryset/value.ts";
import { keywords, listOf, nothing, onePositional, text } from "./base-methods.ts";
import { checkThatThereAreRows, mapQuerysets } from "./list-methods.ts";
import type { FrameworkMethod, FrameworkMethods, ViewCall } from "./view-calls.ts";

const get: FrameworkMethod = ({ view, self }) => {
  const items = self("get_dated_items");
  const [dates = unknown, rows = unknown, extra] = items.kind === "collection" ? (items.items ?? []) : [];
  view.attributes.set("date_list", dates);
  view.attributes.set("object_list", rows);
  const context = new Map<string, Value>([
    ["object_list", rows],
    ["date_list", dates],
    ...(extra?.kind === "mapping" ? extra.entries : []),
  ]);
  return self("render_to_response", onePositional(self("get_context_data", keywords(context, true))));
};

/** The rows of the period. */
const getDatedQueryset: FrameworkMethod = (call) => {
  const rows = mapQuerysets(call.self("get_queryset"), (queryset) => ({
    ...queryset,
    result: { evaluated: false },
  }));
  checkThatThereAreRows(call, rows);
  return rows;
};

/** `dates()` of the rows, evaluated to see whether there are any. */
const getDateList: FrameworkMethod = ({ interpreter, args, node }) => {
  const [rows = unknown] = args.positional;
  return mapQuerysets(rows, (queryset) => {
    const dates = { ...queryset, rows: "values", columns: [], result: { evaluated: false } } as const;
    interpreter.send(dates, "bool", node);
    return dates;
  });
};

/** The rows of a period with the neighbouring periods, for which empty ones are skipped by asking the database. */
function datedItems(options: { readonly dates: boolean; readonly neighbours: number }): FrameworkMethod {
  return (call) => {
    const rows = call.self("get_dated_queryset");
    const dates = options.dates ? call.self("get_date_list", onePositional(rows)) : nothing;
    for (let neighbour = 0; neighbour < options.neighbours; neighbour++) findNeighbour(call);
    return listOf([dates, rows, mappingOf(new Map())]);
  };
}

function findNeighbour({ interpreter, node, self }: ViewCall): void {
  const allowed = self("get_allow_empty");
  if (allowed.kind !== "literal" || allowed.value !== false) return;
  mapQuerysets(self("get_queryset"), (queryset) => {
    interpreter.send({ ...queryset, result: { evaluated: false } }, "index", node);
    return queryset;
  });
}

const yearItems = datedItems({ dates: true, neighbours: 2 });

const getYearItems: FrameworkMethod = (call) => {
  const items = yearItems(call);
  const makesList = call.self("get_make_object_list");
  if (makesList.kind !== "literal" || makesList.value !== false || items.kind !== "collection") return items;
  const [dates = unknown, rows = unknown, extra = unknown] = items.items ?? [];
  const none = mapQuerysets(rows, (queryset) => ({
    ...queryset,
    bound: { kind: "empty" },
    result: { evaluated: false },
  }));
  return listOf([dates, none, extra]);
};

export const dateMethods: FrameworkMethods = {
  BaseDateListView: {
    get,
    get_ordering: ({ attribute }) => attribute("ordering") ?? text("-date"),
    get_dated_queryset: getDatedQueryset,
    get_date_list: getDateList,
  },
  BaseArchiveIndexView: { get_dated_items: datedItems({ dates: true, neighbours: 0 }) },
  BaseYearArchiveView: {
    get_dated_items: getYearItems,
    get_make_object_list: ({ attribute }) => attribute("make_object_list") ?? nothing,
  },
  BaseMonthArchiveView: { get_dated_items: datedItems({ dates: true, neighbours: 2 }) },
  BaseWeekArchiveView: { get_dated_items: datedItems({ dates: false, neighbours: 2 }) },
  BaseDayArchiveView: { get_dated_items: datedItems({ dates: false, neighbours: 4 }) },
};
