/** Jinja's own filters, as far as they ask for rows, or give them on. They are calls with the value as first argument. */

import type { LibraryFunction } from "../../../interpret/consumer.ts";
import type { Arguments, Interpreter } from "../../../interpret/interpreter.ts";
import { sizeOf } from "../../../interpret/language/builtins.ts";
import { collectionOf } from "../../../interpret/make-values.ts";
import { join, unknown, unknownVarying, variesOf } from "../../../queryset/join.ts";
import { mappingOf } from "../../../queryset/mapping.ts";
import type { Collection, Value } from "../../../queryset/value.ts";
import type { Call } from "../../../syntax/ast.ts";

/** Turns the value into text. */
const text: LibraryFunction = (interpreter, { positional: [value = unknown] }, node) =>
  interpreter.str(value, node.arguments[0] ?? node);

const length: LibraryFunction = (interpreter, { positional: [value = unknown] }, node) => {
  if (value.kind === "queryset") interpreter.send(value, "len", node);
  return unknownVarying(variesOf(value));
};

/** The elements one by one, in another order or not. */
const list: LibraryFunction = (interpreter, { positional: [value = unknown] }, node) =>
  elementsOf(interpreter, value, node);

const one: LibraryFunction = (interpreter, { positional: [value = unknown] }, node) =>
  elementsOf(interpreter, value, node).element;

const fallback: LibraryFunction = (_interpreter, { positional: [value = unknown, other = unknown] }) =>
  value === unknown ? unknown : join(value, other);

const joined: LibraryFunction = (interpreter, args, node) => {
  const [value = unknown] = args.positional;
  const path = pathOf(args, "attribute", 2);
  interpreter.inLoop(value, node.arguments[0] ?? node, node, (element) => {
    interpreter.str(path === undefined ? element : readPath(interpreter, element, path, node), node);
  });
  return unknownVarying(variesOf(value));
};

/** Reads the attribute of each element that it is asked for, and gives the elements. */
function byAttribute(keyword: string, position: number): LibraryFunction {
  return (interpreter, args, node) => {
    const elements = elementsOf(interpreter, args.positional[0] ?? unknown, node);
    readOfEach(interpreter, elements, pathOf(args, keyword, position), node);
    return elements;
  };
}

const sum: LibraryFunction = (interpreter, args, node) => {
  const elements = elementsOf(interpreter, args.positional[0] ?? unknown, node);
  readOfEach(interpreter, elements, pathOf(args, "attribute", 1), node);
  return unknownVarying(elements.varies);
};

const map: LibraryFunction = (interpreter, args, node) => {
  const elements = elementsOf(interpreter, args.positional[0] ?? unknown, node);
  const path = pathOf(args, "attribute", Number.POSITIVE_INFINITY);
  const result = path === undefined ? unknown : readOfEach(interpreter, elements, path, node);
  return collectionOf(result, elements.size, elements.varies);
};

/** Rounds over pairs of the value and the rows that have it: `{% for owner, tasks in tasks|groupby("owner") %}`. */
const groupby: LibraryFunction = (interpreter, args, node) => {
  const elements = elementsOf(interpreter, args.positional[0] ?? unknown, node);
  const grouper = readOfEach(interpreter, elements, pathOf(args, "attribute", 1), node);
  const entries = new Map<string, Value>([
    ["grouper", grouper],
    ["list", collectionOf(elements.element, elements.size, elements.varies)],
  ]);
  return collectionOf(mappingOf(entries), elements.size, elements.varies);
};

const parts: LibraryFunction = (interpreter, { positional: [value = unknown] }, node) => {
  const { element, size, varies } = elementsOf(interpreter, value, node);
  return collectionOf(collectionOf(element, size, varies), { kind: "batches" }, varies);
};

function elementsOf(interpreter: Interpreter, value: Value, node: Call): Collection {
  if (value.kind === "collection") return value;
  return collectionOf(interpreter.iterate(value, node.arguments[0] ?? node), sizeOf(value), variesOf(value));
}

function readOfEach(
  interpreter: Interpreter,
  elements: Collection,
  path: string | undefined,
  node: Call,
): Value {
  let result: Value = unknown;
  if (path === undefined) return result;
  interpreter.inLoop(elements, node.arguments[0] ?? node, node, (element) => {
    result = readPath(interpreter, element, path, node);
  });
  return result;
}

function readPath(interpreter: Interpreter, value: Value, path: string, node: Call): Value {
  return path.split(".").reduce((holder, name) => interpreter.attribute(holder, name, node), value);
}

function pathOf({ keywords, positional }: Arguments, keyword: string, position: number): string | undefined {
  const value = keywords.get(keyword) ?? positional[position];
  return value?.kind === "literal" && typeof value.value === "string" ? value.value : undefined;
}

const filters: ReadonlyMap<string, LibraryFunction> = new Map<string, LibraryFunction>([
  ...[
    "capitalize",
    "center",
    "e",
    "escape",
    "forceescape",
    "indent",
    "lower",
    "replace",
    "safe",
    "string",
    "striptags",
    "title",
    "trim",
    "truncate",
    "upper",
    "urlencode",
    "urlize",
    "wordcount",
    "wordwrap",
  ].map((name) => [name, text] as const),
  ["batch", parts],
  ["count", length],
  ["d", fallback],
  ["default", fallback],
  ["first", one],
  ["groupby", groupby],
  ["join", joined],
  ["last", one],
  ["length", length],
  ["list", list],
  ["map", map],
  ["max", byAttribute("attribute", 2)],
  ["min", byAttribute("attribute", 2)],
  ["random", one],
  ["reject", list],
  ["rejectattr", byAttribute("attribute", 1)],
  ["reverse", list],
  ["select", list],
  ["selectattr", byAttribute("attribute", 1)],
  ["slice", parts],
  ["sort", byAttribute("attribute", 3)],
  ["sum", sum],
  ["unique", byAttribute("attribute", 2)],
]);

export const filterNames: readonly string[] = [...filters.keys()];

/** The dotted name of the function behind a filter. */
export function filterFunction(name: string): string {
  return `jinja2.filters.${name}`;
}

export const jinjaFunctions: Readonly<Record<string, LibraryFunction>> = Object.fromEntries(
  [...filters].map(([name, apply]) => [filterFunction(name), apply]),
);
