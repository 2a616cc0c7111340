/** `django_filters.views`: list views whose rows a filter set gives. */

import { unknown } from "../../queryset/join.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { Value } from "../../queryset/value.ts";
import { keywords, nothing, onePositional } from "./base-methods.ts";
import type { FrameworkMethod, FrameworkMethods } from "./view-calls.ts";

const getFilterset: FrameworkMethod = ({ args, interpreter, node, self }) => {
  const [filtersetClass = unknown] = args.positional;
  const options = self("get_filterset_kwargs", onePositional(filtersetClass));
  if (filtersetClass.kind !== "class" || options.kind !== "mapping") return unknown;
  return interpreter.call(filtersetClass, keywords(options.entries), node);
};

const getFiltersetKwargs: FrameworkMethod = ({ self }) =>
  mappingOf(
    new Map<string, Value>([
      ["data", unknown],
      ["request", unknown],
      ["queryset", self("get_queryset")],
    ]),
  );

const get: FrameworkMethod = ({ interpreter, node, self, view }) => {
  const filterset = self("get_filterset", onePositional(self("get_filterset_class")));
  view.attributes.set("filterset", filterset);
  // Without a class of the project the library makes one, which gives the rows of the view.
  const rows =
    filterset.kind === "object" ? interpreter.attribute(filterset, "qs", node) : self("get_queryset");
  view.attributes.set("object_list", rows);
  const context = new Map<string, Value>([
    ["filter", filterset],
    ["object_list", rows],
  ]);
  return self("render_to_response", onePositional(self("get_context_data", keywords(context))));
};

export const filterMethods: FrameworkMethods = {
  FilterMixin: {
    get_filterset: getFilterset,
    get_filterset_class: ({ attribute }) => attribute("filterset_class") ?? nothing,
    get_filterset_kwargs: getFiltersetKwargs,
  },
  BaseFilterView: { get },
};
