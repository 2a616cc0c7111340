/** Formsets of models: one form for each row of a queryset, made and rendered one after the other. */
import type { Consumer, LibraryFunction } from "../../interpret/consumer.ts";
import { callAt } from "../../interpret/declarations.ts";
import type { Arguments, Interpreter } from "../../interpret/interpreter.ts";
import { collectionOf, sizeOfBound } from "../../interpret/make-values.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import { noLoops } from "../../queryset/loop-set.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { rowsOfModel } from "../class-queryset.ts";
import { fieldsOf, renderFields } from "./render-form.ts";
import { renderingMethods } from "./rendering-methods.ts";

const inlineFactories = ["inlineformset_factory", "generic_inlineformset_factory"];
const factories = ["modelformset_factory", ...inlineFactories];
const factoryNames: ReadonlySet<string> = new Set(
  factories.flatMap((name) => [
    `django.forms.${name}`,
    `django.forms.models.${name}`,
    `django.contrib.contenttypes.forms.${name}`,
  ]),
);

/** What a factory was given: the class that it makes says so only as far as the keywords go. */
interface MadeFormset {
  readonly model: Value;
  readonly form: Value;
  readonly isInline: boolean;
}
const made = new WeakMap<ClassSymbol, MadeFormset>();

/** With these, a formset's own class decides which rows it has and how their forms are made. */
const ownWays = ["__init__", "__iter__", "_construct_form", "forms", "get_queryset"];

function factory(name: string): LibraryFunction {
  const isInline = inlineFactories.some((inline) => name.endsWith(`.${inline}`));
  const parameters = name.endsWith(".inlineformset_factory")
    ? ["parent_model", "model", "form", "formset"]
    : name.endsWith(".generic_inlineformset_factory")
      ? ["model", "form", "formset"]
      : ["model", "form"];
  return (interpreter, args, node) => {
    const given = (parameter: string): Value =>
      args.keywords.get(parameter) ?? args.positional[parameters.indexOf(parameter)] ?? unknown;
    const base = given("formset");
    const { program, state } = interpreter;
    const isOwn =
      base.kind === "class" &&
      base.symbol !== undefined &&
      ownWays.some((way) => base.symbol && program.lookupMember(base.symbol, way).kind === "found");
    const symbol = isOwn ? undefined : program.derivedClass(state.frame.module, node.function, node);
    if (!symbol) return unknown;
    made.set(symbol, { model: given("model"), form: given("form"), isInline });
    return { kind: "class", symbol, model: undefined };
  };
}

export const formsets: Consumer = {
  name: "formsets",
  functions: Object.fromEntries([...factoryNames].map((name) => [name, factory(name)])),
  classes: {
    bases: factoryNames,
    callMethod(interpreter, formset, name, args, node) {
      if (name === "__init__") {
        keepArguments(interpreter, formset, args, node);
        return unknown;
      }
      if (name === "__iter__") return formsOf(interpreter, formset, node);
      if (name === "get_queryset") return formset.attributes.get("queryset") ?? unknown;
      if (!renderingMethods.has(name)) return undefined;
      interpreter.inLoop(formsOf(interpreter, formset, node), node, node, (form) => {
        if (form.kind === "object") renderFields(interpreter, form.symbol, fieldsOf(form), node);
      });
      return unknown;
    },
    readAttribute: (interpreter, formset, name, node) =>
      name === "forms" || name === "initial_forms" ? formsOf(interpreter, formset, node) : undefined,
  },
};

/** The rows that it is given, else all of its model: an inline formset takes those of its parent. */
function keepArguments(
  interpreter: Interpreter,
  { attributes, symbol }: PlainObject,
  { positional, keywords }: Arguments,
  node: Expression,
): void {
  const { model, isInline } = made.get(symbol) ?? {};
  // Behind `data`, `files` and others.
  const given = keywords.get("queryset") ?? positional[isInline ? 5 : 4];
  const isMissing = !given || (given.kind === "literal" && given.value === null);
  if (!isMissing)
    attributes.set("queryset", given.kind === "manager" ? interpreter.initialQueryset(given, node) : given);
  else if (model?.kind === "class" && model.model) {
    const rows = rowsOfModel(interpreter, model.model, node);
    const sites = rows.origin.sites.map((site) => ({ ...site, kind: "accessor" as const }));
    attributes.set("queryset", { ...rows, origin: { sites } });
  }
  const options = keywords.get("form_kwargs");
  if (options) attributes.set("form_kwargs", options);
}

/** Each with the row that it changes. Forms for new rows are few. The formset makes them once. */
function formsOf(interpreter: Interpreter, formset: PlainObject, node: Expression): Value {
  const { attributes, symbol } = formset;
  const known = attributes.get(madeForms);
  if (known) return known;
  const rows = attributes.get("queryset");
  if (rows?.kind !== "queryset") return unknown;
  const formClass = made.get(symbol)?.form;
  const options = attributes.get("form_kwargs");
  let form: Value = unknown;
  interpreter.inLoop(rows, node, node, (instance) => {
    const keywords = new Map(options?.kind === "mapping" ? options.entries : []).set("instance", instance);
    form =
      formClass?.kind === "class"
        ? interpreter.call(formClass, { positional: [], keywords, open: true }, callAt(node, "form"))
        : { kind: "object", symbol, attributes: new Map([["instance", instance]]), varies: noLoops };
  });
  const forms = collectionOf(form, sizeOfBound(rows.bound));
  attributes.set(madeForms, forms);
  return forms;
}

const madeForms = "forms that it has made";
