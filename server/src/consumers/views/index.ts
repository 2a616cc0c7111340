/** Django's class-based views: what they do with the project's classes, in the order in which Django does it. */
import type { UrlView } from "../../django/url-configurations.ts";
import type { Consumer, EntryPoint } from "../../interpret/consumer.ts";
import { callAt } from "../../interpret/declarations.ts";
import { saveRow } from "../../interpret/effects/signals.ts";
import { moduleFrame } from "../../interpret/frames.ts";
import type { Arguments, Interpreter } from "../../interpret/interpreter.ts";
import { noKeywords } from "../../interpret/language/arguments.ts";
import { modelOfForm } from "../../interpret/libraries/forms.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import { setSwitches } from "../switches.ts";
import { baseMethods } from "./base-methods.ts";
import { dateMethods } from "./date-methods.ts";
import { detailMethods } from "./detail-methods.ts";
import { editMethods } from "./edit-methods.ts";
import { filterMethods } from "./filter-methods.ts";
import { dottedNames, frameworkClassNamed, linearization } from "./framework-classes.ts";
import { listMethods } from "./list-methods.ts";
import {
  callView,
  type FrameworkMethods,
  hasMethod,
  inheritedAttribute,
  ownMethod,
  placeBehind,
} from "./view-calls.ts";

const methods: FrameworkMethods = {
  ...baseMethods,
  ...listMethods,
  ...detailMethods,
  ...editMethods,
  ...dateMethods,
  ...filterMethods,
};

/** What `View.setup()` sets for each request. */
const setForRequest: ReadonlySet<string> = new Set(["request", "args", "kwargs"]);

export const classBasedViews: Consumer = {
  name: "class-based-views",
  classes: {
    bases: dottedNames,
    callMethod: (interpreter, view, name, args, node, after) => {
      const start = after ? placeBehind(interpreter.program, view.symbol, after) : 0;
      return callView(interpreter, methods, view, name, args, node, start);
    },
    readAttribute: (interpreter, view, name) =>
      setForRequest.has(name) ? unknown : inheritedAttribute(interpreter, view.symbol, name),
    hides: (base, name) => {
      const className = frameworkClassNamed(base);
      return (
        className !== undefined &&
        linearization(className).some((entry) => ownMethod(methods, entry, name) !== undefined)
      );
    },
    entryPoints: (interpreter, symbol) => [
      ...pagesOfView(interpreter, symbol),
      ...inheritedPost(interpreter, symbol),
    ],
  },
};

/** Ways in which URL configurations set up one view that are looked at. */
const mostUrls = 4;

/** The answers to GET requests. None for classes that answer none. */
function pagesOfView(interpreter: Interpreter, symbol: ClassSymbol): readonly EntryPoint[] {
  if (!hasMethod(interpreter, methods, symbol, "dispatch") || !hasMethod(interpreter, methods, symbol, "get"))
    return [];
  const urls = interpreter.urlViews().get(symbol.id) ?? [];
  const given = urls.filter(({ asView }) => asView && asView.keywords.length > 0).slice(0, mostUrls);
  const isUsedAsItIs =
    urls.length === 0 || urls.some(({ asView, ofFramework }) => ofFramework || asView?.keywords.length === 0);
  return [
    ...(isUsedAsItIs ? [pageOfView(interpreter, symbol, undefined)] : []),
    ...given.map((url) => pageOfView(interpreter, symbol, url)),
  ];
}

function pageOfView(interpreter: Interpreter, symbol: ClassSymbol, url: UrlView | undefined): EntryPoint {
  const place = callAt(symbol.node.name, "dispatch");
  return requestTo(interpreter, symbol, "get", url, (view, request) => {
    callView(interpreter, methods, view, "dispatch", request, place);
  });
}

/**
 * What a base class of the project does with forms that are sent to this view. Its own method is a root of its own; so is
 * `form_valid()`, which alone does not know the form and the object that Django hands it.
 */
function inheritedPost(interpreter: Interpreter, symbol: ClassSymbol): readonly EntryPoint[] {
  if (!hasMethod(interpreter, methods, symbol, "dispatch")) return [];
  const place = callAt(symbol.node.name, "post");
  const method = methodOfProject(interpreter, symbol, "post");
  if (!method) {
    const handlesForms =
      methodOfProject(interpreter, symbol, "form_valid") !== undefined &&
      hasMethod(interpreter, methods, symbol, "post");
    const answer = (view: PlainObject, request: Arguments): void => {
      callView(interpreter, methods, view, "post", request, place);
    };
    return handlesForms
      ? [requestTo(interpreter, symbol, "post", undefined, answer)]
      : savingAlone(interpreter, symbol);
  }
  if (method.owner === symbol) return [];
  return [
    requestTo(interpreter, symbol, "post", undefined, (view, request) => {
      interpreter.callFunction(interpreter.functionValue(method.symbol, view), request, place, "framework");
    }),
  ];
}

const savingViews: ReadonlySet<string> = new Set(
  ["generic", "generic.edit"].flatMap((module) =>
    ["CreateView", "UpdateView"].map((name) => `django.views.${module}.${name}`),
  ),
);

/** The model's own `save()` and the receivers of its signals, which run where the view has no code for its form. */
function savingAlone(interpreter: Interpreter, symbol: ClassSymbol): readonly EntryPoint[] {
  const { program } = interpreter;
  if (interpreter.queryCounts !== undefined || !program.derivesFrom(symbol, savingViews)) return [];
  const place = callAt(symbol.node.name, "post");
  return [
    requestTo(interpreter, symbol, "post", undefined, (view) => {
      const form = interpreter.attribute(view, "form_class", place);
      const declared = interpreter.attribute(view, "model", place);
      const isOwn =
        form.kind === "class" &&
        form.symbol &&
        methodOfProject(interpreter, form.symbol, "save") !== undefined;
      const ofForm = form.kind === "class" && form.symbol ? modelOfForm(interpreter, form.symbol) : undefined;
      const model = ofForm ?? (declared.kind === "class" ? declared.model : undefined);
      if (model && !isOwn) saveRow(interpreter, model, place);
    }),
  ];
}

function methodOfProject({ program }: Interpreter, symbol: ClassSymbol, name: string) {
  const member = program.lookupMember(symbol, name);
  return member.kind === "found" && member.symbol.kind === "function"
    ? { symbol: member.symbol, owner: member.owner }
    : undefined;
}

/** A new view that is set up for the request before it answers. */
function requestTo(
  interpreter: Interpreter,
  symbol: ClassSymbol,
  method: "get" | "post",
  url: UrlView | undefined,
  answer: (view: PlainObject, request: Arguments) => void,
): EntryPoint {
  const { module, node } = symbol;
  return {
    symbol: `${module.name}.${symbol.qualifiedName}.${method}`,
    location: { path: module.file.path, range: { start: node.name.start, end: node.name.end } },
    context: "request",
    run: () => {
      const view = interpreter.newObject(symbol);
      setSwitches(interpreter, view);
      for (const [name, value] of attributesOfUrl(interpreter, url)) view.attributes.set(name, value);
      const request = { positional: [unknown], keywords: noKeywords, open: true };
      callView(interpreter, methods, view, "setup", request, callAt(node.name, "setup"));
      answer(view, request);
    },
  };
}

/** `as_view(queryset=…, template_name=…)` */
function attributesOfUrl(interpreter: Interpreter, url: UrlView | undefined): ReadonlyMap<string, Value> {
  const attributes = new Map<string, Value>();
  if (!url?.asView) return attributes;
  const { asView, module } = url;
  for (const { name, value } of asView.keywords) {
    if (!name) continue;
    const frame = moduleFrame(module, module.name);
    attributes.set(name.name, interpreter.outsideOfRoot(frame, () => interpreter.evaluate(value)).value);
  }
  return attributes;
}
