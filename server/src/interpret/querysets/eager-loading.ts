/** `select_related`, `prefetch_related` and `Prefetch`: how they extend what a queryset loads. */

import type { Model, Relation } from "../../django/model-graph.ts";
import { isDeferred } from "../../queryset/coverage.ts";
import { querysetOperation } from "../../queryset/operations.ts";
import type { Prefetched, Queryset } from "../../queryset/queryset.ts";
import { noPaths } from "../../queryset/queryset.ts";
import type { Value } from "../../queryset/value.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import type { EagerLoadingCall } from "../facts.ts";
import { isInterpretedForItself } from "../frames.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { weightOf } from "../language/loops.ts";
import { servingQueryset } from "./manager-coverage.ts";

export function addSelectedPaths(
  interpreter: Interpreter,
  queryset: Queryset,
  args: Arguments,
): Partial<Queryset> {
  const [first] = args.positional;
  if (first?.kind === "literal" && first.value === null) return { select: noPaths, selectsAllNonNull: false };
  // The last call decides between the two forms: each forgets what the other one joined.
  if (args.positional.length === 0 && !args.open) return { select: noPaths, selectsAllNonNull: true };
  const must = new Set(queryset.select.must);
  let understood = !args.open;
  for (const value of args.positional) {
    if (value.kind !== "literal" || typeof value.value !== "string") {
      understood = false;
      continue;
    }
    for (const path of selectedPrefixes(interpreter, queryset.model, value.value)) must.add(path);
  }
  return {
    select: { must, may: new Set([...queryset.select.may, ...must]) },
    selectsAllNonNull: queryset.selectsAllNonNull && args.open,
    unknownOperations: queryset.unknownOperations || !understood,
    loadsComputedPaths: queryset.loadsComputedPaths || !understood,
  };
}

/** Accessor paths that a `select_related` lookup loads: `a__b` loads `a` too. */
function selectedPrefixes(interpreter: Interpreter, model: Model, lookup: string): readonly string[] {
  const paths: string[] = [];
  const accessors: string[] = [];
  let current: Model | undefined = model;
  for (const segment of lookup.split("__")) {
    const relation: Model["lookupRelations"] extends ReadonlyMap<string, infer R> ? R | undefined : never =
      current?.lookupRelations.get(segment);
    accessors.push(relation?.accessor ?? segment);
    paths.push(accessors.join("__"));
    current = relation?.target === undefined ? undefined : interpreter.models.model(relation.target);
  }
  return paths;
}

export function addPrefetches(
  interpreter: Interpreter,
  queryset: Queryset,
  args: Arguments,
  node: Call,
): Partial<Queryset> {
  const [first] = args.positional;
  if (first?.kind === "literal" && first.value === null) return { prefetch: new Map() };
  const prefetch = new Map(queryset.prefetch);
  let understood = !args.open;
  for (const value of args.positional) {
    if (!addPrefetch(interpreter, prefetch, queryset, value, node)) understood = false;
  }
  return {
    prefetch,
    unknownOperations: queryset.unknownOperations || !understood,
    loadsComputedPaths: queryset.loadsComputedPaths || !understood,
  };
}

function addPrefetch(
  interpreter: Interpreter,
  prefetch: Map<string, Prefetched>,
  parents: Queryset,
  value: Value,
  node: Call,
): boolean {
  const { model } = parents;
  if (value.kind === "literal" && typeof value.value === "string") {
    addLookup(interpreter, prefetch, model, value.value, undefined, undefined);
    return true;
  }
  if (value.kind === "prefetch") {
    addLookup(interpreter, prefetch, model, value.lookup, value.queryset, value.toAttribute);
    if (value.queryset) recordMissingJoinKey(interpreter, parents, value.lookup, value.queryset, node);
    return true;
  }
  return false;
}

function addLookup(
  interpreter: Interpreter,
  prefetch: Map<string, Prefetched>,
  model: Model,
  lookup: string,
  queryset: Queryset | undefined,
  toAttribute: string | undefined,
): void {
  const segments = lookup.split("__");
  const path: string[] = [];
  let current: Model | undefined = model;
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    const existing = prefetch.get([...path, segment].join("__"));
    const relation: Relation | undefined = current?.relations.get(segment);
    const target: Model | undefined =
      existing?.queryset?.model ??
      (relation?.target === undefined ? undefined : interpreter.models.model(relation.target));
    path.push(last && toAttribute !== undefined ? toAttribute : segment);
    const key = path.join("__");
    if (last && queryset) {
      prefetch.set(key, { queryset, toAttribute, accessor: segment, certain: true, explicit: true });
    } else if (!existing?.certain) {
      prefetch.set(key, {
        queryset:
          last && toAttribute !== undefined && target
            ? servingQueryset(interpreter, target, relation)
            : eagerServing(interpreter, target, relation),
        toAttribute: last ? toAttribute : undefined,
        accessor: segment,
        certain: true,
        explicit: false,
      });
    }
    current = target;
  }
}

/** Django joins prefetched rows to their parents by the foreign key: without it each row costs a query. */
function recordMissingJoinKey(
  interpreter: Interpreter,
  parents: Queryset,
  lookup: string,
  queryset: Queryset,
  node: Call,
): void {
  const relation = lookup.includes("__") ? undefined : parents.model.relations.get(lookup);
  if (relation?.kind !== "reverseForeignKey") return;
  const { field } = relation;
  if (!isDeferred(queryset, [], [field.name, field.attributeName])) return;
  interpreter.record({
    kind: "deferredRead",
    queryset,
    path: [],
    field,
    text: interpreter.text(node),
    reason: "prefetch",
    rounds: [weightOf(parents), weightOf(queryset)],
    ...interpreter.context(interpreter.location(node), parents.varies),
  });
}

/** The queryset of the manager that serves the relation, where it loads more than plain rows. */
function eagerServing(
  interpreter: Interpreter,
  target: Model | undefined,
  relation: Relation | undefined,
): Queryset | undefined {
  if (!target) return undefined;
  const queryset = servingQueryset(interpreter, target, relation);
  const loadsMore =
    queryset.select.may.size > 0 || queryset.prefetch.size > 0 || queryset.load.kind !== "all";
  return loadsMore || queryset.unknownOperations ? queryset : undefined;
}

type NamedLookup = EagerLoadingCall["lookups"][number];

/** A string, or the lookup of a `Prefetch`: at its own place where that is written here. */
function lookupsOf(
  interpreter: Interpreter,
  argument: Expression,
  value: Value | undefined,
): readonly NamedLookup[] {
  if (argument.kind === "StringLiteral") {
    return [{ lookup: argument.value, location: interpreter.location(argument) }];
  }
  if (value?.kind !== "prefetch") return [];
  const written =
    argument.kind === "Call"
      ? (argument.arguments[0] ?? argument.keywords.find(({ name }) => name?.name === "lookup")?.value)
      : undefined;
  const place = written?.kind === "StringLiteral" ? written : argument;
  return [{ lookup: value.lookup, location: interpreter.location(place) }];
}

export function recordEagerLoading(
  interpreter: Interpreter,
  queryset: Queryset,
  method: string,
  args: Arguments,
  node: Call,
): void {
  // What the rows were given before they came to an iterator is known to the callers only.
  const streamed = querysetOperation(method)?.kind === "stream" && queryset.prefetch.size > 0;
  if (!isInterpretedForItself(interpreter) && !streamed) return;
  // `prefetch_related_objects(rows, …)` has an argument more than the method.
  const offset = Math.max(0, node.arguments.length - args.positional.length);
  const isPlain = node.arguments.every(({ kind }) => kind !== "Starred");
  const lookups = node.arguments.flatMap((argument, index) =>
    lookupsOf(interpreter, argument, isPlain ? args.positional[index - offset] : undefined),
  );
  const [first] = args.positional;
  interpreter.record({
    kind: "eagerLoading",
    method,
    model: queryset.model,
    queryset,
    call: node,
    lookups,
    hasChunkSize: isGiven(args.keywords.get("chunk_size")) || isGiven(first) || args.open,
    hasOtherArguments:
      args.open ||
      args.positional.length > lookups.length ||
      (first?.kind === "literal" && first.value === null),
    ...interpreter.context(interpreter.location(node), []),
  });
}

function isGiven(value: Value | undefined): boolean {
  return value !== undefined && !(value.kind === "literal" && value.value === null);
}
