import { isEnumeration } from "../../django/static-choices.ts";
import { namesClass } from "../../python/symbols.ts";
import { unknownVarying, variesOf } from "../../queryset/join.ts";
import { type LoopSet, unionLoops } from "../../queryset/loop-set.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Value } from "../../queryset/value.ts";
import type { Slice, Subscript } from "../../syntax/ast.ts";
import type { Interpreter } from "../interpreter.ts";
import { cacheHandler, cacheNamed } from "../libraries/caches.ts";
import { uploadedFile, uploadedFiles } from "../libraries/file-values.ts";
import { extendSameChain } from "../querysets/origins.ts";

/** `value[index]` */
export function subscriptOf(interpreter: Interpreter, value: Value, index: Value, node: Subscript): Value {
  switch (value.kind) {
    case "queryset":
      interpreter.send(value, "index", node);
      return interpreter.rowOf(value, true);
    case "collection": {
      if (index.kind === "literal" && typeof index.value === "number") {
        const item = value.items?.at(index.value);
        if (item) return item;
      }
      return value.element;
    }
    case "mapping":
      return mappingEntry(value, index);
    case "page":
      return value.rows.kind === "queryset"
        ? interpreter.rowOf(value.rows, true)
        : unknownVarying(variesOf(index));
    case "union": {
      const results = value.alternatives.map((item) => subscriptOf(interpreter, item, index, node));
      return results.length === 1 && results[0] ? results[0] : { kind: "union", alternatives: results };
    }
    case "external":
      if (value.name === cacheHandler) return cacheNamed(index);
      if (value.name === uploadedFiles.name) return uploadedFile;
      if (value.name === "django.db.connections") return { kind: "external", name: "django.db.connection" };
      return namesClass(value) ? value : unknownVarying(variesOf(index));
    default:
      return isGeneric(interpreter, value)
        ? value
        : unknownVarying(unionLoops(variesOf(value), variesOf(index)));
  }
}

/** `Manager["Task"]` is the class with type arguments; `Status["OPEN"]` is a member of an enumeration. */
function isGeneric({ program }: Interpreter, value: Value): boolean {
  return value.kind === "class" && value.symbol !== undefined && !isEnumeration(program, value.symbol);
}

/** What a dictionary gives for a key: the object changes with the key. */
export function mappingEntry(mapping: Extract<Value, { kind: "mapping" }>, index: Value): Value {
  if (index.kind === "literal" && typeof index.value === "string") {
    const entry = mapping.entries.get(index.value);
    if (entry) return entry;
  }
  const varies = unionLoops(variesOf(mapping), variesOf(index));
  return varies.length === 0 ? mapping.element : entryWith(mapping.element, varies);
}

/** Another entry in each round of these loops. */
function entryWith(element: Value, varies: LoopSet): Value {
  switch (element.kind) {
    case "instance":
      return {
        ...element,
        varies: unionLoops(element.varies, varies),
        attributes: new Map(element.attributes),
        assigned: new Map(),
      };
    case "unknown":
      return unknownVarying(unionLoops(element.varies, varies));
    case "union":
      return { kind: "union", alternatives: element.alternatives.map((each) => entryWith(each, varies)) };
    default:
      return element;
  }
}

/** `value[lower:upper]` */
export function sliceOf(interpreter: Interpreter, value: Value, node: Subscript, slice: Slice): Value {
  const lower = slice.lower ? interpreter.evaluate(slice.lower) : undefined;
  const upper = slice.upper ? interpreter.evaluate(slice.upper) : undefined;
  if (slice.step) interpreter.evaluate(slice.step);
  const moving = unionLoops(lower ? variesOf(lower) : [], upper ? variesOf(upper) : []);
  switch (value.kind) {
    case "queryset": {
      const limit = numberOf(upper);
      const start = slice.lower ? numberOf(lower) : 0;
      const sliced: Queryset = {
        ...value,
        origin: extendSameChain(interpreter, value.origin, node, node.value),
        bound: {
          kind: "slice",
          limit: limit !== undefined && start !== undefined ? Math.max(0, limit - start) : undefined,
        },
        related: value.related && { ...value.related, operations: value.related.operations.concat("slice") },
        varies: unionLoops(value.varies, moving),
        result: { evaluated: value.result.evaluated },
      };
      const isComputed = (slice.lower && start === undefined) || (slice.upper && limit === undefined);
      // Of rows that were fetched before, Python takes a part.
      if (isComputed && !value.result.evaluated) {
        const varies = unionLoops(value.varies, moving);
        interpreter.record({
          kind: "rowSlice",
          queryset: value,
          node,
          moving,
          ...interpreter.context(interpreter.location(node), varies),
        });
      }
      return sliced;
    }
    case "collection": {
      const count = numberOf(upper);
      return {
        ...value,
        items: undefined,
        size:
          moving.length > 0
            ? { kind: "batches" }
            : count !== undefined && !slice.lower && count >= 0
              ? value.size.kind === "constant"
                ? { kind: "constant", count }
                : { kind: "limited", count }
              : value.size,
        varies: unionLoops(value.varies, moving),
      };
    }
    default:
      return value.kind === "literal" ? unknownVarying(moving) : value;
  }
}

function numberOf(value: Value | undefined): number | undefined {
  return value?.kind === "literal" && typeof value.value === "number" ? value.value : undefined;
}
