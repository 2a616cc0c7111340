/** Methods of Python's own containers and strings. */
import { asElement, join, unknown, unknownVarying, variesOf } from "../queryset/join.ts";
import { noLoops, unionLoops } from "../queryset/loop-set.ts";
import type { Collection, CollectionSize, Mapping, Value } from "../queryset/value.ts";
import type { Call } from "../syntax/ast.ts";
import { markHandedOver } from "./assignments.ts";
import { compareElements } from "./builtins.ts";
import { recordEmail, runsElsewhere } from "./emails.ts";
import { anyModel } from "./facts.ts";
import { variesOfArguments } from "./functions.ts";
import type { Arguments, Interpreter } from "./interpreter.ts";
import { callWithElement, mapOver } from "./iteration-calls.ts";
import { collectionOf } from "./make-values.ts";
import { mappingEntry } from "./subscripts.ts";
import { touchModel } from "./writes.ts";

export function callCollectionMethod(
  interpreter: Interpreter,
  collection: Collection,
  name: string,
  args: Arguments,
  node: Call,
): Value {
  const [first] = args.positional;
  switch (name) {
    case "append":
    case "add":
    case "insert":
    case "appendleft": {
      const added = name === "insert" ? args.positional[1] : first;
      if (added) extend(interpreter, collection, added);
      return unknown;
    }
    case "extend":
    case "update":
    case "union": {
      if (first) {
        const argument = node.arguments[0];
        extend(interpreter, collection, argument ? interpreter.iterate(first, argument) : unknown);
      }
      return name === "union" ? collection : unknown;
    }
    case "pop":
    case "popleft":
      return collection.element;
    case "sort": {
      const key = args.keywords.get("key");
      if (key) mapOver(interpreter, key, collection, node);
      else compareElements(interpreter, collection, node);
      return unknown;
    }
    case "copy":
    case "difference":
    case "intersection":
    case "symmetric_difference":
      return collection;
    default:
      return unknownVarying(unionLoops(variesOf(collection), variesOfArguments(args)));
  }
}

function extend(interpreter: Interpreter, collection: Collection, value: Value): void {
  const added = asElement(value);
  const wasEmpty = collection.items?.length === 0;
  collection.element = wasEmpty ? added : join(collection.element, added);
  collection.items = undefined;
  collection.size = grownSize(interpreter, collection.size, added);
}

/** A list filled in a loop has as many elements as the loop has rounds. */
function grownSize(interpreter: Interpreter, size: CollectionSize, added: Value): CollectionSize {
  if (added.kind === "instance" && added.source) return { kind: "rows" };
  const loop = interpreter.state.loops.at(-1);
  if (!loop) return size.kind === "constant" ? { kind: "constant", count: size.count + 1 } : size;
  switch (loop.weight.kind) {
    case "rows":
    case "limited":
      return loop.weight;
    case "constant":
      return size.kind === "constant" ? { kind: "constant", count: size.count + loop.weight.count } : size;
    case "batches":
    case "unknown":
      return { kind: "unknown" };
  }
}

export function callMappingMethod(
  interpreter: Interpreter,
  mapping: Mapping,
  name: string,
  args: Arguments,
  node: Call,
): Value {
  const [first = unknown, second] = args.positional;
  switch (name) {
    case "get":
    case "pop":
      return mappingEntry(mapping, first);
    case "setdefault":
      if (second) {
        const added = asElement(second);
        mapping.element = mapping.element === unknown ? added : join(mapping.element, added);
        return second;
      }
      return mappingEntry(mapping, first);
    case "items":
      return {
        kind: "collection",
        element: {
          kind: "collection",
          element: join(mapping.key, mapping.element),
          items: [mapping.key, mapping.element],
          size: { kind: "constant", count: 2 },
          varies: noLoops,
        },
        items: undefined,
        size: mapping.size,
        varies: mapping.varies,
      };
    case "values":
      return collectionOf(mapping.element, mapping.size, mapping.varies);
    case "keys":
      return collectionOf(mapping.key, mapping.size, mapping.varies);
    case "update":
      for (const [key, value] of args.keywords) mapping.entries.set(key, asElement(value));
      if (first.kind === "mapping" && first !== mapping) {
        for (const [key, value] of first.entries) mapping.entries.set(key, asElement(value));
        mapping.element = join(mapping.element, asElement(first.element));
      }
      return unknown;
    case "copy":
      return { ...mapping, entries: new Map(mapping.entries) };
    default:
      return callUnknownMethod(interpreter, mapping, name, args, node);
  }
}

/** A method of a string or of a value that is not known. */
export function callUnknownMethod(
  interpreter: Interpreter,
  receiver: Value,
  name: string,
  args: Arguments,
  node: Call,
): Value {
  const varies = unionLoops(variesOf(receiver), variesOfArguments(args));
  // No other library has a method of this name.
  if (name === "email_user") return recordEmail(interpreter, node);
  const [first] = args.positional;
  const [firstNode] = node.arguments;
  if (receiver.kind === "literal" && first && firstNode) {
    if (name === "join") interpreter.iterate(first, firstNode);
    if (name === "format") {
      for (const [index, value] of args.positional.entries()) {
        const argument = node.arguments[index];
        if (argument) interpreter.str(value, argument);
      }
    }
  }
  for (const value of [...args.positional, ...args.keywords.values()]) {
    // A callback handed to code that is not known may be called with anything.
    if (value.kind === "function" && value.node.kind === "Lambda" && !runsElsewhere.has(name))
      callWithElement(interpreter, value, unknownVarying(varies), node);
  }
  if (name === "execute" || name === "executemany") touchModel(interpreter, anyModel);
  if (!onlyNotes.has(name)) markHandedOver(args);
  return unknownVarying(varies);
}

/** Methods of loggers, streams and collections, which leave what they are given as it is. */
const onlyNotes: ReadonlySet<string> = new Set([
  "add",
  "append",
  "critical",
  "debug",
  "error",
  "exception",
  "info",
  "log",
  "success",
  "warning",
  "write",
]);
