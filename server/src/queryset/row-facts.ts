/** What a queryset's own conditions tell about the relations of its rows. */
import { unreachable } from "../base/invariant.ts";
import type { Model, ModelGraph, Relation } from "../django/model-graph.ts";
import { pathKey } from "./coverage.ts";
import { alternativesOf } from "./join.ts";
import type { Queryset, RowFacts } from "./queryset.ts";
import type { Condition, Value } from "./value.ts";

/** Whether there is a row at the end of the path, as the conditions have it; undefined where they leave that open. */
export function presenceAt(queryset: Queryset, path: readonly string[]): "present" | "missing" | undefined {
  const { filters, combined, unknownOperations, related, prefetch } = queryset;
  if (combined || unknownOperations) return undefined;
  const isChildOfParent = related?.relation.kind === "reverseForeignKey";
  if (isChildOfParent && path.length === 1 && path[0] === related.relation.inverse) return "present";
  const key = pathKey(path);
  for (const { rows } of filters) {
    if (!rows) continue;
    if (rows.present.has(key)) return "present";
    if (rows.missing.has(key)) return "missing";
    for (let length = 0; length < path.length; length++) {
      const among = rows.among.get(pathKey(path.slice(0, length)));
      const presence = among && presenceAt(among, path.slice(length));
      if (presence) return presence;
    }
  }
  for (let length = path.length - 1; length > 0; length--) {
    const through = prefetch.get(pathKey(path.slice(0, length)));
    if (through?.queryset && through.certain) return presenceAt(through.queryset, path.slice(length));
  }
  return undefined;
}

/** What the conditions say that a boolean column of the rows holds; undefined where they leave that open. */
export function flagOf(
  { filters, combined, unknownOperations }: Queryset,
  name: string,
): boolean | undefined {
  if (combined || unknownOperations) return undefined;
  for (const { rows } of filters) {
    const flag = rows?.flags.get(name);
    if (flag !== undefined) return flag;
  }
  return undefined;
}

/** What holds for each row that meets the condition; undefined where that is nothing of interest. */
export function factsOf(condition: Condition, model: Model, graph: ModelGraph): RowFacts | undefined {
  const facts = factsWhere(condition, true, model, graph);
  const { present, missing, among, flags } = facts;
  return present.size + missing.size + among.size + flags.size > 0 ? facts : undefined;
}

const noFacts: RowFacts = { present: new Set(), missing: new Set(), among: new Map(), flags: new Map() };

function factsWhere(condition: Condition, holds: boolean, model: Model, graph: ModelGraph): RowFacts {
  switch (condition.kind) {
    case "lookup":
      return factsOfLookup(condition.lookup, condition.value, holds, model, graph);
    case "not":
      return factsWhere(condition.part, !holds, model, graph);
    case "all":
    case "any": {
      const parts = condition.parts.map((part) => factsWhere(part, holds, model, graph));
      const [first = noFacts, ...rest] = parts;
      // Where not all of them hold, one of them does not.
      return rest.reduce((condition.kind === "all") === holds ? allOf : commonOf, first);
    }
    case "unknown":
      return noFacts;
    default:
      return unreachable(condition);
  }
}

function allOf(first: RowFacts, second: RowFacts): RowFacts {
  return {
    present: new Set([...first.present, ...second.present]),
    missing: new Set([...first.missing, ...second.missing]),
    among: new Map([...first.among, ...second.among]),
    flags: new Map([...first.flags, ...second.flags]),
  };
}

function commonOf(first: RowFacts, second: RowFacts): RowFacts {
  return {
    present: new Set([...first.present].filter((path) => second.present.has(path))),
    missing: new Set([...first.missing].filter((path) => second.missing.has(path))),
    among: new Map([...first.among].filter(([path, queryset]) => second.among.get(path) === queryset)),
    flags: new Map([...first.flags].filter(([name, flag]) => second.flags.get(name) === flag)),
  };
}

/** The to-one relations at the beginning of a lookup, and what is asked of the row at their end. */
interface LookupPath {
  readonly relations: readonly string[];
  /** Segments behind the relations; without the key of the last one, where that is compared. */
  readonly rest: readonly string[];
  /** The last relation itself is compared, or its key. */
  readonly isDirect: boolean;
}

function factsOfLookup(
  lookup: string,
  value: Value,
  holds: boolean,
  model: Model,
  graph: ModelGraph,
): RowFacts {
  const flags = flagsOfLookup(lookup, value, holds, model);
  if (flags) return { ...noFacts, flags };
  const { relations, rest, isDirect } = parse(lookup, model, graph);
  const path = pathKey(relations);
  const asked = rest.at(-1) ?? "exact";
  const present = new Set(prefixesOf(relations));
  if (!isDirect) {
    return holds && isAboutSomething(rest.length > 1 ? asked : "exact", value)
      ? { ...noFacts, present }
      : noFacts;
  }
  const nullness = nullnessAskedFor(asked, value);
  if (nullness === undefined) return noFacts;
  if (nullness === "null") {
    if (holds) return relations.length > 0 ? { ...noFacts, missing: new Set([path]) } : noFacts;
    return { ...noFacts, present };
  }
  if (!holds) {
    return asked === "isnull" && relations.length > 0 ? { ...noFacts, missing: new Set([path]) } : noFacts;
  }
  const rows = asked === "exact" || asked === "in" ? rowsAmong(value) : undefined;
  return { ...noFacts, present, among: rows ? new Map([[path, rows]]) : noFacts.among };
}

/** `done=True`, `done__exact=False`: rows whose column is NULL meet neither, and are left by `exclude()`. */
function flagsOfLookup(
  lookup: string,
  value: Value,
  holds: boolean,
  model: Model,
): ReadonlyMap<string, boolean> | undefined {
  const field = model.fields.get(lookup.replace(/__exact$/, ""));
  if (field?.baseClassName !== "BooleanField" && field?.baseClassName !== "NullBooleanField")
    return undefined;
  const [only, ...others] = alternativesOf(value);
  if (only?.kind !== "literal" || only.changeable || typeof only.value !== "boolean" || others.length > 0)
    return undefined;
  if (!holds && field.null) return undefined;
  return new Map([[field.name, only.value === holds]]);
}

/** What a lookup asks of a column behind the relations is met by no row where they lead nowhere. */
function isAboutSomething(asked: string, value: Value): boolean {
  if (asked === "isnull") return value.kind === "literal" && !value.changeable && value.value === false;
  return alternativesOf(value).every((item) => item.kind !== "literal" || item.value !== null);
}

function parse(lookup: string, start: Model, graph: ModelGraph): LookupPath {
  const segments = lookup.split("__");
  const relations: string[] = [];
  let model: Model | undefined = start;
  for (const [index, segment] of segments.entries()) {
    const relation: Relation | undefined = model && forwardRelation(model, segment);
    if (!relation) {
      const rest = segments.slice(index);
      const isKey = segment === "pk" || segment === model?.primaryKey;
      return isKey
        ? { relations, rest: rest.slice(1), isDirect: true }
        : { relations, rest, isDirect: relations.length > 0 && isLookup(model, segment) };
    }
    relations.push(relation.accessor);
    model = relation.target === undefined ? undefined : graph.model(relation.target);
  }
  return { relations, rest: [], isDirect: true };
}

/** `project` and `project_id` */
function forwardRelation(model: Model, name: string): Relation | undefined {
  const field = model.fields.get(name) ?? model.fields.get(name.replace(/_id$/, ""));
  if (!field || (field.name !== name && field.attributeName !== name)) return undefined;
  const relation = model.relations.get(field.name);
  return relation?.kind === "foreignKey" || relation?.kind === "oneToOne" ? relation : undefined;
}

/** What can be asked of a foreign key itself. */
const lookupsOfKeys: ReadonlySet<string> = new Set(["exact", "in", "isnull", "gt", "gte", "lt", "lte"]);

function isLookup(model: Model | undefined, segment: string): boolean {
  return lookupsOfKeys.has(segment) && model?.fields.has(segment) !== true;
}

function prefixesOf(path: readonly string[]): readonly string[] {
  return path.map((_, index) => pathKey(path.slice(0, index + 1)));
}

/** Whether rows match whose column is NULL, or only others; undefined where the value leaves that open. */
function nullnessAskedFor(lookup: string, value: Value): "null" | "something" | undefined {
  switch (lookup) {
    case "isnull":
      if (value.kind !== "literal" || value.changeable) return undefined;
      return value.value === false ? "something" : "null";
    case "exact":
    case "iexact":
      return nullnessOf(value);
    default:
      // NULL is neither in a list nor greater than anything.
      return "something";
  }
}

function nullnessOf(value: Value): "null" | "something" | undefined {
  switch (value.kind) {
    case "literal":
      if (value.value !== null) return "something";
      return value.changeable ? undefined : "null";
    case "instance":
      return value.present ? "something" : undefined;
    case "unknown":
      return value.given || value.column?.field.primaryKey ? "something" : undefined;
    case "union": {
      const [first, ...rest] = value.alternatives.map(nullnessOf);
      return rest.every((nullness) => nullness === first) ? first : undefined;
    }
    case "queryset":
      return "something";
    default:
      return undefined;
  }
}

/** A subquery gives rows, or their keys. */
function rowsAmong(value: Value): Queryset | undefined {
  if (value.kind !== "queryset") return undefined;
  if (value.rows === "instances") return value;
  const [column, ...others] = value.columns;
  const isKey = column === "pk" || column === value.model.primaryKey;
  return isKey && others.length === 0 ? value : undefined;
}

/** The value of `Q(…)` as a condition. */
export function conditionOf(value: Value): Condition {
  const conditions = alternativesOf(value).map(
    (item): Condition => (item.kind === "unknown" && item.condition ? item.condition : { kind: "unknown" }),
  );
  return conditions.length === 1 && conditions[0] ? conditions[0] : { kind: "any", parts: conditions };
}
