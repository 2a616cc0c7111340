/** Python's built-in functions, as far as they iterate, test, or pass values on. */

import { hasOwnTruth } from "../../python/own-truth.ts";
import { join, unknown, unknownVarying, variesOf } from "../../queryset/join.ts";
import { noLoops } from "../../queryset/loop-set.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import { prefetchCache } from "../../queryset/row-prefetches.ts";
import type { CollectionSize, ManagerValue, Value } from "../../queryset/value.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { maybeAbsent } from "../conditions/presence.ts";
import { hasSetting, isSet, isSettings } from "../conditions/settings-names.ts";
import { changeableLiteral, truthOf } from "../conditions/truth.ts";
import { hasAttribute, isInstance, isSubclass } from "../conditions/type-tests.ts";
import { callAt } from "../declarations.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { recordBlocking } from "../libraries/blocking-calls.ts";
import { storedFile } from "../libraries/file-values.ts";
import { collectionOf, loopsBefore } from "../make-values.ts";
import { assignAttribute, markUnknownAssignments } from "../rows/assignments.ts";
import { hasPrefetchCache } from "../rows/relation-caches.ts";
import { decision } from "../rows/stored-rows.ts";
import { noArguments, noKeywords } from "./arguments.ts";
import { variesOfArguments } from "./functions.ts";
import { mapOver } from "./iteration-calls.ts";
import { keysOf } from "./key-sets.ts";
import { weightOf } from "./loops.ts";

type Builtin = (interpreter: Interpreter, args: Arguments, node: Call) => Value;

const nothing: Value = { kind: "literal", value: null };

/** A new container with the elements of the first argument. */
const copyOf: Builtin = (interpreter, args, node) => {
  const [source] = args.positional;
  const [sourceNode] = node.arguments;
  if (!source || !sourceNode) {
    return {
      kind: "collection",
      element: unknown,
      items: [],
      size: { kind: "constant", count: 0 },
      varies: noLoops,
      ...loopsBefore(interpreter),
    };
  }
  if (source.kind === "collection") return { ...source };
  if (source.kind === "mapping") return keysOf(source);
  return collectionOf(interpreter.iterate(source, sourceNode), sizeOf(source), variesOf(source));
};

const ordered: Builtin = (interpreter, args, node) => {
  const [source] = args.positional;
  const key = args.keywords.get("key");
  if (!source) return unknown;
  const copy = copyOf(interpreter, args, node);
  if (key) mapOver(interpreter, key, copy, node);
  else compareElements(interpreter, copy, node);
  return copy;
};

/** Sorting compares the elements with each other: a class of the project may define how. */
export function compareElements(interpreter: Interpreter, collection: Value, node: Call): void {
  if (collection.kind !== "collection") return;
  interpreter.inLoop(collection, node, node, (element) =>
    compareWith(interpreter, element, element, ["__lt__", "__gt__"], node),
  );
}

/** Runs the first of these comparison methods that the value's class in the project defines. */
export function compareWith(
  interpreter: Interpreter,
  value: Value,
  other: Value,
  names: readonly string[],
  node: Expression,
): void {
  const symbol =
    value.kind === "instance" ? value.model.symbol : value.kind === "object" ? value.symbol : undefined;
  if (!symbol) return;
  for (const name of names) {
    const member = interpreter.program.lookupMember(symbol, name);
    if (member.kind !== "found" || member.symbol.kind !== "function") continue;
    if (!member.symbol.module.firstParty) continue;
    const args = { positional: [other], keywords: noKeywords, open: false };
    interpreter.callFunction(interpreter.functionValue(member.symbol, value), args, node, "method");
    return;
  }
}

/** `min`, `max`: one of the elements. */
const oneOf: Builtin = (interpreter, args, node) => {
  const [source] = args.positional;
  const [sourceNode] = node.arguments;
  const key = args.keywords.get("key");
  const orDefault = (element: Value): Value =>
    args.keywords.has("default") || args.open ? maybeAbsent(element) : element;
  if (!source || !sourceNode || args.positional.length > 1) return unknownVarying(variesOfArguments(args));
  if (key) {
    const copy = copyOf(interpreter, args, node);
    mapOver(interpreter, key, copy, node);
    return copy.kind === "collection" ? orDefault(copy.element) : unknown;
  }
  return orDefault(interpreter.iterate(source, sourceNode));
};

/** Runs over all elements and gives a plain value. */
const consume: Builtin = (interpreter, args, node) => {
  const [source] = args.positional;
  const [sourceNode] = node.arguments;
  if (source && sourceNode) interpreter.iterate(source, sourceNode);
  return unknownVarying(variesOfArguments(args));
};

const builtins: Readonly<Record<string, Builtin>> = {
  list: (interpreter, args, node) => {
    const [source] = args.positional;
    const [sourceNode] = node.arguments;
    if (source?.kind !== "queryset" || !sourceNode) return copyOf(interpreter, args, node);
    const { evaluated } = source.result;
    interpreter.send(source, "list", sourceNode);
    const row = interpreter.rowOf(source, false);
    if (evaluated) markUnknownAssignments(row);
    return collectionOf(row, sizeOf(source), variesOf(source));
  },
  tuple: copyOf,
  set: copyOf,
  frozenset: copyOf,
  iter: copyOf,
  reversed: copyOf,
  sorted: ordered,
  min: oneOf,
  max: oneOf,
  sum: consume,
  any: (interpreter, args, node) => {
    const [source] = args.positional;
    // Objects are true: any of them will do.
    if (source?.kind !== "queryset" || source.rows !== "instances") return consume(interpreter, args, node);
    interpreter.send(source, "bool", node, node);
    return unknownVarying(variesOf(source));
  },
  all: consume,
  next: (interpreter, args, node) => {
    const [source] = args.positional;
    const [sourceNode] = node.arguments;
    if (!source || !sourceNode) return unknown;
    const element = interpreter.iterate(source, sourceNode);
    return args.positional.length > 1 ? maybeAbsent(element) : element;
  },
  len: (interpreter, args, node) => {
    const [source] = args.positional;
    if (source?.kind === "queryset") interpreter.send(source, "len", node, node);
    return unknownVarying(variesOfArguments(args));
  },
  bool: (interpreter, args, node) => {
    const [source] = args.positional;
    if (!source) return unknown;
    interpreter.bool(source, node);
    const truth = truthOf(interpreter, source);
    return truth === undefined ? unknownVarying(variesOf(source)) : decision(truth, source);
  },
  str: (interpreter, args, node) => {
    const [source] = args.positional;
    return source ? interpreter.str(source, node.arguments[0] ?? node) : { kind: "literal", value: "" };
  },
  repr: (_interpreter, args) => unknownVarying(variesOfArguments(args)),
  print: (interpreter, args, node) => {
    for (const [index, value] of args.positional.entries())
      interpreter.str(value, node.arguments[index] ?? node);
    return nothing;
  },
  format: (interpreter, args, node) => {
    const [source] = args.positional;
    return source ? interpreter.str(source, node.arguments[0] ?? node) : unknown;
  },
  enumerate: (interpreter, args, node) => {
    const [source] = args.positional;
    const [sourceNode] = node.arguments;
    if (!source || !sourceNode) return unknown;
    const element = interpreter.iterate(source, sourceNode);
    return {
      ...collectionOf(pair([unknownVarying(variesOf(element)), element]), sizeOf(source), variesOf(source)),
      readBetween: source.kind === "collection" ? source.readBetween : undefined,
    };
  },
  zip: (interpreter, args, node) => {
    const elements = args.positional.map((source, index) => {
      const sourceNode = node.arguments[index];
      return sourceNode ? interpreter.iterate(source, sourceNode) : unknown;
    });
    const [first] = args.positional;
    return collectionOf(pair(elements), first ? sizeOf(first) : { kind: "unknown" });
  },
  map: (interpreter, args, node) => {
    const [callee, source] = args.positional;
    if (!callee || !source) return unknown;
    return collectionOf(mapOver(interpreter, callee, source, node), sizeOf(source));
  },
  filter: (interpreter, args, node) => {
    const [callee, source] = args.positional;
    const sourceNode = node.arguments[1];
    if (!callee || !source || !sourceNode) return unknown;
    const elements =
      source.kind === "collection"
        ? source
        : collectionOf(interpreter.iterate(source, sourceNode), sizeOf(source), variesOf(source));
    if (callee.kind !== "literal") mapOver(interpreter, callee, elements, node);
    return { ...elements, items: undefined };
  },
  range: (_interpreter, args) => {
    const numbers = args.positional.map((value) =>
      value.kind === "literal" && typeof value.value === "number" ? value.value : undefined,
    );
    const varies = variesOfArguments(args);
    // A third argument is a step: the usual header of a loop over batches.
    if (numbers.length >= 3) return collectionOf(unknown, { kind: "batches" }, varies);
    const [first, second] = numbers;
    const count =
      numbers.length === 1 ? first : first !== undefined && second !== undefined ? second - first : undefined;
    return collectionOf(
      unknown,
      count === undefined ? { kind: "unknown" } : { kind: "constant", count },
      varies,
    );
  },
  dict: (_interpreter, args) => {
    const [first] = args.positional;
    if (first?.kind === "mapping" && args.keywords.size === 0 && !args.open) {
      return { ...first, entries: new Map(first.entries) };
    }
    const mapping = mappingOf(args.keywords, {
      element: [...args.keywords.values()].reduce<Value>(
        (first, second) => (first === unknown ? second : join(first, second)),
        unknown,
      ),
    });
    return args.positional.length > 0 || args.open ? { ...mapping, size: { kind: "unknown" } } : mapping;
  },
  locals: ({ state }) => mappingOf(state.frame.scope.names),
  getattr: (interpreter, args, node) => {
    const [holder, name, fallback] = args.positional;
    if (!holder || name?.kind !== "literal" || typeof name.value !== "string")
      return unknownVarying(variesOfArguments(args));
    const value = interpreter.attribute(holder, name.value, node);
    if (!fallback) return value;
    if (holder.kind === "instance" && holder.source?.queryset.annotations.has(name.value)) {
      return { kind: "unknown", varies: holder.varies, mayBeAnnotated: true };
    }
    if (isSettings(holder) && !isSet(interpreter.program, name.value)) {
      const isCertain = fallback.kind === "literal" && hasSetting(interpreter.program, name.value) === false;
      return isCertain ? { ...fallback, lasting: true } : changeableLiteral(fallback);
    }
    return value.kind === "method" ? fallback : maybeAbsent(value);
  },
  setattr: (interpreter, args) => {
    const [holder, name, value] = args.positional;
    if (holder?.kind !== "instance") return nothing;
    if (name?.kind === "literal" && typeof name.value === "string" && value) {
      assignAttribute(interpreter, holder, name.value, value);
    } else markUnknownAssignments(holder);
    return nothing;
  },
  hasattr: (interpreter, args, node) => {
    const [holder, name] = args.positional;
    if (holder?.kind === "instance" && name?.kind === "literal" && typeof name.value === "string") {
      const relation = holder.model.relations.get(name.value);
      if (relation) interpreter.readRelation(holder, name.value, node);
    }
    if (holder?.kind === "instance" && name?.kind === "literal" && name.value === prefetchCache) {
      const isThere = hasPrefetchCache(interpreter, holder, node);
      return isThere === undefined ? unknownVarying(holder.varies) : decision(isThere, unknown);
    }
    const answer =
      holder && name?.kind === "literal" && typeof name.value === "string"
        ? hasAttribute(interpreter, holder, name.value)
        : undefined;
    return answer === undefined
      ? unknownVarying(variesOfArguments(args))
      : { kind: "literal", value: answer };
  },
  isinstance: (interpreter, { positional: [value, type] }) => {
    const answer = value && type && isInstance(interpreter, value, type);
    return answer === undefined ? unknown : { kind: "literal", value: answer };
  },
  issubclass: (interpreter, { positional: [value, type] }) => {
    const answer = value && type && isSubclass(interpreter, value, type);
    return answer === undefined ? unknown : { kind: "literal", value: answer };
  },
  super: (_interpreter, { positional: [start] }) =>
    start?.kind === "class" && start.symbol ? { kind: "super", start: start.symbol } : { kind: "super" },
  type: (_interpreter, args) => {
    const [value] = args.positional;
    if (value?.kind === "instance") return { kind: "class", symbol: value.model.symbol, model: value.model };
    return value?.kind === "object" ? { kind: "class", symbol: value.symbol, model: undefined } : unknown;
  },
  id: (_interpreter, args) => unknownVarying(variesOfArguments(args)),
};

function pair(items: readonly Value[]): Value {
  return {
    kind: "collection",
    element: items.length > 0 ? items.reduce((first, second) => join(first, second)) : unknown,
    items,
    size: { kind: "constant", count: items.length },
    varies: noLoops,
  };
}

/** How many elements an iteration gives. */
export function sizeOf(source: Value): CollectionSize {
  if (source.kind === "collection" || source.kind === "mapping") return source.size;
  const weight = weightOf(source);
  return weight;
}

/** `open(path, "rb")` */
function opensBytes({ positional, keywords }: Arguments): boolean {
  const mode = positional[1] ?? keywords.get("mode");
  return mode?.kind === "literal" && mode.value === "rb";
}

function openFile(interpreter: Interpreter, args: Arguments, node: Call): Value {
  if (interpreter.state.frame.coroutine) {
    recordBlocking(interpreter, node, { operation: "file", library: "open", wait: "unknown" });
  }
  return opensBytes(args) ? storedFile : unknownVarying(variesOfArguments(args));
}

export function callBuiltin(interpreter: Interpreter, name: string, args: Arguments, node: Call): Value {
  if (name === "open") return openFile(interpreter, args, node);
  const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
  return builtin ? builtin(interpreter, args, node) : unknownVarying(variesOfArguments(args));
}

/** The truth of a value is asked: a queryset sends its query for that. */
export function testTruth(interpreter: Interpreter, value: Value, node: Expression): void {
  switch (value.kind) {
    case "queryset":
      interpreter.send(value, "bool", node);
      return;
    case "manager":
      if (node.kind === "Attribute" && isAlwaysTrue(interpreter, value))
        recordManagerTruth(interpreter, value, node);
      return;
    case "union":
      for (const alternative of value.alternatives) testTruth(interpreter, alternative, node);
      return;
    default:
      return;
  }
}

/** Related rows, of a manager whose class says nothing else about its truth. */
function isAlwaysTrue({ program }: Interpreter, { declaration, related }: ManagerValue): boolean {
  const managerClass = declaration?.managerClass;
  return related !== undefined && !(managerClass && hasOwnTruth(program, managerClass));
}

function recordManagerTruth(interpreter: Interpreter, { model }: ManagerValue, node: Expression): void {
  const context = interpreter.context(interpreter.location(node), noLoops);
  interpreter.record({ kind: "managerTruth", model, text: interpreter.text(node), ...context });
}

/** The value is turned into text: a model's `__str__` runs. */
export function turnIntoText(interpreter: Interpreter, value: Value, node: Expression): Value {
  switch (value.kind) {
    case "instance":
    case "object": {
      const symbol = value.kind === "instance" ? value.model.symbol : value.symbol;
      const member = symbol && interpreter.program.lookupMember(symbol, "__str__");
      if (member?.kind === "found" && member.symbol.kind === "function") {
        interpreter.callFunction(interpreter.functionValue(member.symbol, value), noArguments, node, "str");
      } else if (value.kind === "object") {
        interpreter.consumers.callMethod(interpreter, value, "__str__", noArguments, callAt(node, "str"));
      }
      return unknownVarying(variesOf(value));
    }
    case "external": {
      const text = value.made?.attributes?.get("__str__");
      if (text) interpreter.call(text, noArguments, callAt(node, "str"));
      return unknown;
    }
    case "union":
      for (const alternative of value.alternatives) turnIntoText(interpreter, alternative, node);
      return unknownVarying(variesOf(value));
    default:
      return unknownVarying(variesOf(value));
  }
}
