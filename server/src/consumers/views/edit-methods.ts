/** `django.views.generic.edit` */

import { callAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { instanceOf } from "../../interpret/make-values.ts";
import { unknown } from "../../queryset/join.ts";
import { noLoops } from "../../queryset/loop-set.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { absoluteUrl } from "../absolute-url.ts";
import { querysetOfObject } from "../class-queryset.ts";
import { libraryObject } from "../forms/choice-fields.ts";
import { keywords, nothing, onePositional } from "./base-methods.ts";
import type { FrameworkMethod, FrameworkMethods } from "./view-calls.ts";

const getForm: FrameworkMethod = ({ interpreter, args, node, self }) => {
  const given = args.positional[0] ?? args.keywords.get("form_class");
  const formClass = given && given.kind !== "literal" ? given : self("get_form_class");
  const passed = self("get_form_kwargs");
  if (formClass.kind !== "class") return unknown;
  const known = passed.kind === "mapping" ? passed.entries : new Map<string, Value>();
  return interpreter.call(formClass, keywords(known, isOpen(passed)), node);
};

function isOpen(passed: Value): boolean {
  return passed.kind !== "mapping" || passed.size.kind !== "constant";
}

const getFormKwargs: FrameworkMethod = ({ self }) =>
  mappingOf(
    new Map([
      ["initial", self("get_initial")],
      ["prefix", self("get_prefix")],
    ]),
  );

/** Django makes the class of the form where the view names the fields alone. Only its row is known. */
const getModelForm: FrameworkMethod = ({ interpreter, view, node, attribute, next, args }) => {
  const form = next(args);
  if (form.kind !== "unknown" || attribute("form_class") || !attribute("fields")) return form;
  const row = attribute("object") ?? nothing;
  const instance = row.kind === "instance" ? row : newRow(interpreter, view, node, attribute("model"));
  return instance ? libraryObject(modelForm, new Map([["instance", instance]])) : form;
};

const modelForm = "django.forms.ModelForm";

function newRow(
  interpreter: Interpreter,
  view: PlainObject,
  node: Expression,
  declared: Value | undefined,
): Value | undefined {
  const ofClass = declared?.kind === "class" ? declared.model : undefined;
  const rows = ofClass ? undefined : querysetOfObject(interpreter, view, node);
  const model = ofClass ?? (rows?.kind === "queryset" ? rows.model : undefined);
  return model && instanceOf(model, undefined, noLoops);
}

const getModelFormKwargs: FrameworkMethod = ({ view, next }) => {
  const passed = next();
  const object = view.attributes.get("object");
  if (passed.kind === "mapping" && object) passed.entries.set("instance", object);
  return passed;
};

const getContextData: FrameworkMethod = ({ args, self, next }) => {
  const context = new Map(args.keywords);
  if (!context.has("form")) context.set("form", self("get_form"));
  return next(keywords(context, args.open));
};

const respond: FrameworkMethod = ({ self }) =>
  self("render_to_response", onePositional(self("get_context_data")));

const post: FrameworkMethod = ({ self }) => self("form_valid", onePositional(self("get_form")));

const saveForm: FrameworkMethod = ({ interpreter, view, args, node, next }) => {
  const [form = unknown] = args.positional;
  const save = interpreter.attribute(form, "save", node);
  const saved = interpreter.call(save, keywords(new Map()), callAt(node, "save"));
  const edited = view.attributes.get("object");
  const made = form.kind === "external" ? form.made?.attributes?.get("instance") : undefined;
  // What is edited is what is saved, whatever the form is.
  const row = edited?.kind === "instance" ? edited : made;
  view.attributes.set("object", saved.kind === "instance" || !row ? saved : row);
  return next(args);
};

const redirect: FrameworkMethod = ({ self }) => {
  self("get_success_url");
  return unknown;
};

const urlOfObject: FrameworkMethod = ({ interpreter, node, attribute }) => {
  const object = attribute("object");
  if (attribute("success_url") || !object) return unknown;
  return absoluteUrl(interpreter, object, node);
};

const deleteObject: FrameworkMethod = ({ interpreter, node, attribute, self }) => {
  self("get_success_url");
  const object = attribute("object") ?? unknown;
  const method = interpreter.attribute(object, "delete", node);
  interpreter.call(method, keywords(new Map()), callAt(node, "delete"));
  return unknown;
};

/** Fetches the object before the class behind goes on. */
const withObject: FrameworkMethod = ({ view, args, self, next }) => {
  view.attributes.set("object", self("get_object"));
  return next(args);
};

const withoutObject: FrameworkMethod = ({ view, args, next }) => {
  view.attributes.set("object", nothing);
  return next(args);
};

export const editMethods: FrameworkMethods = {
  FormMixin: {
    get_initial: ({ attribute }) => attribute("initial") ?? mappingOf(new Map()),
    get_prefix: ({ attribute }) => attribute("prefix") ?? nothing,
    get_form_class: ({ attribute }) => attribute("form_class") ?? unknown,
    get_form: getForm,
    get_form_kwargs: getFormKwargs,
    get_success_url: () => unknown,
    form_valid: redirect,
    form_invalid: ({ args, self }) => {
      const form = args.positional[0] ?? unknown;
      const context = self("get_context_data", keywords(new Map([["form", form]])));
      return self("render_to_response", onePositional(context));
    },
    get_context_data: getContextData,
  },
  ModelFormMixin: {
    get_form: getModelForm,
    get_form_kwargs: getModelFormKwargs,
    get_success_url: urlOfObject,
    form_valid: saveForm,
  },
  ProcessFormView: { get: respond, post },
  BaseCreateView: { get: withoutObject, post: withoutObject },
  BaseUpdateView: { get: withObject, post: withObject },
  DeletionMixin: {
    get_success_url: () => unknown,
    delete: (call) => {
      call.view.attributes.set("object", call.self("get_object"));
      return deleteObject(call);
    },
  },
  BaseDeleteView: {
    post: (call) => {
      call.view.attributes.set("object", call.self("get_object"));
      return post(call);
    },
    form_valid: deleteObject,
  },
};
