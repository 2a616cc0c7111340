/** Puts the registered models together into the graph: fields with their targets, relations both ways, managers. */
import type { ClassSymbol } from "../python/symbols.ts";
import { canonicalName, symbolName } from "./canonical-names.ts";
import type { Evaluator } from "./evaluation.ts";
import { columnNamed, type FieldDeclaration } from "./field-declarations.ts";
import { libraryModelAt } from "./library-facts/library-facts.ts";
import { libraryMeta } from "./meta-declarations.ts";
import type { ModelDeclaration, ModelDeclarations } from "./model-declarations.ts";
import type { Field, Model, ModelGraph, ModelLabel } from "./model-graph.ts";
import type { InheritedModel, ModelInheritance, PlacedField } from "./model-inheritance.ts";
import { modelManagers } from "./model-managers.ts";
import { modelMeta } from "./model-options.ts";
import { isTrueOption, type ModelRegistry, type RegisteredModel } from "./model-registry.ts";
import {
  collectReverseRelations,
  type ResolvedField,
  type ReverseRelation,
  relationsOf,
} from "./model-relations.ts";
import { throughName } from "./relation-names.ts";
import type { UserModelChoice } from "./user-model.ts";

export interface AssemblyInput {
  readonly evaluator: Evaluator;
  readonly declarations: ModelDeclarations;
  readonly registry: ModelRegistry;
  readonly inheritance: ModelInheritance;
  readonly userModel: UserModelChoice;
}

export function assembleModelGraph(input: AssemblyInput): ModelGraph {
  const { registry, inheritance } = input;
  registry.labelled(input.userModel.label);
  const localFields = resolveLocalFields(input);
  const concreteFields = [...localFields].flatMap(([model, fields]) => (model.abstract ? [] : fields));
  const reverse = collectReverseRelations(concreteFields, inheritance);
  const built = new Map<RegisteredModel, Model>();

  /** Parents of a multi-table child, nearest first. */
  function ancestorsByTable(
    model: RegisteredModel,
    seen = new Set<RegisteredModel>(),
  ): readonly RegisteredModel[] {
    for (const { parent } of inheritance.of(inheritance.concrete(model)).parents) {
      if (seen.has(parent)) continue;
      seen.add(parent);
      ancestorsByTable(parent, seen);
    }
    return [...seen];
  }

  function allFields(model: RegisteredModel): readonly ResolvedField[] {
    const concrete = inheritance.concrete(model);
    const fields = new Map<string, ResolvedField>();
    for (const source of [...[...ancestorsByTable(concrete)].reverse(), concrete]) {
      for (const resolved of localFields.get(source) ?? []) {
        fields.delete(resolved.field.name);
        fields.set(resolved.field.name, resolved);
      }
    }
    return [...fields.values()];
  }

  function build(model: RegisteredModel): Model {
    const known = built.get(model);
    if (known) return known;
    const inherited = inheritance.of(model);
    const concrete = inheritance.concrete(model);
    const tables = [concrete, ...ancestorsByTable(concrete)];
    const fields = allFields(model);
    const { relations, lookupRelations } = relationsOf(
      model,
      fields,
      tables.map((owner): { owner: RegisteredModel; reverse: readonly ReverseRelation[] } => ({
        owner,
        reverse: model.abstract ? [] : (reverse.relations.get(owner) ?? []),
      })),
      new Set([...lineageOf(model), ...tables]),
    );
    const declaration = model.declaration;
    const gaps = gapsOf(inherited, tables);
    const graphModel: Model = {
      label: model.label,
      name: declaration.name,
      appLabel: model.appLabel,
      symbol: declaration.symbol,
      location: declaration.location,
      abstract: model.abstract,
      proxyFor: inherited.proxyFor?.label,
      parents: tables.slice(1).map((parent) => parent.label),
      managed: model.meta?.option("managed") === undefined || isTrueOption(model.meta, "managed"),
      complete: gaps.length === 0,
      gaps,
      fields: new Map(fields.map(({ field }) => [field.name, field])),
      relations,
      lookupRelations,
      primaryKey: primaryKeyOf(concrete),
      ...modelManagers(model, input.declarations, registry),
      meta: modelMeta(input.evaluator, inherited, concreteBaseMeta(model)),
    };
    built.set(model, graphModel);
    return graphModel;
  }

  function lineageOf(model: RegisteredModel): readonly RegisteredModel[] {
    const lineage: RegisteredModel[] = [];
    for (let current: RegisteredModel | undefined = model; current && !lineage.includes(current); ) {
      lineage.push(current);
      current = inheritance.of(current).proxyFor;
    }
    return lineage;
  }

  function gapsOf(inherited: InheritedModel, tables: readonly RegisteredModel[]): readonly string[] {
    const gaps = new Set(inherited.gaps);
    if (!input.userModel.certain && inherited.model.label === input.userModel.label) {
      gaps.add("settings that name the user model");
    }
    for (const table of tables) {
      for (const gap of inheritance.of(table).gaps) gaps.add(gap);
      if (reverse.unnamed.has(table)) gaps.add("a related_name that is not a constant");
    }
    return [...gaps];
  }

  function primaryKeyOf(concrete: RegisteredModel): string {
    const local = localFields.get(concrete) ?? [];
    return local.find(({ field }) => field.primaryKey)?.field.name ?? "id";
  }

  /** `ordering` and `get_latest_by` pass from a concrete base to a model whose own `Meta` doesn't set them. */
  function concreteBaseMeta(model: RegisteredModel) {
    for (const ancestor of model.declaration.ancestors) {
      const declaration = input.declarations.ofAncestor(ancestor);
      const base = declaration && registry.register(declaration);
      if (base && base !== model) return base.abstract ? undefined : build(base).meta;
    }
    return undefined;
  }

  const models = registry.models.map((model) => [model, build(model)] as const);
  return modelGraph(models, input);
}

function modelGraph(
  models: readonly (readonly [RegisteredModel, Model])[],
  input: AssemblyInput,
): ModelGraph {
  const { registry } = input;
  const byLabel = new Map<ModelLabel, Model>();
  const bySymbol = new Map<string, Model>();
  const byPath = new Map<string, Model>();
  const byName = new Map<string, Model[]>();
  for (const [registered, model] of models) {
    const { symbol, library } = registered.declaration;
    // Of two classes with one label the registry knows which is meant; the other is found by its class only.
    if (!byLabel.has(model.label) || registry.labelled(model.label) === registered)
      byLabel.set(model.label, model);
    if (symbol) {
      bySymbol.set(symbol.id, model);
      byPath.set(symbolName(symbol) ?? symbol.id, model);
    }
    if (library) byPath.set(library.path, model);
    byName.set(model.name, [...(byName.get(model.name) ?? []), model]);
  }
  const byExternalName = new Map<string, Model | "none">();
  const labelsInAnyCase = new Map([...byLabel].map(([label, model]) => [label.toLowerCase(), model]));
  const labelled = (label: string): Model | undefined =>
    byLabel.get(label) ?? labelsInAnyCase.get(label.toLowerCase());
  return {
    models: byLabel,
    model: labelled,
    modelOfClass: (symbol: ClassSymbol) => bySymbol.get(symbol.id),
    modelOfExternal: (name) => {
      let model = byExternalName.get(name);
      if (model === undefined) {
        const path = canonicalName(name);
        const library = libraryModelAt(path);
        model = byPath.get(path) ?? (library && byPath.get(library.path)) ?? "none";
        byExternalName.set(name, model);
      }
      return model === "none" ? undefined : model;
    },
    userModel: labelled(input.userModel.label),
    modelsNamed: (name) => byName.get(name) ?? [],
  };
}

/**
 * The fields of every model's own table with their targets. Looking a target up may register further models of
 * libraries, whose fields are looked up in turn; so may the tables that many-to-many fields bring along.
 */
function resolveLocalFields(input: AssemblyInput): ReadonlyMap<RegisteredModel, readonly ResolvedField[]> {
  const { registry, inheritance, declarations } = input;
  const resolved = new Map<RegisteredModel, readonly ResolvedField[]>();
  // `registry.models` grows while it is walked.
  for (const model of registry.models) {
    for (const ancestor of model.declaration.ancestors) {
      const declaration = declarations.ofAncestor(ancestor);
      if (declaration) registry.register(declaration);
    }
    resolved.set(
      model,
      inheritance.of(model).local.map((placed) => resolveField(input, model, placed)),
    );
  }
  return resolved;
}

function resolveField(input: AssemblyInput, holder: RegisteredModel, placed: PlacedField): ResolvedField {
  const { inheritance } = input;
  const { field: declaration, declaredIn } = placed;
  const target = targetOf(input, holder, declaration);
  const toOne = declaration.kind === "foreignKey" || declaration.kind === "oneToOne";
  const field: Field = {
    name: declaration.name,
    attributeName: toOne ? `${declaration.name}_id` : declaration.name,
    kind: declaration.kind,
    className: declaration.className,
    baseClassName: declaration.baseClassName,
    target: target?.label,
    null: declaration.null,
    unique: declaration.unique,
    primaryKey: declaration.primaryKey,
    indexed: declaration.indexed,
    toField: target && declaration.toField === keyName(inheritance, target) ? undefined : declaration.toField,
    databaseConstraint: declaration.databaseConstraint,
    choices: declaration.choices,
    autoNow: declaration.autoNow,
    autoNowAdd: declaration.autoNowAdd,
    hasDefault: declaration.hasDefault,
    wide: declaration.wide,
    through: declaration.kind === "manyToMany" ? throughLabel(input, holder, declaration, target) : undefined,
    generic: declaration.generic,
    declaredIn: declaredIn.label,
    model: holder.label,
    location: declaration.location,
  };
  return { declaration, field, holder, target };
}

function targetOf(
  { registry, inheritance }: AssemblyInput,
  holder: RegisteredModel,
  declaration: FieldDeclaration,
): RegisteredModel | undefined {
  if (declaration.throughTarget === undefined || !declaration.through) {
    return declaration.target && registry.resolve(declaration.target, holder);
  }
  const through = registry.resolve(declaration.through, holder);
  if (!through) return undefined;
  const key = inheritance.of(through).local.find(({ field }) => field.name === declaration.throughTarget);
  return key?.field.target && registry.resolve(key.field.target, through);
}

function keyName(inheritance: ModelInheritance, model: RegisteredModel): string | undefined {
  return inheritance.of(inheritance.concrete(model)).local.find(({ field }) => field.primaryKey)?.field.name;
}

function throughLabel(
  input: AssemblyInput,
  holder: RegisteredModel,
  declaration: FieldDeclaration,
  target: RegisteredModel | undefined,
): ModelLabel | undefined {
  if (declaration.through) return input.registry.resolve(declaration.through, holder)?.label;
  if (holder.abstract || holder.swapped) return undefined;
  return input.registry.register(throughDeclaration(holder, declaration, target)).label;
}

/** The table that Django makes for a many-to-many field: a foreign key to each side. */
function throughDeclaration(
  holder: RegisteredModel,
  field: FieldDeclaration,
  target: RegisteredModel | undefined,
): ModelDeclaration {
  const name = throughName(holder, field.name);
  const from = holder.declaration.name.toLowerCase();
  const to = target?.declaration.name.toLowerCase() ?? "unknown";
  const key = (keyName: string, model: RegisteredModel | undefined): FieldDeclaration =>
    columnNamed(keyName, field.location, {
      kind: "foreignKey",
      className: "ForeignKey",
      indexed: true,
      target: model
        ? { kind: "label", appLabel: model.appLabel, name: model.declaration.name }
        : { kind: "unknown" },
      relatedName: `${name}+`,
      databaseConstraint: field.databaseConstraint,
    });
  const fields =
    from === to
      ? [key(`from_${from}`, holder), key(`to_${to}`, target)]
      : [key(from, holder), key(to, target)];
  return {
    id: `through:${holder.declaration.id}.${field.name}`,
    name,
    moduleName: holder.declaration.moduleName,
    symbol: undefined,
    library: undefined,
    appLabel: holder.appLabel,
    location: field.location,
    ancestors: [{ kind: "root" }],
    bases: [{ kind: "root" }],
    fields,
    names: new Set(fields.map((column) => column.name)),
    managers: [],
    meta: libraryMeta({ uniqueTogether: [fields.map((column) => column.name)] }, false),
    gaps: target ? [] : ["target of the relation"],
  };
}
