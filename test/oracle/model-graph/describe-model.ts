/** A model of the analysis in the form in which `dump_models.py` describes those of real Django. */
import type { Field, Index, Manager, Model } from "../../../server/src/django/model-graph.ts";

export function describeModel(model: Model): Record<string, unknown> {
  return {
    proxyFor: model.proxyFor ?? null,
    parents: model.parents,
    managed: model.managed,
    primaryKey: model.primaryKey,
    fields: mapValues(model.fields, describeField),
    relations: mapValues(model.relations, ({ kind, target, nullable }) => ({
      kind,
      target: target ?? null,
      nullable: kind === "genericForeignKey" ? false : nullable,
    })),
    lookupRelations: mapValues(model.lookupRelations, (relation) => relation.target ?? null),
    managers: mapValues(model.managers, describeManager),
    defaultManager: model.defaultManager,
    baseManager: model.baseManager ?? null,
    ordering: model.meta.ordering,
    getLatestBy: model.meta.getLatestBy,
    uniqueTogether: model.meta.uniqueTogether,
    indexes: model.meta.indexes
      .filter(({ origin }) => origin === "index" || origin === "uniqueConstraint")
      .map(describeIndex),
  };
}

function describeField(field: Field): Record<string, unknown> {
  return {
    attributeName: field.attributeName,
    kind: field.kind,
    className: field.className,
    baseClassName: field.baseClassName,
    target: field.target ?? null,
    null: field.null,
    unique: field.unique,
    primaryKey: field.primaryKey,
    indexed: field.indexed,
    toField: field.toField ?? null,
    databaseConstraint: field.databaseConstraint,
    choices: field.choices ?? null,
    autoNow: field.autoNow,
    autoNowAdd: field.autoNowAdd,
    hasDefault: field.hasDefault,
    through: field.through ?? null,
    generic: field.generic ?? null,
    // Django copies generic fields, which have no column, into every child and proxy.
    model: field.generic ? null : field.model,
  };
}

function describeManager(manager: Manager): Record<string, unknown> {
  return {
    managerClass: manager.managerClass?.name ?? null,
    querysetClass: manager.querysetClass?.name ?? null,
  };
}

function describeIndex(index: Index): Record<string, unknown> {
  return {
    fields: index.fields ?? null,
    unique: index.unique,
    partial: index.partial,
    // Without a name, Django makes one from a hash.
    name: index.name ?? "made by Django",
    method: index.method ?? null,
  };
}

function mapValues<In, Out>(map: ReadonlyMap<string, In>, change: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries([...map].map(([key, value]) => [key, change(value)]));
}
