/** Django's admin: change lists, change forms and the actions of `ModelAdmin` classes. */
import {
  defaultRegistrations,
  inlineAdminClasses,
  modelAdminClasses,
  modelsOfAdmin,
} from "../../django/admin-classes.ts";
import type { Model } from "../../django/model-graph.ts";
import type { Consumer, EntryPoint } from "../../interpret/consumer.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { ClassSymbol, Module } from "../../python/symbols.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Statement } from "../../syntax/ast.ts";
import { isExpression, walk } from "../../syntax/walk.ts";
import { runActions } from "./actions.ts";
import { showChangeForm, showInline } from "./change-form.ts";
import { showChangeList } from "./change-list.ts";
import { defaultQueryset } from "./change-list-queryset.ts";
import { countChangeForm, countChangeList, countDefaultPage } from "./counted-pages.ts";
import { classPlace, inheritedOption } from "./options.ts";

const optionMethods =
  /^get_(list_display|list_select_related|list_filter|readonly_fields|ordering|inlines|exclude|autocomplete_fields)$/;

export const admin: Consumer = {
  name: "admin",
  entryPointsOfModule: defaultPages,
  classes: {
    bases: new Set([...modelAdminClasses, ...inlineAdminClasses]),
    callMethod: (interpreter, receiver, name, _args, node) => {
      if (name === "get_queryset") {
        const model = modelOf(interpreter, receiver);
        return model && defaultQueryset(interpreter, model, node);
      }
      return optionMethods.test(name)
        ? interpreter.attribute(receiver, name.slice("get_".length), node)
        : undefined;
    },
    readAttribute: (interpreter, receiver, name) => {
      if (name !== "model") return inheritedOption(interpreter, receiver.symbol, name);
      const [model, ...others] = modelsOfAdmin(interpreter.program, interpreter.models, receiver.symbol);
      return model && others.length === 0 ? classOf(model) : undefined;
    },
    entryPoints: (interpreter, symbol) => {
      if (interpreter.program.derivesFrom(symbol, inlineAdminClasses))
        return inlineEntryPoint(interpreter, symbol);
      const models = modelsOfAdmin(interpreter.program, interpreter.models, symbol);
      return models.flatMap((model) => entryPointsOf(interpreter, symbol, model, models.length > 1));
    },
  },
};

/** Pages of models that are registered without a class. */
function defaultPages(interpreter: Interpreter, module: Module): readonly EntryPoint[] {
  if (!interpreter.queryCounts) return [];
  return defaultRegistrations(interpreter.program, interpreter.models, module).flatMap(
    ({ model, expression }) =>
      (["changelist_view", "change_view"] as const).map((page) => ({
        symbol: `${model.label}.${page}`,
        location: { path: module.file.path, range: { start: expression.start, end: expression.end } },
        context: "admin" as const,
        run: () => {
          interpreter.countOnly(() => countDefaultPage(interpreter, module, expression, model, page));
        },
      })),
  );
}

function entryPointsOf(
  interpreter: Interpreter,
  symbol: ClassSymbol,
  model: Model,
  shared: boolean,
): readonly EntryPoint[] {
  const page = (name: string, show: typeof showChangeList, count?: typeof showChangeList): EntryPoint =>
    entryPoint(symbol, name, () => {
      const object = adminObject(interpreter, symbol, model);
      show(interpreter, object, model, shared);
      if (count) interpreter.countOnly(() => count(interpreter, object, model, shared));
    });
  return [
    ...(hasChangeList(interpreter, symbol)
      ? [page("changelist_view", showChangeList, countChangeList), page("response_action", runActions)]
      : []),
    page("change_view", showChangeForm, countChangeForm),
  ];
}

/** The forms of related rows on the page of another row, for whichever classes show them. */
function inlineEntryPoint(interpreter: Interpreter, symbol: ClassSymbol): readonly EntryPoint[] {
  if (interpreter.program.lookupMember(symbol, "model").kind !== "found") return [];
  const run = (): void => {
    const inline = interpreter.newObject(symbol);
    const model = modelOf(interpreter, inline);
    if (model) showInline(interpreter, inline, model);
  };
  return [entryPoint(symbol, "get_formset", run)];
}

function entryPoint(symbol: ClassSymbol, name: string, run: () => void): EntryPoint {
  const { start, end } = classPlace(symbol);
  return {
    symbol: `${symbol.module.name}.${symbol.qualifiedName}.${name}`,
    location: { path: symbol.module.file.path, range: { start, end } },
    context: "admin",
    run,
  };
}

/** A class that replaces its pages without asking its base for them shows no list, or one of its own. */
function hasChangeList({ program }: Interpreter, symbol: ClassSymbol): boolean {
  return ["get_urls", "changelist_view"].every((name) => {
    const member = program.lookupMember(symbol, name);
    if (member.kind !== "found" || member.symbol.kind !== "function") return true;
    return member.symbol.node.body.some((statement) => asksFor(statement, name));
  });
}

function asksFor(statement: Statement, name: string): boolean {
  let asks = false;
  walk(statement, (node) => {
    asks ||= isExpression(node) && node.kind === "Attribute" && node.attribute.name === name;
    return !asks;
  });
  return asks;
}

function adminObject(interpreter: Interpreter, symbol: ClassSymbol, model: Model): PlainObject {
  const object = interpreter.newObject(symbol);
  object.attributes.set("model", classOf(model));
  return object;
}

function modelOf(interpreter: Interpreter, receiver: PlainObject): Model | undefined {
  const model = interpreter.attribute(receiver, "model", classPlace(receiver.symbol));
  return model.kind === "class" ? model.model : undefined;
}

function classOf(model: Model): Value {
  return { kind: "class", symbol: model.symbol, model };
}
