/** Methods of Python's own containers and strings. */
import { runsElsewhere } from "../../django/run-elsewhere.ts";
import { asElement, join, joinAll, unknown, unknownVarying, variesOf } from "../../queryset/join.ts";
import { noLoops, unionLoops } from "../../queryset/loop-set.ts";
import type { Collection, CollectionSize, Mapping, Value } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";
import { maybeAbsent } from "../conditions/presence.ts";
import { isClosed, isKey } from "../conditions/truth.ts";
import { touchModel } from "../effects/writes.ts";
import { anyModel, type LoopWeight } from "../facts.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { recordEmail } from "../libraries/emails.ts";
import { madeOfStoredFile } from "../libraries/file-values.ts";
import { collectionOf } from "../make-values.ts";
import { mayWrite } from "../querysets/repeated-queries.ts";
import { forgetWhatIsMissing, markHandedOver } from "../rows/assignments.ts";
import { compareElements, sizeOf } from "./builtins.ts";
import { variesOfArguments } from "./functions.ts";
import { callWithElement, mapOver } from "./iteration-calls.ts";
import { keysOf } from "./key-sets.ts";
import { mappingEntry } from "./subscripts.ts";
import { braceFormatted, joinedWith, textOrUnknown } from "./text-formatting.ts";

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
      if (added) fill(interpreter, collection, added, { kind: "constant", count: 1 });
      return unknown;
    }
    case "extend":
    case "update":
    case "union": {
      if (first) {
        const argument = node.arguments[0];
        const added = argument ? interpreter.iterate(first, argument) : unknown;
        fill(interpreter, collection, added, sizeOf(first));
      }
      return name === "union" ? collection : unknown;
    }
    case "pop":
    case "popleft":
      // A name is a key of something that only looks like a list.
      if (!first || (first.kind === "literal" && typeof first.value === "number"))
        collection.items = undefined;
      return collection.element;
    case "clear":
    case "discard":
    case "remove":
      collection.items = undefined;
      return unknown;
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

function fill(interpreter: Interpreter, collection: Collection, value: Value, count: CollectionSize): void {
  const added = asElement(value);
  const { items, filled = filledBefore(collection) } = collection;
  const rounds = repeatedBy(loopsSince(interpreter, collection), count);
  // Where rows of a queryset come one after another, there are as many.
  const repeated: CollectionSize =
    rounds.kind === "unknown" && isOneOfMany(interpreter, added) ? { kind: "rows" } : rounds;
  const once = repeated.kind === "constant" && repeated.count === 1;
  const target = once ? filled.once : filled.inLoops;
  const joined = target ? join(target, added) : added;
  collection.filled = once ? { ...filled, once: joined } : { ...filled, inLoops: joined };
  collection.element = items?.length === 0 ? added : join(collection.element, added);
  collection.items = undefined;
  collection.size = together(collection.size, repeated);
}

/** Not a row that a loop over something else looks up: `get_or_create(name=name)`, `tasks_by_key[key]`. */
function isOneOfMany({ state }: Interpreter, value: Value): boolean {
  return (
    value.kind === "instance" &&
    value.source !== undefined &&
    !value.source.single &&
    !state.loops.some(({ id, source }) => source === undefined && value.varies.includes(id))
  );
}

function filledBefore({ items, element }: Collection): NonNullable<Collection["filled"]> {
  if (!items) return { once: undefined, inLoops: element };
  return { once: items.length > 0 ? joinAll(items) : undefined, inLoops: undefined };
}

/** The weights of the loops that run now and did not when the collection was made. */
function loopsSince({ state }: Interpreter, { madeAfterLoop = 0 }: Collection): readonly LoopWeight[] {
  const whiles = state.whiles.filter((id) => id > madeAfterLoop).map(() => ({ kind: "unknown" }) as const);
  return [...whiles, ...state.loops.filter(({ id }) => id > madeAfterLoop).map(({ weight }) => weight)];
}

/** A list filled in a loop has as many elements as the loop has rounds. */
function repeatedBy(loops: readonly LoopWeight[], count: CollectionSize): CollectionSize {
  return loops.reduce<CollectionSize>((size, rounds) => {
    if (size.kind === "constant" && size.count === 1 && rounds.kind === "rows") return rounds;
    if (size.kind === "rows" || rounds.kind === "rows") return { kind: "rows" };
    if (!("count" in size) || !("count" in rounds)) return { kind: "unknown" };
    const kind = size.kind === "limited" || rounds.kind === "limited" ? "limited" : "constant";
    return { kind, count: size.count * rounds.count };
  }, count);
}

function together(first: CollectionSize, second: CollectionSize): CollectionSize {
  if (first.kind === "constant" && first.count === 0) return second;
  if (first.kind === "rows" || second.kind === "rows") return { kind: "rows" };
  if (!("count" in first) || !("count" in second)) return { kind: "unknown" };
  const kind = first.kind === "limited" || second.kind === "limited" ? "limited" : "constant";
  return { kind, count: first.count + second.count };
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
      return entryOr(mapping, first, second);
    case "pop": {
      const entry = entryOr(mapping, first, second);
      if (first.kind === "literal") mapping.entries.delete(String(first.value));
      return entry;
    }
    case "setdefault":
      mapping.passed = undefined;
      forgetWhatIsMissing(mapping);
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
      return keysOf(mapping);
    case "update":
      mapping.passed = undefined;
      if (args.open || (args.positional.length > 0 && !isClosed(first))) forgetWhatIsMissing(mapping);
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

/** The entry, or the default where the dictionary is known to have none. */
function entryOr(mapping: Mapping, key: Value, fallback: Value | undefined): Value {
  const isMissing = key.kind === "literal" && isKey(key, mapping) === false;
  if (!isMissing) {
    const entry = mappingEntry(mapping, key);
    const isPassed = mapping.passed && key.kind === "literal" && isKey(key, mapping) === true;
    return isPassed ? entry : maybeAbsent(entry);
  }
  const given = fallback ?? nothing;
  return given.kind === "literal" && mapping.lasting ? { ...given, lasting: true } : given;
}

const nothing: Value = { kind: "literal", value: null };

/** A method of a string or of a value that is not known. */
export function callUnknownMethod(
  interpreter: Interpreter,
  receiver: Value,
  name: string,
  args: Arguments,
  node: Call,
): Value {
  const file = madeOfStoredFile(receiver, name);
  if (file) return file;
  const varies = unionLoops(variesOf(receiver), variesOfArguments(args));
  // No other library has a method of this name.
  if (name === "email_user")
    return recordEmail(interpreter, node, "django.contrib.auth.models.AbstractUser().email_user");
  const [first] = args.positional;
  const [firstNode] = node.arguments;
  if (receiver.kind === "literal" && first && firstNode) {
    if (name === "join") {
      interpreter.iterate(first, firstNode);
      if (typeof receiver.value === "string" && first.kind === "collection" && first.items) {
        return textOrUnknown(joinedWith(receiver.value, first.items), varies);
      }
    }
    if (name === "format") {
      for (const [index, value] of args.positional.entries()) {
        const argument = node.arguments[index];
        if (argument) interpreter.str(value, argument);
      }
      if (typeof receiver.value === "string" && !args.open) {
        return textOrUnknown(braceFormatted(receiver.value, args.positional, args.keywords), varies);
      }
    }
  }
  for (const value of [...args.positional, ...args.keywords.values()]) {
    // A callback handed to code that is not known may be called with anything.
    if (value.kind === "function" && value.node.kind === "Lambda" && !runsElsewhere.has(name))
      callWithElement(interpreter, value, unknownVarying(varies), node);
  }
  if (mayWrite.test(name)) interpreter.writes += 1;
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
