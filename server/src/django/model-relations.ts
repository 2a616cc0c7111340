/** The forward and reverse relations of all models, by accessor and by query name. */
import type { FieldDeclaration } from "./field-declarations.ts";
import type { Field, ModelLabel, Relation } from "./model-graph.ts";
import type { ModelInheritance } from "./model-inheritance.ts";
import type { RegisteredModel } from "./model-registry.ts";
import { type ReverseNames, reverseNames } from "./relation-names.ts";

/** A field of a concrete model with what it points to. */
export interface ResolvedField {
  readonly declaration: FieldDeclaration;
  readonly field: Field;
  /** The model whose table holds it. */
  readonly holder: RegisteredModel;
  readonly target: RegisteredModel | undefined;
}

/** A relation as its target sees it. */
export interface ReverseRelation {
  readonly resolved: ResolvedField;
  readonly accessor: string | undefined;
  readonly queryName: string | undefined;
  /** The declared target, which may be a proxy: a many-to-many accessor stands on the proxy only. */
  readonly target: RegisteredModel;
}

/** Reverse relations by the concrete model that they lead to. */
export type ReverseRelations = ReadonlyMap<RegisteredModel, readonly ReverseRelation[]>;

export interface CollectedReverseRelations {
  readonly relations: ReverseRelations;
  /** Concrete models that have a reverse accessor whose name is not known. */
  readonly unnamed: ReadonlySet<RegisteredModel>;
}

export function collectReverseRelations(
  fields: Iterable<ResolvedField>,
  inheritance: ModelInheritance,
): CollectedReverseRelations {
  const relations = new Map<RegisteredModel, ReverseRelation[]>();
  const unnamed = new Set<RegisteredModel>();
  for (const resolved of fields) {
    const { declaration, holder, target } = resolved;
    if (!target || holder.swapped) continue;
    const concrete = inheritance.concrete(target);
    const names = reverseNamesOf(declaration, holder);
    if (!names.known) unnamed.add(concrete);
    if (!names.known || (names.accessor === undefined && names.queryName === undefined)) continue;
    const list = relations.get(concrete) ?? [];
    relations.set(concrete, list);
    list.push({ resolved, accessor: names.accessor, queryName: names.queryName, target });
  }
  return { relations, unnamed };
}

function reverseNamesOf(declaration: FieldDeclaration, holder: RegisteredModel): ReverseNames {
  const names = reverseNames(declaration, holder);
  if (declaration.kind !== "genericRelation") return names;
  // What a generic relation leads to can be followed back only under a `related_query_name`.
  const queryName = declaration.relatedQueryName === undefined ? undefined : names.queryName;
  return { accessor: queryName, queryName, known: names.known };
}

export interface RelationMaps {
  readonly relations: ReadonlyMap<string, Relation>;
  readonly lookupRelations: ReadonlyMap<string, Relation>;
}

/**
 * @param fields the fields of the model, those of multi-table parents included
 * @param trees reverse relations of the concrete model, then of its multi-table parents
 */
export function relationsOf(
  model: RegisteredModel,
  fields: readonly ResolvedField[],
  trees: readonly { readonly owner: RegisteredModel; readonly reverse: readonly ReverseRelation[] }[],
  lineage: ReadonlySet<RegisteredModel>,
): RelationMaps {
  const relations = new Map<string, Relation>();
  const lookupRelations = new Map<string, Relation>();
  for (const resolved of fields) {
    const relation = forwardRelation(model.label, resolved);
    if (!relation) continue;
    relations.set(relation.accessor, relation);
    // A generic foreign key can't be followed by a lookup.
    if (relation.kind !== "genericForeignKey") lookupRelations.set(relation.queryName, relation);
  }
  const fieldNames = new Set(fields.map(({ field }) => field.name));
  for (const { owner, reverse } of trees) {
    for (const entry of reverse) {
      const relation = backwardRelation(model.label, entry);
      const { accessor, queryName } = entry;
      const reachable = entry.resolved.declaration.kind !== "manyToMany" || lineage.has(entry.target);
      if (accessor !== undefined && reachable && !fieldNames.has(accessor) && !relations.has(accessor)) {
        relations.set(accessor, relation);
      }
      // The links to the children of a parent are no fields of a child.
      const parentLink = entry.resolved.declaration.parentLink && owner !== trees[0]?.owner;
      if (
        queryName !== undefined &&
        !parentLink &&
        !fieldNames.has(queryName) &&
        !lookupRelations.has(queryName)
      ) {
        lookupRelations.set(queryName, relation);
      }
    }
  }
  return { relations, lookupRelations };
}

function forwardRelation(model: ModelLabel, resolved: ResolvedField): Relation | undefined {
  const { field, declaration, holder, target } = resolved;
  if (field.kind === "column") return undefined;
  const names = target ? reverseNamesOf(declaration, holder) : undefined;
  return {
    kind: field.kind,
    accessor: field.name,
    queryName: field.name,
    model,
    target: field.target,
    nullable: field.kind === "manyToMany" || field.kind === "genericRelation" ? false : field.null,
    field,
    inverse: names?.known ? names.accessor : undefined,
  };
}

function backwardRelation(model: ModelLabel, entry: ReverseRelation): Relation {
  const { field, holder } = entry.resolved;
  return {
    kind: backwardKind(field),
    accessor: entry.accessor ?? "",
    queryName: entry.queryName ?? "",
    model,
    target: holder.label,
    nullable: field.kind === "oneToOne",
    field,
    inverse: field.name,
  };
}

function backwardKind(field: Field): Relation["kind"] {
  switch (field.kind) {
    case "oneToOne":
      return "reverseOneToOne";
    case "manyToMany":
      return "reverseManyToMany";
    case "foreignKey":
    case "genericRelation":
    case "genericForeignKey":
    case "column":
      return "reverseForeignKey";
  }
}
