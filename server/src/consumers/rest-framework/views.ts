/** Generic views and viewsets: which rows they take, and which serializer turns them into data. */

import type { EntryPoint, FrameworkClasses } from "../../interpret/consumer.ts";
import { asFramework, callAt, nameAt } from "../../interpret/declarations.ts";
import { saveRow } from "../../interpret/effects/signals.ts";
import { noteUnknown } from "../../interpret/gaps.ts";
import type { Arguments, Interpreter } from "../../interpret/interpreter.ts";
import { noArguments } from "../../interpret/language/arguments.ts";
import { recordRowList } from "../../interpret/querysets/row-lists.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import { alternativesOf, joinAll, unknown } from "../../queryset/join.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { querysetOfObject } from "../class-queryset.ts";
import { setSwitches } from "../switches.ts";
import { filterRows } from "./filter-backends.ts";
import { modelOfSerializer } from "./model-fields.ts";
import { declaredPages, paginate } from "./pagination.ts";
import { contextWith } from "./serializer-context.ts";
import {
  type Action,
  actionOfMethod,
  httpMethods,
  inheritedActions,
  isAction,
  isExtraAction,
  isViewSet,
  viewClasses,
  views,
} from "./view-classes.ts";

const none: Value = { kind: "literal", value: null };

export const viewClassMembers: FrameworkClasses = {
  bases: viewClasses,
  callMethod(interpreter, view, name, args, node) {
    switch (name) {
      case "get_queryset":
        return querysetOfObject(interpreter, view, node);
      case "filter_queryset": {
        const [rows] = args.positional;
        return rows && filterRows(interpreter, view, rows, node);
      }
      case "paginate_queryset": {
        const [rows] = args.positional;
        return rows && paginate(interpreter, view, rows, node);
      }
      case "get_object":
        return object(interpreter, view, node);
      case "get_serializer_class":
        return interpreter.attribute(view, "serializer_class", node);
      case "get_serializer_context":
        return contextWith(
          new Map<string, Value>([
            ["request", unknown],
            ["format", unknown],
            ["view", view],
          ]),
        );
      case "get_serializer":
        return serializer(interpreter, view, args, node);
      case "perform_create":
      case "perform_update": {
        const [given] = args.positional;
        return given && ask(interpreter, given, "save", [], node);
      }
      case "perform_destroy":
        return none;
      default: {
        const given = inheritedActions(interpreter, view.symbol);
        const action = isViewSet(interpreter, view.symbol)
          ? given.find((candidate) => candidate === name)
          : isAction(name)
            ? name
            : actionOfMethod(name, given);
        return action && given.includes(action) ? answer(interpreter, view, action, node) : undefined;
      }
    }
  },
  readAttribute(interpreter, view, name) {
    switch (name) {
      case "request":
      case "args":
      case "kwargs":
      case "format":
        return unknown;
      case "action":
        return isViewSet(interpreter, view.symbol) ? unknown : undefined;
      default:
        return undefined;
    }
  },
  prepare(interpreter, view, method) {
    if (!isViewSet(interpreter, view.symbol)) return;
    if (isAction(method.name) || isExtraAction(interpreter, method)) setAction(view, method.name);
  },
  entryPoints,
};

/** Calls a method of the object, the project's own where it has one. */
function ask(
  interpreter: Interpreter,
  object: Value,
  name: string,
  positional: readonly Value[],
  node: Expression,
  keywords: ReadonlyMap<string, Value> = new Map(),
): Value {
  return asFramework(interpreter, () => {
    const method = interpreter.attribute(object, name, node);
    return interpreter.call(method, { ...noArguments, positional, keywords }, callAt(node, name));
  });
}

/** What the framework's mixin does for the action. */
function answer(interpreter: Interpreter, view: PlainObject, action: Action, node: Expression): Value {
  const serialize = (rows: Value, keywords: ReadonlyMap<string, Value>): Value =>
    interpreter.attribute(ask(interpreter, view, "get_serializer", [rows], node, keywords), "data", node);
  switch (action) {
    case "list": {
      const rows = ask(interpreter, view, "get_queryset", [], node);
      noteUnknown(interpreter, rows, "unknownQueryset", node);
      const filtered = ask(interpreter, view, "filter_queryset", [rows], node);
      recordRowList(interpreter, filtered, node, {
        by: "restFramework",
        pages: declaredPages(interpreter, view, node),
        view: view.symbol,
      });
      const paged = ask(interpreter, view, "paginate_queryset", [filtered], node);
      return serialize(paged, new Map([["many", { kind: "literal", value: true }]]));
    }
    case "retrieve":
      return serialize(ask(interpreter, view, "get_object", [], node), new Map());
    case "create": {
      const created = ask(interpreter, view, "get_serializer", [], node, new Map([["data", unknown]]));
      ask(interpreter, view, "perform_create", [created], node);
      return unknown;
    }
    case "update":
    case "partial_update": {
      const row = ask(interpreter, view, "get_object", [], node);
      const updated = ask(interpreter, view, "get_serializer", [row], node, new Map([["data", unknown]]));
      ask(interpreter, view, "perform_update", [updated], node);
      return unknown;
    }
    case "destroy":
      ask(interpreter, view, "perform_destroy", [ask(interpreter, view, "get_object", [], node)], node);
      return unknown;
  }
}

function object(interpreter: Interpreter, view: PlainObject, node: Call): Value {
  const rows = ask(interpreter, view, "get_queryset", [], node);
  const filtered = ask(interpreter, view, "filter_queryset", [rows], node);
  const found = alternativesOf(filtered).flatMap((value) =>
    (value.kind === "queryset" && value.bound.kind !== "empty") || value.kind === "manager"
      ? [singleRow(interpreter, value, node)]
      : [],
  );
  return found.length > 0 ? joinAll(found) : unknown;
}

function singleRow(interpreter: Interpreter, rows: Value, node: Call): Value {
  const queryset = rows.kind === "manager" ? interpreter.initialQueryset(rows, node) : rows;
  if (queryset.kind !== "queryset") return unknown;
  interpreter.send(queryset, "get", node, node);
  return interpreter.rowOf(queryset, true);
}

function serializer(interpreter: Interpreter, view: PlainObject, args: Arguments, node: Call): Value {
  const serializerClass = ask(interpreter, view, "get_serializer_class", [], node);
  noteUnknown(interpreter, serializerClass, "unknownSerializer", node);
  const context = ask(interpreter, view, "get_serializer_context", [], node);
  const keywords = new Map(args.keywords);
  if (!keywords.has("context")) keywords.set("context", context);
  return interpreter.call(serializerClass, { ...args, keywords }, node);
}

/** What a view answers by itself. Methods that its own class defines are the project's code, and roots like any other. */
function entryPoints(interpreter: Interpreter, symbol: ClassSymbol): readonly EntryPoint[] {
  const { program } = interpreter;
  if (!program.derivesFrom(symbol, views)) return [];
  const given = inheritedActions(interpreter, symbol);
  const names = isViewSet(interpreter, symbol)
    ? new Set<string>([...given, ...extraActions(interpreter, symbol)])
    : httpMethods.filter((method) => actionOfMethod(method, given) !== undefined);
  return [...names].flatMap((name) => {
    const member = program.lookupMember(symbol, name);
    if (member.kind === "found" && member.owner === symbol) return [];
    if (interpreter.queryCounts === undefined && addsNothingToWriting(interpreter, symbol, name))
      return savingAlone(interpreter, symbol, name);
    return [entryPoint(interpreter, symbol, name)];
  });
}

/**
 * An action that writes one row and to which the class gives no hook of its own: what it runs is a root elsewhere, in
 * the base class, the serializer and the model.
 */
function addsNothingToWriting({ program }: Interpreter, symbol: ClassSymbol, name: string): boolean {
  const hook = writingHooks.get(name);
  if (hook === undefined) return false;
  const member = program.lookupMember(symbol, hook);
  return member.kind !== "found" || member.owner !== symbol;
}

/** Of such an action the model's own `save()` and the receivers of its signals remain, where nothing else runs them. */
function savingAlone(interpreter: Interpreter, symbol: ClassSymbol, name: string): readonly EntryPoint[] {
  const hook = writingHooks.get(name);
  const isPartial = name === "partial_update" || name === "patch";
  if (hook === undefined || isPartial || interpreter.program.lookupMember(symbol, hook).kind === "found")
    return [];
  const method = hook === "perform_create" ? "create" : "update";
  const run = (view: PlainObject, place: Expression): void => {
    const given = interpreter.attribute(view, "serializer_class", place);
    const serializer = given.kind === "class" ? given.symbol : undefined;
    if (!serializer || hook === "perform_destroy") return;
    const isOwn = ["save", method].some(
      (each) => interpreter.program.lookupMember(serializer, each).kind === "found",
    );
    const model = isOwn ? undefined : modelOfSerializer(interpreter, serializer);
    if (model) saveRow(interpreter, model, place);
  };
  return [entryPoint(interpreter, symbol, name, run)];
}

const writingHooks: ReadonlyMap<string, string> = new Map([
  ["create", "perform_create"],
  ["post", "perform_create"],
  ["update", "perform_update"],
  ["put", "perform_update"],
  ["partial_update", "perform_update"],
  ["patch", "perform_update"],
  ["destroy", "perform_destroy"],
  ["delete", "perform_destroy"],
]);

/** Actions that base classes of the project define. */
function extraActions(interpreter: Interpreter, symbol: ClassSymbol): readonly string[] {
  const { program } = interpreter;
  const methods = program
    .mro(symbol)
    .flatMap((entry) => (entry.kind === "class" ? [...program.members(entry).values()] : []))
    .filter((member): member is FunctionSymbol => member.kind === "function");
  return methods
    .filter((method) => isAction(method.name) || isExtraAction(interpreter, method))
    .map(({ name }) => name);
}

function setAction(view: PlainObject, name: string): void {
  view.attributes.set("action", { kind: "literal", value: name, lasting: true });
}

function entryPoint(
  interpreter: Interpreter,
  symbol: ClassSymbol,
  name: string,
  answer = (view: PlainObject, place: Expression): void => {
    ask(interpreter, view, name, [unknown], place);
  },
): EntryPoint {
  const range = symbol.node.name;
  const run = (): void => {
    const view = interpreter.newObject(symbol);
    setSwitches(interpreter, view);
    if (isViewSet(interpreter, symbol)) setAction(view, name);
    answer(view, nameAt(range, symbol.name));
  };
  const location = { path: symbol.module.file.path, range };
  return {
    symbol: `${symbol.module.name}.${symbol.qualifiedName}.${name}`,
    location,
    context: "request",
    run,
  };
}
