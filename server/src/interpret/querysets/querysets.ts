/** Querysets and managers: the effect of each method. */

import { compact, none } from "../../base/compact.ts";
import { unreachable } from "../../base/invariant.ts";
import type { Manager as ManagerDeclaration } from "../../django/model-graph.ts";
import { copyOfQueryset, copyOfRow } from "../../queryset/copies.ts";
import type { Instance } from "../../queryset/instance.ts";
import { unknown, unknownVarying, variesOf } from "../../queryset/join.ts";
import { type LoopSet, noLoops, unionLoops } from "../../queryset/loop-set.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import { querysetOperation, synchronousName } from "../../queryset/operations.ts";
import {
  anyName,
  type FilterCondition,
  noNames,
  type Queryset,
  type RowFacts,
} from "../../queryset/queryset.ts";
import { conditionOf, factsOf } from "../../queryset/row-facts.ts";
import { prefetchOf } from "../../queryset/row-prefetches.ts";
import type { Condition, ManagerValue, Value } from "../../queryset/value.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { maybeAbsent, presentRow } from "../conditions/presence.ts";
import { saveRow, sendModelSignals } from "../effects/signals.ts";
import { recordWrite, touchModel, touchQueryset, withOpenLoops } from "../effects/writes.ts";
import { anyModel } from "../facts.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { variesOfArguments } from "../language/functions.ts";
import { collectionOf, instanceOf, newInstance, sizeOfBound, withOtherRows } from "../make-values.ts";
import { markStored, markUnknownAssignments } from "../rows/assignments.ts";
import { columnNamed, columnValue, keepParent } from "../rows/instances.ts";
import { isLoadedByGuard } from "../rows/loaded-relations.ts";
import { addPrefetches, addSelectedPaths, recordEagerLoading } from "./eager-loading.ts";
import { markFilled } from "./filled-rows.ts";
import { addedNames, recordCall } from "./lookup-uses.ts";
import { extendOrigin, extendSameChain, newOrigin } from "./origins.ts";
import { recordEvaluation, send } from "./queries.ts";
import { narrowedTo, recordCreated, recordOnlyRow } from "./single-rows.ts";

export function callQuerysetMethod(
  interpreter: Interpreter,
  receiver: Queryset | ManagerValue,
  name: string,
  args: Arguments,
  node: Call,
): Value {
  const receiverNode = node.function.kind === "Attribute" ? node.function.value : node;
  const start = receiver.kind === "manager" ? interpreter.initialQueryset(receiver, receiverNode) : receiver;
  const varies = variesOfArguments(args);
  const operation = querysetOperation(name);
  const next = (changes: Partial<Queryset>): Queryset => {
    const copy = copyOfQueryset(start);
    copy.origin = extendOrigin(interpreter, start.origin, node, receiverNode);
    copy.related = start.related && {
      instance: start.related.instance,
      relation: start.related.relation,
      plain: start.related.plain && plainMethods.has(name),
      maybePlain: start.related.maybePlain === true && plainMethods.has(name),
      // `all()` of a manager gives the prefetched rows themselves, `all()` of a queryset a copy without them.
      operations:
        name === "all" && receiver.kind === "manager"
          ? start.related.operations
          : start.related.operations.concat(synchronousName(name)),
    };
    copy.varies = unionLoops(start.varies, varies);
    copy.result = { evaluated: false };
    return Object.assign(copy, changes);
  };

  if (!operation) {
    if (name === "__len__") {
      send(interpreter, start, "len", node, node);
      return unknownVarying(varies);
    }
    if (cachedMethods[start.model.label]?.has(name)) return instanceOf(start.model, undefined, varies);
    return next({ unknownOperations: true });
  }
  recordCall(interpreter, start, name, args, node);
  switch (operation.kind) {
    case "refine":
      return next(refinement(interpreter, start, name, args, node));
    case "empty":
      return next({ bound: { kind: "empty" } });
    case "select": {
      recordEagerLoading(interpreter, start, name, args, node);
      return next(addSelectedPaths(interpreter, start, args));
    }
    case "prefetch": {
      const prefetches = addPrefetches(interpreter, start, args, node);
      // A lookup may lead through the `to_attr` of one before it.
      recordEagerLoading(interpreter, { ...start, ...prefetches }, name, args, node);
      return next(prefetches);
    }
    case "columns": {
      recordEagerLoading(interpreter, start, name, args, node);
      const fields = literalStrings(args.positional);
      if (args.open || fields.length !== args.positional.length) return next({ load: { kind: "all" } });
      const before =
        start.load.kind === operation.mode && operation.mode === "defer" ? start.load.fields : [];
      return next({ load: { kind: operation.mode, fields: new Set([...before, ...fields]) } });
    }
    case "annotate": {
      const annotations = addedNames(interpreter, start, name, args, node);
      return next({ annotations, unknownOperations: start.unknownOperations || annotations.has(anyName) });
    }
    case "rows": {
      if (operation.form !== "raw") recordEvaluation(interpreter, start, "columns", node);
      const flat = args.keywords.get("flat");
      const form =
        operation.form === "tuples" && flat?.kind === "literal" && flat.value === true
          ? "values"
          : operation.form;
      return next({
        rows: form,
        columns: args.open ? [] : literalStrings(args.positional),
        annotations: addedNames(interpreter, start, name, args, node),
      });
    }
    case "combine":
      return { ...withOtherRows(next({})), united: true };
    case "stream": {
      recordEagerLoading(interpreter, start, name, args, node);
      // Without a chunk size Django drops the prefetches or raises: a finding of its own, whose fix brings them back.
      return next({
        streamed: true,
        origin: extendSameChain(interpreter, start.origin, node, receiverNode),
      });
    }
    case "fetchMode": {
      const [mode] = args.positional;
      const modeName = mode?.kind === "external" ? mode.name : "";
      const fetchMode = modeName.endsWith("FETCH_PEERS")
        ? "peers"
        : modeName.endsWith("FETCH_RAISE")
          ? "raise"
          : "one";
      return next({ fetchMode });
    }
    case "instance": {
      if (synchronousName(name) === "get") recordOnlyRow(interpreter, start, args, node);
      const refined = next(refinement(interpreter, start, name, args, node));
      const asked = copyOfQueryset(refined);
      asked.related = start.related;
      asked.result = start.result;
      send(interpreter, asked, synchronousName(name), node, node);
      const row = withLoops(rowOf(interpreter, refined, true), refined.varies);
      return operation.optional ? maybeAbsent(row) : row;
    }
    case "scalar": {
      const asked = copyOfQueryset(start);
      asked.varies = unionLoops(start.varies, varies);
      send(interpreter, asked, synchronousName(name), node, node);
      return unknownVarying(asked.varies);
    }
    case "inBulk": {
      send(interpreter, next({}), "in_bulk", node, node);
      const row = rowOf(interpreter, next({}), false);
      return mappingOf(new Map(), { element: row, size: sizeOfBound(start.bound) });
    }
    case "write":
      return callWrite(interpreter, receiver, start, operation.write, args, node);
    default:
      return unreachable(operation);
  }
}

/** Methods of managers that keep in the process what they fetched once. */
const cachedMethods: Readonly<Record<string, ReadonlySet<string>>> = {
  "contenttypes.ContentType": new Set(["get_for_model", "get_for_id", "get_by_natural_key"]),
  "sites.Site": new Set(["get_current"]),
};

/** Methods after which the rows of a related manager are still those that a prefetch holds. */
const plainMethods: ReadonlySet<string> = new Set(["all", "get_queryset", "get_query_set"]);

function withLoops(value: Value, varies: LoopSet): Value {
  if (value.kind !== "instance") return value;
  const row = copyOfRow(value);
  row.varies = unionLoops(value.varies, varies);
  return row;
}

function literalStrings(values: readonly Value[]): readonly string[] {
  return compact(
    values.flatMap((value) =>
      value.kind === "literal" && typeof value.value === "string" ? [value.value] : [],
    ),
  );
}

function refinement(
  interpreter: Interpreter,
  start: Queryset,
  name: string,
  args: Arguments,
  node: Call,
): Partial<Queryset> {
  switch (synchronousName(name)) {
    case "filter":
    case "exclude":
    case "get": {
      const added: FilterCondition[] = [];
      const isPartOfExclusion = name === "exclude" && args.keywords.size + args.positional.length > 1;
      const factsOfRows = (condition: Condition): RowFacts | undefined =>
        // `exclude()` with two conditions leaves rows of which one holds.
        isPartOfExclusion
          ? undefined
          : factsOf(
              name === "exclude" ? { kind: "not", part: condition } : condition,
              start.model,
              interpreter.models,
            );
      for (const [lookup, value] of args.keywords) {
        added.push({
          method: name,
          lookup,
          varies: variesOf(value),
          instance: value.kind === "instance" ? value : undefined,
          column: value.kind === "unknown" ? value.column : undefined,
          rows: factsOfRows({ kind: "lookup", lookup, value }),
        });
      }
      for (const value of args.positional) {
        const varies = variesOf(value);
        const rows = factsOfRows(conditionOf(value));
        added.push({
          method: name,
          lookup: undefined,
          varies,
          instance: undefined,
          column: undefined,
          rows,
        });
      }
      return {
        filters: start.filters.concat(added),
        ...(name === "exclude" ? {} : narrowedTo(start, args, node)),
      };
    }
    case "order_by":
      return { order: args.positional.length === 0 && !args.open ? "unordered" : "ordered" };
    case "distinct":
      return { distinct: true };
    case "extra":
      return {
        annotations: addedNames(interpreter, start, name, args, node),
        ...(args.keywords.has("order_by") ? { order: "ordered" as const } : {}),
      };
    case "select_for_update":
      return { locksRows: true };
    case "earliest":
    case "latest":
      return { order: "ordered" };
    default:
      return {};
  }
}

function callWrite(
  interpreter: Interpreter,
  receiver: Queryset | ManagerValue,
  queryset: Queryset,
  write: Extract<ReturnType<typeof querysetOperation>, { kind: "write" }>["write"],
  args: Arguments,
  node: Call,
): Value {
  const varies = unionLoops(queryset.varies, variesOfArguments(args));
  switch (write) {
    case "create": {
      recordWrite(interpreter, "create", queryset.model, receiver, node, { isNew: true, varies });
      recordCreated(interpreter, queryset.model, node, args.keywords);
      saveRow(interpreter, queryset.model, node);
      const created = newInstance(queryset.model, new Map(args.keywords), withOpenLoops(interpreter, varies));
      keepOwner(created, queryset);
      markStored(interpreter, created);
      return created;
    }
    case "getOrCreate": {
      recordEvaluation(interpreter, queryset, "rows", node);
      touchQueryset(interpreter, queryset);
      recordWrite(interpreter, "getOrCreate", queryset.model, receiver, node, { isNew: false, varies });
      recordCreated(interpreter, queryset.model, node, args.keywords, { queryset, args });
      saveRow(interpreter, queryset.model, node);
      const source = { queryset, path: [], single: varies.length === 0 };
      const instance = presentRow(instanceOf(queryset.model, source, varies));
      for (const [name, value] of args.keywords) {
        if (queryset.model.relations.has(name)) instance.attributes.set(name, value);
      }
      keepOwner(instance, queryset);
      return {
        kind: "collection",
        element: instance,
        items: [instance, unknownVarying(varies)],
        size: { kind: "constant", count: 2 },
        varies: noLoops,
      };
    }
    case "bulkCreate": {
      const objects = args.positional[0] ?? unknown;
      if (objects.kind === "collection" && objects.element.kind === "instance") {
        markStored(interpreter, objects.element);
      }
      noteBulkWrite(interpreter, queryset);
      return objects;
    }
    case "update":
    case "delete":
      recordEvaluation(interpreter, queryset, write, node);
      touchModel(interpreter, write === "delete" ? anyModel : queryset.model.label);
      recordWrite(interpreter, write, queryset.model, receiver, node, { isNew: false, varies });
      if (write === "delete") sendModelSignals(interpreter, "delete", queryset.model, node);
      return unknownVarying(varies);
    case "add":
    case "set":
    case "remove":
      touchModel(interpreter, queryset.model.label);
      recordWrite(interpreter, write, queryset.model, receiver, node, {
        isNew: false,
        varies,
        given: args.positional,
      });
      return unknown;
    case "clear":
      touchModel(interpreter, queryset.model.label);
      recordWrite(interpreter, "remove", queryset.model, receiver, node, { isNew: false, varies });
      return unknown;
    case "bulkUpdate":
      noteBulkWrite(interpreter, queryset);
      return unknown;
    default:
      return unreachable(write);
  }
}

/** Later queries have other answers. */
function noteBulkWrite(interpreter: Interpreter, { model }: Queryset): void {
  touchModel(interpreter, model.label);
  interpreter.effects += 1;
  interpreter.writes += 1;
}

/** What a related manager finds or makes belongs to the row whose manager it is: `project.tasks.create(…).project`. */
function keepOwner(instance: Instance, queryset: Queryset): void {
  const { related } = queryset;
  if (related) keepParent(instance, related.relation, related.instance, queryset);
}

/** A row of the queryset: one of many, or the only one that was fetched. */
export function rowOf(interpreter: Interpreter, queryset: Queryset, single: boolean): Value {
  if (queryset.bound.kind === "empty") return unknown;
  if (queryset.rows !== "instances" && queryset.rows !== "raw") return plainRowOf(queryset);
  const { related } = queryset;
  const parent = related?.instance;
  const path =
    parent?.source && related?.plain ? parent.source.path.concat(related.relation.accessor) : undefined;
  const prefetched = parent && path && related && prefetchOf(parent, related.relation);
  const fromParent =
    path &&
    (prefetched !== undefined ||
      parent?.source?.queryset.loadsComputedPaths ||
      interpreter.isRepeated(parent?.varies ?? noLoops));
  const instance = presentRow(
    instanceOf(
      queryset.model,
      fromParent && parent?.source
        ? { queryset: parent.source.queryset, path, single: false }
        : { queryset, path: [], single },
      queryset.varies,
    ),
  );
  if (related) keepParent(instance, related.relation, related.instance, prefetched?.queryset ?? queryset);
  markFilled(interpreter, queryset, instance);
  return instance;
}

/** A row of `values()` or `values_list()`. */
function plainRowOf({ rows, columns, model, varies }: Queryset): Value {
  const [name, ...others] = columns;
  if (rows !== "values" || name === undefined || others.length > 0) return unknownVarying(varies);
  const column = columnNamed(model, name);
  return column === undefined ? unknownVarying(varies) : columnValue(model, column, undefined, varies);
}

/** The queryset of `Model.objects`, of a related manager, or of what the project's `get_queryset()` makes of them. */
export function initialQuerysetOf(
  interpreter: Interpreter,
  manager: ManagerValue,
  node: Expression,
): Queryset {
  const template = interpreter.managerTemplate(manager);
  const { related } = manager;
  const queryset = copyOfQueryset(template);
  queryset.origin = newOrigin(interpreter, node);
  queryset.bound = { kind: "none" };
  queryset.declaration = withQuerysetClass(manager.declaration, template.declaration);
  queryset.unknownOperations ||= manager.declaration?.known === false;
  // Whoever prefetched the rows that the code has found there loads what is read of them.
  queryset.loadsComputedPaths ||= isPrefetchedElsewhere(interpreter, manager);
  queryset.related = related && {
    instance: related.instance,
    relation: related.relation,
    plain: true,
    maybePlain: false,
    operations: none,
  };
  queryset.varies = related?.instance.varies ?? noLoops;
  if (related) {
    queryset.filters = none;
    queryset.fixedFields = noNames;
  }
  queryset.result = { evaluated: false };
  return queryset;
}

/** A condition around makes sure that the rows are prefetched, and how is not known here. */
function isPrefetchedElsewhere(interpreter: Interpreter, { related }: ManagerValue): boolean {
  return (
    related !== undefined &&
    isLoadedByGuard(interpreter, related.instance, related.relation.accessor) &&
    prefetchOf(related.instance, related.relation) === undefined
  );
}

/** A `get_queryset()` that calls a queryset class gives its querysets the methods of that class. */
function withQuerysetClass(
  declared: ManagerDeclaration | undefined,
  made: ManagerDeclaration | undefined,
): ManagerDeclaration | undefined {
  const isKnown = !declared || !made?.querysetClass || declared.querysetClass;
  return isKnown ? declared : { ...declared, querysetClass: made.querysetClass };
}

export function collectRows(interpreter: Interpreter, queryset: Queryset, node: Expression): Value {
  const { evaluated } = queryset.result;
  send(interpreter, queryset, "list", node);
  const row = rowOf(interpreter, queryset, false);
  if (evaluated) markUnknownAssignments(row);
  return collectionOf(row, sizeOfBound(queryset.bound));
}
