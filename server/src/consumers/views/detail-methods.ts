/** `django.views.generic.detail` */
import { unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import { querysetOfObject } from "../class-queryset.ts";
import { keywords, listOf, nothing, onePositional, text } from "./base-methods.ts";
import { addNamed, mapQuerysets } from "./list-methods.ts";
import type { FrameworkMethod, FrameworkMethods, ViewCall } from "./view-calls.ts";

/** The row that the URL names by its key or slug. */
const getObject: FrameworkMethod = ({ interpreter, args, node, self }) => {
  const given = args.positional[0] ?? args.keywords.get("queryset");
  const rows = given && given.kind !== "literal" ? given : self("get_queryset");
  const start = rows.kind === "manager" ? interpreter.initialQueryset(rows, node) : rows;
  const object = mapQuerysets(start, (queryset) => {
    const { related } = queryset;
    const one = {
      ...queryset,
      bound: { kind: "unique" },
      related: related && { ...related, plain: false, operations: [...related.operations, "filter", "get"] },
      result: { evaluated: false },
    } as const;
    interpreter.send(one, "get", node);
    return interpreter.rowOf(one, true);
  });
  return object === start ? unknown : object;
};

const getContextObjectName: FrameworkMethod = ({ args, attribute }) => {
  const [object] = args.positional;
  const name = attribute("context_object_name");
  if (name) return name;
  return object?.kind === "instance" ? text(object.model.name.toLowerCase()) : nothing;
};

const getContextData: FrameworkMethod = ({ args, attribute, self, next }) => {
  const context = new Map<string, Value>();
  const object = attribute("object");
  let isOpen = args.open;
  if (object) {
    context.set("object", object);
    isOpen ||= !addNamed(context, self("get_context_object_name", onePositional(object)), object);
  }
  for (const [name, value] of args.keywords) context.set(name, value);
  return next(keywords(context, isOpen));
};

const get: FrameworkMethod = ({ view, self }) => {
  const object = self("get_object");
  view.attributes.set("object", object);
  const context = self("get_context_data", keywords(new Map([["object", object]])));
  return self("render_to_response", onePositional(context));
};

const getTemplateNames: FrameworkMethod = (call) => {
  const names = call.next();
  // A name that the class gives is the only one.
  if (names.kind === "collection" && names.items?.length !== 0) return names;
  const own = ownTemplateName(call);
  return own ? listOf([own]) : names;
};

function ownTemplateName({ interpreter, view, node, attribute }: ViewCall): Value | undefined {
  const object = attribute("object");
  const declared = attribute("model");
  const model =
    object?.kind === "instance" ? object.model : declared?.kind === "class" ? declared.model : undefined;
  const rows = model ? undefined : querysetOfObject(interpreter, view, node);
  const shown = model ?? (rows?.kind === "queryset" ? rows.model : undefined);
  const suffix = attribute("template_name_suffix");
  return shown && suffix?.kind === "literal"
    ? text(`${shown.appLabel}/${shown.name.toLowerCase()}${suffix.value}.html`)
    : undefined;
}

export const detailMethods: FrameworkMethods = {
  SingleObjectMixin: {
    get_queryset: ({ interpreter, view, node }) => querysetOfObject(interpreter, view, node) ?? unknown,
    get_object: getObject,
    get_context_object_name: getContextObjectName,
    get_context_data: getContextData,
  },
  BaseDetailView: { get },
  SingleObjectTemplateResponseMixin: { get_template_names: getTemplateNames },
};
