/** What a type annotation promises about a value. */

import type { Module } from "../../python/symbols.ts";
import { joinAll, unknown } from "../../queryset/join.ts";
import { noLoops } from "../../queryset/loop-set.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { isNoneLiteral } from "../../syntax/none-literal.ts";
import type { Interpreter } from "../interpreter.ts";
import { objectOfLibraryClass } from "../libraries/blocking-calls.ts";
import { instanceOf, unknownQueryset } from "../make-values.ts";

const collections: ReadonlySet<string> = new Set([
  "list",
  "List",
  "set",
  "Set",
  "frozenset",
  "FrozenSet",
  "Iterable",
  "Iterator",
  "Sequence",
  "Collection",
  "Generator",
  "AsyncIterator",
  "AsyncIterable",
  "AsyncGenerator",
  "Tuple",
  "tuple",
]);
const wrappers: ReadonlySet<string> = new Set([
  "Optional",
  "Union",
  "Annotated",
  "ClassVar",
  "Final",
  "Awaitable",
  "Coroutine",
]);
const querysets: ReadonlySet<string> = new Set([
  "QuerySet",
  "BaseManager",
  "Manager",
  "RelatedManager",
  "QuerySetAny",
]);
const mappings: ReadonlySet<string> = new Set([
  "dict",
  "Dict",
  "Mapping",
  "MutableMapping",
  "defaultdict",
  "DefaultDict",
]);

export function valueOfAnnotation(interpreter: Interpreter, module: Module, annotation: Expression): Value {
  switch (annotation.kind) {
    case "StringLiteral":
      return valueOfForwardReference(interpreter, module, annotation.value);
    case "Subscript":
      return valueOfGeneric(interpreter, module, annotation.value, annotation.index);
    case "BinaryOperation":
      return annotation.operator === "|"
        ? joinAll(
            [annotation.left, annotation.right]
              .filter((side) => !isNoneLiteral(side))
              .map((side) => valueOfAnnotation(interpreter, module, side)),
          )
        : unknown;
    case "Name":
    case "Attribute": {
      const symbol = interpreter.program.resolveExpression(module, annotation);
      if (symbol.kind === "class") return instanceOfClass(interpreter, interpreter.valueOfClass(symbol));
      if (symbol.kind === "external") {
        const model = interpreter.models.modelOfExternal(symbol.name);
        return model ? instanceOf(model, undefined) : (objectOfLibraryClass(symbol.name) ?? unknown);
      }
      return unknown;
    }
    default:
      return unknown;
  }
}

function instanceOfClass(interpreter: Interpreter, value: Value): Value {
  if (value.kind !== "class") return unknown;
  if (value.model) return instanceOf(value.model, undefined);
  if (!value.symbol) return unknown;
  const queryset = interpreter.querysetClassModel(value.symbol);
  return queryset ?? { kind: "object", symbol: value.symbol, attributes: new Map(), varies: noLoops };
}

/** `"Task"` and `"tasks.Task"` in quotes. */
function valueOfForwardReference(interpreter: Interpreter, module: Module, text: string): Value {
  const name = text.trim();
  if (!/^[\w.]+$/.test(name)) {
    const generic = /^(\w+)\[\s*"?([\w.]+)"?\s*\]$/.exec(name);
    if (!generic?.[1] || !generic[2]) return unknown;
    const inner = valueOfForwardReference(interpreter, module, generic[2]);
    return wrap(generic[1], [inner]);
  }
  const [head = "", ...rest] = name.split(".");
  let symbol = interpreter.program.resolveName(module, head);
  for (const part of rest) {
    if (symbol.kind !== "module") return unknown;
    symbol = interpreter.program.resolveExport(symbol.module, part);
  }
  return symbol.kind === "class" ? instanceOfClass(interpreter, interpreter.valueOfClass(symbol)) : unknown;
}

function valueOfGeneric(
  interpreter: Interpreter,
  module: Module,
  generic: Expression,
  index: Expression,
): Value {
  const name =
    generic.kind === "Name" ? generic.name : generic.kind === "Attribute" ? generic.attribute.name : "";
  const parameters = index.kind === "TupleLiteral" ? index.elements : [index];
  if (mappings.has(name)) {
    const element = parameters[1] ? valueOfAnnotation(interpreter, module, parameters[1]) : unknown;
    return mappingOf(new Map(), { element, size: { kind: "unknown" } });
  }
  return wrap(
    name,
    parameters
      .filter(
        (parameter) =>
          !(
            parameter.kind === "ConstantLiteral" &&
            (parameter.value === "None" || parameter.value === "...")
          ),
      )
      .map((parameter) => valueOfAnnotation(interpreter, module, parameter)),
  );
}

function wrap(generic: string, parameters: readonly Value[]): Value {
  const [first = unknown] = parameters;
  if (wrappers.has(generic)) return joinAll(parameters);
  if (querysets.has(generic)) return first.kind === "instance" ? unknownQueryset(first.model) : unknown;
  if (collections.has(generic)) {
    return {
      kind: "collection",
      element: first,
      items: undefined,
      size: { kind: "unknown" },
      varies: noLoops,
    };
  }
  return unknown;
}
