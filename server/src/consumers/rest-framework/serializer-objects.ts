/** Serializers and fields of the project's classes: how they are made, and what is asked of them. */

import { presentRow } from "../../interpret/conditions/presence.ts";
import type { FrameworkClasses, LibraryFunction } from "../../interpret/consumer.ts";
import { asFramework, callAt } from "../../interpret/declarations.ts";
import { saveRow } from "../../interpret/effects/signals.ts";
import type { Arguments, Interpreter } from "../../interpret/interpreter.ts";
import { noArguments } from "../../interpret/language/arguments.ts";
import { uploadsOf, validatedData } from "../../interpret/libraries/file-values.ts";
import { instanceOf } from "../../interpret/make-values.ts";
import { alternativesOf, unknown } from "../../queryset/join.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { asField, isSerializer, isSet } from "./field-values.ts";
import { keepOptionsForGood } from "./lasting-options.ts";
import { metaOption, modelOfSerializer } from "./model-fields.ts";
import { fieldClasses, listSerializers } from "./names.ts";
import {
  callMethod,
  frameworkAttribute,
  frameworkRepresentation,
  methodOf,
  optimizesKeys,
  representFields,
  representRow,
  representRows,
} from "./representation.ts";
import { contextOf, keepContext } from "./serializer-context.ts";
import { fieldMapping, frameworkFields } from "./serializer-fields.ts";
import { validate } from "./validation.ts";

const none: Value = { kind: "literal", value: null };

export const serializerClasses: FrameworkClasses = {
  bases: fieldClasses,
  callMethod(interpreter, receiver, name, args, node) {
    switch (name) {
      case "__new__":
        return makeObject(interpreter, receiver, args, node);
      case "__init__":
        keepOptions(interpreter, receiver, args, node);
        return none;
      case "get_attribute": {
        const source = receiver.attributes.get("source");
        const [row] = args.positional;
        return source && row ? frameworkAttribute(interpreter, "", receiver, row, node) : unknown;
      }
      case "to_representation": {
        const [value] = args.positional;
        return value ? representation(interpreter, receiver, value, node) : unknown;
      }
      case "use_pk_only_optimization":
        return { kind: "literal", value: optimizesKeys(interpreter, receiver) };
      case "get_fields":
        return isSerializer(interpreter, receiver) ? frameworkFields(interpreter, receiver) : undefined;
      case "save":
        return isSerializer(interpreter, receiver) ? saved(interpreter, receiver, node) : undefined;
      case "create":
      case "update":
        return isSerializer(interpreter, receiver)
          ? savesModel(interpreter, receiver, args.positional[name === "update" ? 0 : 1], node)
          : undefined;
      case "is_valid":
        if (isSerializer(interpreter, receiver)) {
          asFramework(interpreter, () => {
            validate(interpreter, receiver, node);
            return unknown;
          });
        }
        return unknown;
      default:
        return undefined;
    }
  },
  constructed: keepOptionsForGood,
  passedTo(interpreter, serializer, method) {
    return isSerializer(interpreter, serializer) ? passed(interpreter, serializer, method.name) : undefined;
  },
  readAttribute(interpreter, receiver, name, node) {
    switch (name) {
      case "data":
        return isSerializer(interpreter, receiver) ? data(interpreter, receiver, node) : undefined;
      case "fields":
      case "_readable_fields":
        return isSerializer(interpreter, receiver) ? fieldMapping(interpreter, receiver, node) : undefined;
      case "context":
        return contextOf(receiver) ?? unknown;
      case "instance":
      case "parent":
      case "root":
      case "validated_data":
      case "initial_data":
        return unknown;
      default:
        return undefined;
    }
  },
};

/** Fields of the framework's own classes, as values. */
export const fieldFunctions: Readonly<Record<string, LibraryFunction>> = Object.fromEntries(
  [...fieldClasses].map((name): [string, LibraryFunction] => [
    name,
    (_interpreter, { positional, keywords }) => ({ kind: "external", name, made: { positional, keywords } }),
  ]),
);

/** `many=True` makes a list serializer with an object of the class for its elements. */
function makeObject(
  interpreter: Interpreter,
  object: PlainObject,
  args: Arguments,
  node: Call,
): Value | undefined {
  keepOptions(interpreter, object, args, node);
  if (!isSerializer(interpreter, object) || !isSet(object, "many")) return undefined;
  const { symbol } = object;
  const keywords = new Map([...args.keywords].filter(([name]) => name !== "many"));
  const child = interpreter.call(interpreter.valueOfClass(symbol), { ...args, keywords }, node);
  const listClass = metaOption(interpreter, symbol, "list_serializer_class");
  const list =
    listClass?.kind === "class" &&
    listClass.symbol &&
    interpreter.program.derivesFrom(listClass.symbol, listSerializers)
      ? listClass.symbol
      : symbol;
  const attributes = new Map(object.attributes);
  attributes.set("child", child);
  attributes.set("many", { kind: "literal", value: true });
  return { ...object, symbol: list, attributes };
}

/** Options become attributes; a manager that is passed stands for all of its rows. */
function keepOptions(interpreter: Interpreter, object: PlainObject, args: Arguments, node: Call): void {
  const [first, second] = args.positional;
  for (const [name, value] of args.keywords) {
    if (name === "context") continue;
    if (name === "data") object.attributes.set("initial_data", value);
    else if (name !== "instance") object.attributes.set(name, value);
  }
  if (!isSerializer(interpreter, object)) return;
  keepContext(object, args);
  if (second) object.attributes.set("initial_data", second);
  const instance = args.keywords.get("instance") ?? first;
  const instanceNode =
    node.keywords.find(({ name }) => name?.name === "instance")?.value ?? node.arguments[0] ?? node;
  if (instance?.kind === "manager") {
    object.attributes.set("instance", interpreter.initialQueryset(instance, instanceNode));
  } else if (instance) object.attributes.set("instance", instance);
}

function representation(
  interpreter: Interpreter,
  receiver: PlainObject,
  value: Value,
  node: Expression,
): Value {
  if (!isSerializer(interpreter, receiver)) {
    frameworkRepresentation(interpreter, receiver, value, node);
    return unknown;
  }
  const child = asField(interpreter, receiver.attributes.get("child"));
  return child
    ? representRows(interpreter, child, value, node)
    : representFields(interpreter, receiver, value, node);
}

/** `serializer.data`: computed once. */
function data(interpreter: Interpreter, serializer: PlainObject, node: Expression): Value {
  const known = serializer.attributes.get("data");
  if (known) return known;
  serializer.attributes.set("data", unknown);
  const instance = serializer.attributes.get("instance");
  if (instance) {
    const child = asField(interpreter, serializer.attributes.get("child"));
    const override = methodOf(interpreter, serializer.symbol, "to_representation");
    const isOwnList = child?.kind === "object" && child.symbol !== serializer.symbol;
    for (const value of alternativesOf(instance)) {
      if (value.kind === "literal") continue;
      if (!child) representRow(interpreter, serializer, value, node);
      else if (override && isOwnList) callMethod(interpreter, override, serializer, [value], node);
      else representRows(interpreter, child, value, node);
    }
  }
  return unknown;
}

/** The library's `create()` and `update()` of a model serializer; `given`: the row that is updated. */
function savesModel(
  interpreter: Interpreter,
  { symbol }: PlainObject,
  given: Value | undefined,
  node: Call,
): Value | undefined {
  const model = modelOfSerializer(interpreter, symbol);
  if (model) saveRow(interpreter, model, node);
  return given ?? (model && instanceOf(model, undefined));
}

/** What the library hands to the hooks of a serializer: the row that is changed, and files that were uploaded. */
function passed(
  interpreter: Interpreter,
  { symbol }: PlainObject,
  method: string,
): readonly Value[] | undefined {
  const data = validatedData(interpreter, symbol);
  switch (method) {
    case "update": {
      const model = modelOfSerializer(interpreter, symbol);
      const row = model ? presentRow(instanceOf(model, undefined)) : unknown;
      return model || data ? [row, data ?? unknown] : undefined;
    }
    case "create":
    case "validate":
      return data && [data];
    default: {
      const file = method.startsWith("validate_")
        ? uploadsOf(interpreter, symbol).get(method.slice("validate_".length))
        : undefined;
      return file && [file];
    }
  }
}

/** The row that `save()` gives back: the project's `create` and `update` run. */
function saved(interpreter: Interpreter, serializer: PlainObject, node: Call): Value {
  const instance = serializer.attributes.get("instance");
  const given = instance && instance.kind !== "literal" ? instance : undefined;
  const validated: Value = validatedData(interpreter, serializer.symbol) ?? { ...unknown };
  const method = methodOf(interpreter, serializer.symbol, given ? "update" : "create");
  const positional = given ? [given, validated] : [validated];
  const result = method
    ? interpreter.call(
        interpreter.functionValue(method, serializer),
        { ...noArguments, positional },
        callAt(node, method.name),
      )
    : undefined;
  if (!method) savesModel(interpreter, serializer, given, node);
  const model = modelOfSerializer(interpreter, serializer.symbol);
  const row =
    result && result.kind !== "unknown"
      ? result
      : (given ?? (model ? instanceOf(model, undefined) : unknown));
  serializer.attributes.set("instance", row);
  serializer.attributes.delete("data");
  return row;
}
