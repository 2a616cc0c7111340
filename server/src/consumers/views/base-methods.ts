/** `django.views.generic.base` */

import type { Interpreter } from "../../interpret/interpreter.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import { noLoops } from "../../queryset/loop-set.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { Value } from "../../queryset/value.ts";
import { contextMembers } from "./context-members.ts";
import { renderResponse } from "./render-response.ts";
import type { FrameworkMethod, FrameworkMethods } from "./view-calls.ts";

export const nothing: Value = { kind: "literal", value: null };

export function text(value: string): Value {
  return { kind: "literal", value };
}

export function listOf(items: readonly Value[]): Value {
  return {
    kind: "collection",
    element: unknown,
    items,
    size: { kind: "constant", count: items.length },
    varies: noLoops,
  };
}

/** Keyword arguments alone. */
export function keywords(entries: ReadonlyMap<string, Value>, open = false) {
  return { positional: [], keywords: entries, open };
}

/** Context that the project's classes have put together, with what Django adds to all of it. */
const getContextData: FrameworkMethod = ({ args, attribute, interpreter, node, view }) => {
  const entries = new Map(args.keywords);
  if (!entries.has("view")) entries.set("view", view);
  const extra = attribute("extra_context");
  if (extra?.kind === "mapping") for (const [name, value] of extra.entries) entries.set(name, value);
  for (const [name, value] of contextMembers(interpreter, view, node)) entries.set(name, value);
  const isOpen = args.open || (extra && extra.kind !== "mapping") || hasForeignBase(interpreter, view.symbol);
  return mappingOf(entries, isOpen ? { size: { kind: "unknown" } } : {});
};

/** A class of another library may add to the context. */
function hasForeignBase({ program }: Interpreter, symbol: ClassSymbol): boolean {
  return program.mro(symbol).some((base) => {
    switch (base.kind) {
      case "class":
        return false;
      case "external":
        return !/^(builtins|django|django_filters)\./.test(base.name);
      default:
        return true;
    }
  });
}

const getTemplateNames: FrameworkMethod = ({ attribute }) => {
  const name = attribute("template_name");
  return listOf(name ? [name] : []);
};

const renderToResponse: FrameworkMethod = (call) => {
  const context = call.args.positional[0] ?? call.args.keywords.get("context");
  return renderResponse(call, call.self("get_template_names"), context);
};

export const baseMethods: FrameworkMethods = {
  View: {
    setup: () => nothing,
    // Pages are read: what other methods do is interpreted where the project defines them.
    dispatch: ({ args, self }) => self("get", args),
  },
  ContextMixin: { get_context_data: getContextData },
  TemplateResponseMixin: { get_template_names: getTemplateNames, render_to_response: renderToResponse },
  TemplateView: {
    get: ({ self }) =>
      self("render_to_response", onePositional(self("get_context_data", keywords(new Map(), true)))),
  },
  RedirectView: { get: ({ args, self }) => self("get_redirect_url", { ...args, positional: [] }) },
};

export function onePositional(value: Value) {
  return { positional: [value], keywords: new Map<string, Value>(), open: false };
}
