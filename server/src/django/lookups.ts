/**
 * Follows lookup paths through the model graph: `owner__team__name__icontains` of filters and orderings, the relation
 * paths of `select_related` and `prefetch_related`, the field paths of `only` and `defer`.
 */
import { closeNames } from "./close-names.ts";
import {
  type Field,
  isToOne,
  type Model,
  type ModelGraph,
  type ModelLabel,
  type Relation,
} from "./model-graph.ts";

export type PathPart =
  | { readonly kind: "relation"; readonly name: string; readonly relation: Relation }
  | { readonly kind: "field"; readonly name: string; readonly field: Field }
  /** An annotation, an alias or a `FilteredRelation` of the queryset. */
  | { readonly kind: "annotation"; readonly name: string }
  /** A transform or a lookup: `year`, `icontains`; a key of a JSON field. */
  | { readonly kind: "lookup"; readonly name: string };

export type PathResult = ValidPath | InvalidPath | UnknownPath;

export interface ValidPath {
  readonly kind: "valid";
  readonly parts: readonly PathPart[];
  /** The model at the end of the path: of the last relation, or that which has the last field. */
  readonly model: ModelLabel;
}

export interface InvalidPath {
  readonly kind: "invalid";
  /** What comes before the wrong part. */
  readonly parts: readonly PathPart[];
  /** Number of the wrong part, from 0. */
  readonly index: number;
  readonly name: string;
  /** The model on which the wrong name was looked for. */
  readonly model: ModelLabel;
  readonly problem: PathProblem;
  /** Names that may have been meant, nearest first. */
  readonly suggestions: readonly string[];
  /** Every name that would be right there, in order of declaration. */
  readonly choices: readonly string[];
}

export type PathProblem =
  | "unknownName"
  /** A column where a relation is needed. */
  | "notARelation"
  /** `select_related` can't join a relation to many rows. */
  | "toMany"
  /** Neither lookups nor `select_related` can follow a generic foreign key. */
  | "generic";

/** It can't be told: the model is incomplete, the target unknown, or a name may be registered by the project. */
export interface UnknownPath {
  readonly kind: "unknown";
  readonly parts: readonly PathPart[];
  /** Number of the part that can't be followed, from 0. */
  readonly index: number;
}

export interface PathOptions {
  /** Names that the queryset adds: annotations, aliases, filtered relations. */
  readonly annotations?: ReadonlySet<string>;
  /** It adds others, too, which are not known. */
  readonly addsUnknownNames?: boolean;
  /** Lookups and transforms that the project registers. */
  readonly registeredLookups?: ReadonlySet<string>;
  /** Whether a name is an attribute of the class that is neither field nor relation: a property, a method. */
  readonly hasAttribute?: (model: Model, name: string) => boolean;
}

/** Lookups that Django registers for foreign keys. */
const relationLookups: ReadonlySet<string> = new Set(["exact", "gt", "gte", "in", "isnull", "lt", "lte"]);

/** A path of `filter()`, `order_by()`, `values()`, `F()` … A leading `-` or `+` is not part of it. */
export function resolveLookup(
  graph: ModelGraph,
  start: Model,
  path: string,
  options: PathOptions = {},
): PathResult {
  const names = path.split("__");
  const parts: PathPart[] = [];
  let model = start;
  for (const [index, name] of names.entries()) {
    const added = index === 0 ? addedName(names, options) : 0;
    if (added > 0) {
      parts.push({ kind: "annotation", name: names.slice(0, added).join("__") });
      return endWithLookups(parts, names, added, model);
    }
    const relation = model.lookupRelations.get(name);
    if (relation) {
      parts.push({ kind: "relation", name, relation });
      const target = relation.target === undefined ? undefined : graph.model(relation.target);
      if (index + 1 === names.length) return { kind: "valid", parts, model: target?.label ?? model.label };
      if (!target) return { kind: "unknown", parts, index: index + 1 };
      model = target;
      continue;
    }
    const field = fieldNamed(model, name);
    if (field?.kind === "genericForeignKey") {
      return invalid(parts, index, name, model, "generic", lookupChoices(model));
    }
    if (field) {
      parts.push({ kind: "field", name, field });
      return endWithLookups(parts, names, index + 1, model);
    }
    const isAfterRelation = parts.at(-1)?.kind === "relation";
    if (isAfterRelation && index + 1 === names.length && relationLookups.has(name)) {
      parts.push({ kind: "lookup", name });
      return { kind: "valid", parts, model: model.label };
    }
    const mayBeAdded = index === 0 && options.addsUnknownNames;
    const isRegistered = isAfterRelation && options.registeredLookups?.has(name);
    if (mayBeAdded || isRegistered || !model.complete) return { kind: "unknown", parts, index };
    const own = index === 0 ? [...(options.annotations ?? [])] : [];
    return invalid(parts, index, name, model, "unknownName", [...lookupChoices(model), ...own]);
  }
  return { kind: "valid", parts, model: model.label };
}

/** How many parts at the start are the name of an annotation: `tasks__count` has two. */
function addedName(names: readonly string[], { annotations }: PathOptions): number {
  if (!annotations || annotations.size === 0) return 0;
  return names.findIndex((_, index) => annotations.has(names.slice(0, index + 1).join("__"))) + 1;
}

/** Fields are followed by transforms and lookups, which a project may register: none is called wrong. */
function endWithLookups(parts: PathPart[], names: readonly string[], from: number, model: Model): ValidPath {
  for (const name of names.slice(from)) parts.push({ kind: "lookup", name });
  return { kind: "valid", parts, model: model.label };
}

/** A column by its name, by the name of its raw value (`owner_id`), or as `pk`. */
function fieldNamed(model: Model, name: string): Field | undefined {
  const named = model.fields.get(name === "pk" ? model.primaryKey : name);
  if (named) return named;
  if (!name.endsWith("_id")) return undefined;
  const key = model.fields.get(name.slice(0, -"_id".length));
  return key?.attributeName === name ? key : undefined;
}

/** What lookups can name first on rows of the model: columns and relations. */
export function lookupChoices(model: Model): readonly string[] {
  const columns = [...model.fields.values()].filter((field) => field.kind !== "genericForeignKey");
  return [...new Set([...columns.map((field) => field.name), ...model.lookupRelations.keys()])];
}

/** A path of `select_related()`: foreign keys and one-to-one relations, reverse ones by their query name. */
export function resolveSelectRelated(
  graph: ModelGraph,
  start: Model,
  path: string,
  options: PathOptions = {},
): PathResult {
  const names = path.split("__");
  const parts: PathPart[] = [];
  let model = start;
  for (const [index, name] of names.entries()) {
    const relation = model.lookupRelations.get(name) ?? genericKey(model, name);
    if (!relation) {
      // A FilteredRelation that was given a name may be joined by that name.
      if (index === 0 && (options.annotations?.has(name) || options.addsUnknownNames)) {
        return { kind: "unknown", parts, index };
      }
      const column = fieldNamed(model, name);
      if (!column && !model.complete) return { kind: "unknown", parts, index };
      const problem = column ? "notARelation" : "unknownName";
      return invalid(parts, index, name, model, problem, joinableChoices(model));
    }
    if (!isJoinable(relation)) {
      const problem = relation.kind === "genericForeignKey" ? "generic" : "toMany";
      return invalid(parts, index, name, model, problem, joinableChoices(model));
    }
    parts.push({ kind: "relation", name, relation });
    const target = relation.target === undefined ? undefined : graph.model(relation.target);
    if (!target) {
      if (index + 1 === names.length) return { kind: "valid", parts, model: model.label };
      return { kind: "unknown", parts, index: index + 1 };
    }
    model = target;
  }
  return { kind: "valid", parts, model: model.label };
}

/** A foreign key that is unique can be joined from its other end too. */
function isJoinable(relation: Relation): boolean {
  if (relation.kind === "reverseForeignKey") return relation.field.unique;
  return isToOne(relation) && relation.kind !== "genericForeignKey";
}

function genericKey(model: Model, name: string): Relation | undefined {
  const relation = model.relations.get(name);
  return relation?.kind === "genericForeignKey" ? relation : undefined;
}

/** The relations that `select_related()` can join to rows of the model. */
export function joinableChoices(model: Model): readonly string[] {
  return [...model.lookupRelations].filter(([, relation]) => isJoinable(relation)).map(([name]) => name);
}

/** A path of `prefetch_related()`: relations of any kind by the name of their attribute. */
export function resolvePrefetch(
  graph: ModelGraph,
  start: Model,
  path: string,
  options: PathOptions = {},
): PathResult {
  const names = path.split("__");
  const parts: PathPart[] = [];
  let model = start;
  for (const [index, name] of names.entries()) {
    const relation = model.relations.get(name);
    if (!relation) {
      // `to_attr` of an earlier prefetch, or a property that gives objects, can be followed too.
      const column = fieldNamed(model, name);
      const isOther = options.annotations?.has(name) || (!column && options.hasAttribute?.(model, name));
      if (isOther || (!column && !model.complete)) return { kind: "unknown", parts, index };
      const choices = [...model.relations.keys()];
      return invalid(parts, index, name, model, column ? "notARelation" : "unknownName", choices);
    }
    parts.push({ kind: "relation", name, relation });
    const target = relation.target === undefined ? undefined : graph.model(relation.target);
    if (!target) {
      if (index + 1 === names.length) return { kind: "valid", parts, model: model.label };
      return { kind: "unknown", parts, index: index + 1 };
    }
    model = target;
  }
  return { kind: "valid", parts, model: model.label };
}

/** Attributes of a row, one after the other: `owner.name`. Wrong is only what `hasAttribute` denies. */
export function resolveAttributes(
  graph: ModelGraph,
  start: Model,
  path: string,
  { hasAttribute = () => true }: PathOptions = {},
): PathResult {
  const names = path.split(".");
  const parts: PathPart[] = [];
  let model = start;
  for (const [index, name] of names.entries()) {
    const relation = model.relations.get(name);
    if (relation) {
      parts.push({ kind: "relation", name, relation });
      const target = relation.target === undefined ? undefined : graph.model(relation.target);
      if (index + 1 === names.length) return { kind: "valid", parts, model: target?.label ?? model.label };
      if (!target || !isToOne(relation)) return { kind: "unknown", parts, index: index + 1 };
      model = target;
      continue;
    }
    const field = fieldNamed(model, name);
    if (field && index + 1 === names.length) {
      parts.push({ kind: "field", name, field });
      return { kind: "valid", parts, model: model.label };
    }
    if (field || !model.complete || hasAttribute(model, name)) return { kind: "unknown", parts, index };
    const choices = [...model.fields.keys(), ...model.relations.keys()];
    return invalid(parts, index, name, model, "unknownName", [...new Set(choices)]);
  }
  return { kind: "valid", parts, model: model.label };
}

/** A path of `only()` and `defer()`: a column, or a column of a related row that is joined. */
export function resolveFieldPath(
  graph: ModelGraph,
  start: Model,
  path: string,
  options: PathOptions = {},
): PathResult {
  const result = resolveLookup(graph, start, path, options);
  if (result.kind !== "valid") return result;
  const lookup = result.parts.findIndex((part) => part.kind === "lookup");
  if (lookup === -1) return result;
  const before = result.parts[lookup - 1];
  const wrong = result.parts[lookup];
  // Columns have no parts: `only("title__name")` raises.
  if (before?.kind !== "field" || !wrong)
    return { kind: "unknown", parts: result.parts.slice(0, lookup), index: lookup };
  const model = graph.model(result.model) ?? start;
  return invalid(result.parts.slice(0, lookup), lookup - 1, before.name, model, "notARelation", []);
}

function invalid(
  parts: readonly PathPart[],
  index: number,
  name: string,
  model: Model,
  problem: PathProblem,
  choices: readonly string[],
): InvalidPath {
  const suggestions = closeNames(name, choices);
  return { kind: "invalid", parts, index, name, model: model.label, problem, suggestions, choices };
}
