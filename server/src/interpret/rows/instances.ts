/** Attributes of model instances: columns, relations, and the project's own methods and properties. */

import { none } from "../../base/compact.ts";
import { isToOne, type Model, type Relation } from "../../django/model-graph.ts";
import { copyOfRow } from "../../queryset/copies.ts";
import { coverageOf, isDeferred, pathKey } from "../../queryset/coverage.ts";
import { anyField, type Instance, type RowSource } from "../../queryset/instance.ts";
import { unknown, unknownVarying } from "../../queryset/join.ts";
import { type LoopSet, noLoops } from "../../queryset/loop-set.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import { flagOf, presenceAt } from "../../queryset/row-facts.ts";
import { prefetchCache } from "../../queryset/row-prefetches.ts";
import type { Unknown, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { maybeAbsent, presentRow, raisesWithoutRow } from "../conditions/presence.ts";
import { touchModel } from "../effects/writes.ts";
import type { RelationRead } from "../facts.ts";
import type { Interpreter, RelationUse } from "../interpreter.ts";
import { recordCoroutineQuery } from "../language/event-loop.ts";
import { readFunctionMember, readVariableMember } from "../language/members.ts";
import { valueOfSymbol } from "../language/symbol-values.ts";
import { isFileColumn } from "../libraries/file-values.ts";
import { collectionOf, instanceOf } from "../make-values.ts";
import { comesWithLazyLoad } from "../querysets/manager-coverage.ts";
import { isLoadedByGuard } from "./loaded-relations.ts";
import { prefetchedRelations } from "./relation-caches.ts";
import { recordSingleRead } from "./single-reads.ts";
import { isKeyName, keyOf, keyOfParent } from "./stored-rows.ts";

/** Relations from the queryset's rows that are followed; longer chains lead back to where they came from. */
const longestPath = 5;

export function attributeOfInstance(
  interpreter: Interpreter,
  instance: Instance,
  name: string,
  node: Expression,
): Value {
  const known = knownAttribute(instance, name);
  if (known) return known;
  if (name === prefetchCache) return prefetchedRelations(interpreter, instance, node);
  if (instance.model.relations.has(name)) return readRelation(interpreter, instance, name, node, undefined);
  const prefetched = prefetchedInto(instance, name);
  if (prefetched) return prefetched;
  if (instance.source?.path.length === 0 && instance.source.queryset.annotations.has(name)) {
    return unknownVarying(instance.varies);
  }
  const column = columnNamed(instance.model, name);
  if (column !== undefined) {
    readColumn(interpreter, instance, column, node);
    const flag = flagOfRow(instance, column);
    if (flag !== undefined) return { kind: "literal", value: flag, lasting: true };
    const isKey = isKeyName(interpreter.models, instance.model, name);
    const key = isKey ? keyOf(interpreter, instance) : keyOfParent(interpreter, instance, column, name);
    if (key && key.kind !== "unknown") return key;
    // One object's column is like any value; one that changes from row to row remembers where it comes from.
    if (instance.varies.length === 0 && !isFileColumn(instance.model.fields.get(column)))
      return key ?? unknown;
    return { ...columnValue(instance.model, column, instance, instance.varies), ...key };
  }
  const { symbol } = instance.model;
  if (symbol) {
    const member = interpreter.program.lookupMember(symbol, name);
    if (member.kind === "found") {
      switch (member.symbol.kind) {
        case "function":
          return readFunctionMember(interpreter, member.symbol, instance, node);
        case "variable":
          return readVariableMember(interpreter, member.symbol, symbol, instance, node);
        default:
          return valueOfSymbol(interpreter, member.symbol);
      }
    }
  }
  return { kind: "method", receiver: instance, name };
}

/** What the row's queryset has asked of a boolean column, with nothing assigned since. */
function flagOfRow({ source, assigned, isNew, state }: Instance, column: string): boolean | undefined {
  if (!source || source.path.length > 0 || isNew || state.refreshed) return undefined;
  return assigned.has(column) || assigned.has(anyField) ? undefined : flagOf(source.queryset, column);
}

/** What was read or assigned before. An assignment may belong to another branch. */
function knownAttribute({ model, attributes, assigned }: Instance, name: string): Value | undefined {
  const known = attributes.get(name);
  if (!known) return undefined;
  const relation = model.relations.get(name);
  if (known.kind === "instance" && relation && raisesWithoutRow(relation)) return presentRow(known);
  return assigned.has(name) || assigned.has(anyField) ? maybeAbsent(known) : known;
}

export function columnValue(
  model: Model,
  name: string,
  instance: Instance | undefined,
  varies: LoopSet,
): Unknown {
  const field = model.fields.get(name);
  return field ? { kind: "unknown", varies, column: { field, instance } } : unknownVarying(varies);
}

/** Name of the field that an attribute reads: `owner_id` reads `owner`'s column. */
export function columnNamed(model: Model, attribute: string): string | undefined {
  if (attribute === "pk") return model.primaryKey;
  const field = model.fields.get(attribute);
  if (field) return field.name;
  if (!attribute.endsWith("_id")) return undefined;
  const base = model.fields.get(attribute.slice(0, -3));
  return base?.attributeName === attribute ? base.name : undefined;
}

function readColumn(interpreter: Interpreter, instance: Instance, name: string, node: Expression): void {
  const { source, model } = instance;
  const field = model.fields.get(name);
  if (!source || !field || field.primaryKey || instance.isNew) return;
  if (field.kind === "manyToMany" || field.kind === "genericRelation" || field.kind === "genericForeignKey")
    return;
  if (!isDeferred(source.queryset, source.path, [field.name, field.attributeName])) return;
  if (batchedByFetchMode(source.queryset)) return;
  interpreter.queryCounts?.addLoad(interpreter, instance, model.label, node);
  interpreter.record({
    kind: "deferredRead",
    queryset: source.queryset,
    path: source.path,
    field,
    text: interpreter.text(node),
    reason: "read",
    rounds: [],
    ...interpreter.context(interpreter.location(node), instance.varies),
  });
  instance.attributes.set(field.attributeName, unknownVarying(instance.varies));
}

/** `to_attr` of a `Prefetch`: a list of rows under a name of the project's choice. */
function prefetchedInto(instance: Instance, name: string): Value | undefined {
  const { source } = instance;
  if (!source) return undefined;
  const entry = source.queryset.prefetch.get(pathKey([...source.path, name]));
  if (entry?.toAttribute !== name || !entry.queryset) return undefined;
  const { queryset } = entry;
  const row = presentRow(instanceOf(queryset.model, { queryset, path: [], single: false }, instance.varies));
  const relation = instance.model.relations.get(entry.accessor);
  if (relation) keepParent(row, relation, instance, queryset);
  // Rows of `project.tasks` know their project also where a prefetch gives them to other rows.
  const { related } = queryset;
  if (related) keepParent(row, related.relation, related.instance, queryset);
  return collectionOf(row, { kind: "rows" }, instance.varies);
}

/**
 * Django sets the foreign key of the children that a reverse relation gives to the parent itself, with all that it has
 * loaded: of those of its manager, filtered or not, and of those that were prefetched. What they have joined stays.
 */
export function keepParent(
  child: Instance,
  { kind, inverse }: Relation,
  parent: Instance,
  { select }: Queryset,
): void {
  if (kind !== "reverseForeignKey" || !inverse || select.must.has(inverse)) return;
  child.attributes.set(inverse, presentRow(parent));
}

/**
 * Reads a relation of a row. Records the query that it costs where the relation is not loaded.
 * `use`: the caller wants nothing but the key of the related row.
 */
export function readRelation(
  interpreter: Interpreter,
  instance: Instance,
  name: string,
  node: Expression,
  use: RelationUse | undefined,
): Value {
  const known = knownAttribute(instance, name);
  if (known) return known;
  const relation = instance.model.relations.get(name);
  if (!relation) return unknown;
  const row = instance.state.refreshed ? ofNoQueryset(instance) : instance;
  if (!isToOne(relation)) return relatedManager(interpreter, row, relation, node);
  return readToOne(interpreter, row, relation, node, use);
}

/** What `get()` gave is one row, however many lists it stands in: no round of a loop over these has another one. */
function asOneRow(instance: Instance): Instance {
  const { source, varies } = instance;
  if (varies.length === 0 || !source?.single || source.queryset.varies.length > 0) return instance;
  const row = copyOfRow(instance);
  row.varies = noLoops;
  return row;
}

/** The same row, of which no queryset has loaded anything. */
function ofNoQueryset(instance: Instance): Instance {
  const row = copyOfRow(instance);
  row.source = undefined;
  return row;
}

function relatedManager(
  interpreter: Interpreter,
  instance: Instance,
  relation: Relation,
  node: Expression,
): Value {
  const target = relation.target === undefined ? undefined : interpreter.models.model(relation.target);
  if (!target) return unknownVarying(instance.varies);
  return {
    kind: "manager",
    model: target,
    declaration: target.managers.get(target.defaultManager),
    related: { instance, relation },
    location: interpreter.location(node),
  };
}

function readToOne(
  interpreter: Interpreter,
  instance: Instance,
  relation: Relation,
  node: Expression,
  use: RelationUse | undefined,
): Value {
  const { source } = instance;
  const target = relation.target === undefined ? undefined : interpreter.models.model(relation.target);
  const path = source ? source.path.concat(relation.accessor) : none;
  const presence = raisesWithoutRow(relation) ? "present" : source && presenceAt(source.queryset, path);
  if (presence === "missing") {
    const mayBeAssigned = instance.assigned.has(anyField);
    return { kind: "literal", value: null, ...(mayBeAssigned ? { changeable: true } : { lasting: true }) };
  }
  const loadedByGuard = isLoadedByGuard(interpreter, instance, relation.accessor);
  const followed = path.length <= longestPath && !loadedByGuard ? source : undefined;
  const loaded =
    instance.isNew ||
    loadedByGuard ||
    isParentLink(instance.model, relation) ||
    recordUnlessLoaded(interpreter, asOneRow(instance), relation, node, use);
  const value = target
    ? relatedRow(
        target,
        followed ? { queryset: followed.queryset, path, single: followed.single } : undefined,
        instance,
        presence === "present",
      )
    : unknownVarying(instance.varies);
  // It is loaded here, and may not be elsewhere.
  if (loadedByGuard) return value;
  // Django keeps the object, so reading it again is free; the other end of a one-to-one is set with it.
  if (
    value.kind === "instance" &&
    relation.inverse &&
    (relation.kind === "oneToOne" || relation.kind === "reverseOneToOne")
  ) {
    value.attributes.set(relation.inverse, instance);
  }
  if (!use || loaded) instance.attributes.set(relation.accessor, value);
  return value;
}

function relatedRow(
  model: Model,
  source: RowSource | undefined,
  { isNew, varies }: Instance,
  isPresent: boolean,
): Instance {
  const row = instanceOf(model, source, varies);
  row.isNew = isNew;
  row.present = isPresent ? true : undefined;
  return row;
}

function isParentLink(model: Model, relation: Relation): boolean {
  return (
    relation.kind === "oneToOne" && relation.target !== undefined && model.parents.includes(relation.target)
  );
}

/** Whether the relation costs nothing here; if it does cost a query, that is recorded. */
function recordUnlessLoaded(
  interpreter: Interpreter,
  instance: Instance,
  relation: Relation,
  node: Expression,
  use: RelationUse | undefined,
): boolean {
  const { source } = instance;
  const context = () => interpreter.context(interpreter.location(node), instance.varies);
  const countLoad = (): void =>
    interpreter.queryCounts?.addLoad(interpreter, instance, relation.target ?? relation.model, node);
  if (!source) {
    countLoad();
    if (use) recordRead(interpreter, undefined, instance, relation, node, use);
    if (relation.target !== undefined) touchModel(interpreter, relation.target);
    return false;
  }
  const path = source.path.concat(relation.accessor);
  if (source.queryset.rows === "raw") return true;
  if (interpreter.assignedRelations.get(source.queryset.result)?.has(pathKey(path))) return true;
  const coverage = coverageOf(source.queryset, path, interpreter.models);
  if (coverage === "loaded") {
    if (
      source.queryset.selectsAllNonNull ||
      (interpreter.state.calls.length > 0 && interpreter.isRepeated(instance.varies))
    ) {
      interpreter.record({ kind: "coveredRead", queryset: source.queryset, path, ...context() });
    }
    return true;
  }
  if (batchedByFetchMode(source.queryset)) return true;
  countLoad();
  if (relation.target !== undefined) touchModel(interpreter, relation.target);
  recordRead(interpreter, coverage, instance, relation, node, use);
  return false;
}

/** Django 6.1's `FETCH_PEERS` loads a to-one relation for all rows of the result at once. */
function batchedByFetchMode(queryset: Queryset): boolean {
  return queryset.fetchMode !== "one" && !queryset.streamed;
}

/** The object that a relation is read of, under all of its names: that of the request is the same for all of a root. */
function nameInRow(
  interpreter: Interpreter,
  { source, attributes }: Instance,
  { accessor }: Relation,
): readonly [object, string] {
  return source && isOnRequest(interpreter, source)
    ? [interpreter.state.root, `${source.queryset.model.label}:${pathKey([...source.path, accessor])}`]
    : [attributes, accessor];
}

/** `request.user` and its like: what else answers the request has the same row. */
function isOnRequest(interpreter: Interpreter, { queryset }: RowSource): boolean {
  return queryset === interpreter.nowhere(queryset.model);
}

function recordRead(
  interpreter: Interpreter,
  coverage: "maybe" | "unknown" | "missing" | undefined,
  instance: Instance,
  relation: Relation,
  node: Expression,
  use: RelationUse | undefined,
): void {
  const { source } = instance;
  const queryset = source?.queryset ?? interpreter.nowhere(instance.model);
  const path = (source?.path ?? none).concat(relation.accessor);
  const read = (): RelationRead => ({
    kind: "relationRead",
    queryset,
    path,
    relation,
    keyOnly: use !== undefined,
    comparedWith: typeof use === "object" ? use.comparedWith : undefined,
    coverage: coverage ?? "unknown",
    comesWithLazyLoad: source !== undefined && comesWithLazyLoad(interpreter, queryset, path),
    text: interpreter.text(node),
    operation: undefined,
    callerMayLoad:
      source === undefined || (isOnRequest(interpreter, source) && !interpreter.isRepeated(instance.varies)),
    node,
    ...interpreter.context(interpreter.location(node), instance.varies),
  });
  // A single lazy load is what lazy loading is for.
  const [row, name] = nameInRow(interpreter, instance, relation);
  const isSingle = !interpreter.isRepeated(instance.varies);
  if (isSingle && coverage === "missing" && interpreter.state.frame.coroutine) {
    const model = relation.target === undefined ? undefined : interpreter.models.model(relation.target);
    recordCoroutineQuery(interpreter, model ?? instance.model, node, read());
  }
  if (use) {
    const names = interpreter.keyReads.get(row) ?? new Set<string>();
    interpreter.keyReads.set(row, names.add(name));
  } else if (isSingle && !interpreter.keyReads.get(row)?.has(name)) {
    recordSingleRead(interpreter, instance, relation, node);
    return;
  }
  interpreter.record(read());
}
