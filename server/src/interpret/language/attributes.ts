/** `value.name` for every kind of value. */
import type { ClassSymbol } from "../../python/symbols.ts";
import { joinAll, unknown, unknownVarying, variesOf } from "../../queryset/join.ts";
import { querysetOperation } from "../../queryset/operations.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { ClassValue, ManagerValue, Mapping, PlainObject, Union, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { Interpreter } from "../interpreter.ts";
import { validatedData } from "../libraries/file-values.ts";
import { attributeOfInstance } from "../rows/instances.ts";
import { stateOf } from "../rows/stored-rows.ts";
import { queryClasses, readFunctionMember, readVariableMember } from "./members.ts";
import { mappingEntry } from "./subscripts.ts";
import { attributeOfExternal, hasDecorator, valueOfSymbol, valueOfVariable } from "./symbol-values.ts";

export function attributeOf(interpreter: Interpreter, value: Value, name: string, node: Expression): Value {
  switch (value.kind) {
    case "instance":
      return attributeOfInstance(interpreter, value, name, node);
    case "class":
      return attributeOfClass(interpreter, value, name, node);
    case "object":
      return attributeOfObject(interpreter, value, name, node);
    case "manager":
    case "queryset":
      return attributeOfQueryset(interpreter, value, name, node);
    case "module":
      return valueOfSymbol(interpreter, interpreter.program.resolveExport(value.module, name));
    case "external": {
      const own = value.made?.attributes?.get(name);
      if (own) return own;
      return attributeOfExternal(interpreter, value, name);
    }
    case "page":
      if (name === "object_list") return value.rows;
      if (name === "page_range") {
        return {
          kind: "collection",
          element: unknown,
          items: undefined,
          size: { kind: "batches" },
          varies: [],
        };
      }
      if (name === "paginator") return { ...value, paginator: true };
      return { kind: "method", receiver: value, name };
    case "union":
      return attributeOfUnion(interpreter, value, name, node);
    case "super":
      return attributeOfSuper(interpreter, value.start, name, node);
    case "method":
      return stateOf(interpreter, value, name) ?? { kind: "method", receiver: value, name };
    case "mapping":
      return attributeOfMapping(interpreter, value, name);
    case "collection":
    case "function":
    case "prefetch":
    case "template":
    case "literal":
      return { kind: "method", receiver: value, name };
    case "unknown":
      return { kind: "method", receiver: value, name };
  }
}

/** None has none of the attributes that code asks for: whatever goes on has something else. */
function attributeOfUnion(
  interpreter: Interpreter,
  { alternatives }: Union,
  name: string,
  node: Expression,
): Value {
  const others = alternatives.filter((item) => !(item.kind === "literal" && item.value === null));
  return joinAll(others.map((alternative) => attributeOf(interpreter, alternative, name, node)));
}

const mappingMethods: ReadonlySet<string> = new Set([
  "copy",
  "get",
  "items",
  "keys",
  "pop",
  "update",
  "values",
]);

function attributeOfMapping(interpreter: Interpreter, mapping: Mapping, name: string): Value {
  return interpreter.state.frame.readsKeysAsAttributes && !mappingMethods.has(name)
    ? mappingEntry(mapping, { kind: "literal", value: name })
    : { kind: "method", receiver: mapping, name };
}

function attributeOfClass(
  interpreter: Interpreter,
  value: ClassValue,
  name: string,
  node: Expression,
): Value {
  const { model, symbol } = value;
  if (model) {
    const declaration =
      name === "_default_manager" ? model.managers.get(model.defaultManager) : model.managers.get(name);
    if (declaration) {
      return {
        kind: "manager",
        model,
        declaration,
        related: undefined,
        location: interpreter.location(node),
      };
    }
    if (name === "_base_manager") {
      return {
        kind: "manager",
        model,
        declaration: undefined,
        related: undefined,
        location: interpreter.location(node),
      };
    }
    if (model.fields.has(name)) return { kind: "method", receiver: value, name };
  }
  if (!symbol) return unknown;
  const member = interpreter.program.lookupMember(symbol, name);
  if (member.kind !== "found") {
    return isListOfChoices(interpreter, symbol, name) ? choices : { kind: "method", receiver: value, name };
  }
  switch (member.symbol.kind) {
    case "function":
      return interpreter.functionValue(
        member.symbol,
        hasDecorator(interpreter, member.symbol, "classmethod") ? value : undefined,
      );
    case "variable":
      return valueOfVariable(interpreter, member.symbol);
    default:
      return valueOfSymbol(interpreter, member.symbol);
  }
}

const choiceClasses: ReadonlySet<string> = new Set(
  ["Choices", "IntegerChoices", "TextChoices"].flatMap((name) => [
    `django.db.models.${name}`,
    `django.db.models.enums.${name}`,
  ]),
);

/** `Task.Status.choices`: as many as the code writes down. */
function isListOfChoices(interpreter: Interpreter, symbol: ClassSymbol, name: string): boolean {
  return (
    /^(choices|values|labels|names)$/.test(name) && interpreter.program.derivesFrom(symbol, choiceClasses)
  );
}

const choices: Value = {
  kind: "collection",
  element: unknown,
  items: undefined,
  size: { kind: "constant", count: 0 },
  varies: [],
};

function attributeOfObject(
  interpreter: Interpreter,
  value: PlainObject,
  name: string,
  node: Expression,
): Value {
  const own = value.attributes.get(name);
  if (own) return own;
  const member = interpreter.program.lookupMember(value.symbol, name);
  if (member.kind !== "found" || interpreter.consumers.hides(member.behind ?? [], name)) {
    return (
      (name === "validated_data" ? validatedData(interpreter, value.symbol) : undefined) ??
      interpreter.consumers.readAttribute(interpreter, value, name, node) ?? {
        kind: "method",
        receiver: value,
        name,
      }
    );
  }
  switch (member.symbol.kind) {
    case "function":
      return readFunctionMember(interpreter, member.symbol, value, node);
    case "variable": {
      const attribute = readVariableMember(interpreter, member.symbol, value.symbol, value, node);
      if (attribute.kind !== "queryset") return attribute;
      const origin = { ...attribute.origin, holder: member.owner };
      return { ...attribute, origin, result: { evaluated: false } };
    }
    default:
      return valueOfSymbol(interpreter, member.symbol);
  }
}

/** The second until Django 1.7. */
export const managerQuerysetMethods: readonly string[] = ["get_queryset", "get_query_set"];

function attributeOfQueryset(
  interpreter: Interpreter,
  value: Queryset | ManagerValue,
  name: string,
  node: Expression,
): Value {
  for (const symbol of queryClasses(value)) {
    const member = interpreter.program.lookupMember(symbol, name);
    if (member.kind !== "found") continue;
    if (member.symbol.kind === "function") {
      // `get_queryset` of a manager is part of every query that it starts; calling it by name is the same.
      if (value.kind === "manager" && managerQuerysetMethods.includes(name))
        return { kind: "method", receiver: value, name };
      return readFunctionMember(interpreter, member.symbol, value, node);
    }
  }
  if (name === "model") return { kind: "class", symbol: value.model.symbol, model: value.model };
  if (querysetOperation(name)) return { kind: "method", receiver: value, name };
  if (value.kind === "manager" && value.related && name === "through") return unknown;
  if (value.kind === "manager" && name === "instance" && value.related) return value.related.instance;
  // A method that nobody declares in the sources: it may return anything, most likely a refined queryset.
  return { kind: "method", receiver: value, name };
}

/** `super().name`: the next class after the one whose body is being interpreted, or after the one that is given. */
function attributeOfSuper(
  interpreter: Interpreter,
  start: ClassSymbol | undefined,
  name: string,
  node: Expression,
): Value {
  const { owner: around, receiver } = interpreter.state.frame;
  const owner = start ?? around;
  if (!owner || !receiver) return unknown;
  if (receiver.kind === "manager" || receiver.kind === "queryset") {
    for (const symbol of queryClasses(receiver)) {
      const member = interpreter.program.lookupMember(symbol, name, owner);
      if (member.kind === "found" && member.symbol.kind === "function") {
        return interpreter.functionValue(member.symbol, receiver);
      }
    }
    if (receiver.kind === "manager" && managerQuerysetMethods.includes(name)) {
      return { kind: "method", receiver, name: "super().get_queryset" };
    }
    return { kind: "method", receiver, name };
  }
  const ownClass =
    receiver.kind === "instance"
      ? receiver.model.symbol
      : receiver.kind === "object" || receiver.kind === "class"
        ? receiver.symbol
        : undefined;
  if (!ownClass) return unknown;
  const member = interpreter.program.lookupMember(ownClass, name, owner);
  const isFound = member.kind === "found" && !interpreter.consumers.hides(member.behind ?? [], name);
  if (isFound && member.symbol.kind === "function") {
    return readFunctionMember(interpreter, member.symbol, receiver, node);
  }
  if (receiver.kind === "object") {
    const inherited = interpreter.consumers.readAttribute(interpreter, receiver, name, node);
    return inherited ?? { kind: "method", receiver, name, after: owner };
  }
  return {
    kind: "method",
    receiver: receiver.kind === "instance" ? receiver : unknownVarying(variesOf(receiver)),
    name,
  };
}
