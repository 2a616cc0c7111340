/**
 * Inheritance of models as `django.db.models.base.ModelBase` does it: fields of abstract bases are copied into each
 * concrete model, concrete bases become multi-table parents with a one-to-one link, proxies share everything.
 */
import type { Ancestor } from "./ancestry.ts";
import { ancestorKey } from "./ancestry.ts";
import { classBody } from "./class-body.ts";
import { columnNamed, type FieldDeclaration } from "./field-declarations.ts";
import type { ModelDeclarations } from "./model-declarations.ts";
import type { ModelRegistry, RegisteredModel } from "./model-registry.ts";
import { stringOf } from "./static-value.ts";

/** A field with the model whose class body declares it. */
export interface PlacedField {
  readonly field: FieldDeclaration;
  readonly declaredIn: RegisteredModel;
}

export interface ParentLink {
  /** Concrete. */
  readonly parent: RegisteredModel;
  readonly link: FieldDeclaration | undefined;
}

/** A model with the fields of its own table. */
export interface InheritedModel {
  readonly model: RegisteredModel;
  /** The columns of its own table and its many-to-many and generic fields; a proxy has none. */
  readonly local: readonly PlacedField[];
  readonly parents: readonly ParentLink[];
  /** The model that a proxy stands for directly. */
  readonly proxyFor: RegisteredModel | undefined;
  /** What was not understood, inherited gaps included. */
  readonly gaps: readonly string[];
}

export interface ModelInheritance {
  of(model: RegisteredModel): InheritedModel;
  /** The model itself, or what a proxy stands for in the end. */
  concrete(model: RegisteredModel): RegisteredModel;
}

export interface Additions {
  readonly fields: readonly FieldDeclaration[];
  /** False when something was added that was not understood. */
  readonly complete: boolean;
}

export interface InheritanceOptions {
  readonly declarations: ModelDeclarations;
  readonly registry: ModelRegistry;
  /** Class name of the implicit primary key: `BigAutoField`. */
  primaryKeyClass(model: RegisteredModel): string;
  /** Fields that code outside of the class adds. */
  additions(model: RegisteredModel): Additions | undefined;
}

export function createModelInheritance(options: InheritanceOptions): ModelInheritance {
  const { declarations, registry } = options;
  const finished = new Map<RegisteredModel, InheritedModel>();

  function of(model: RegisteredModel): InheritedModel {
    const known = finished.get(model);
    if (known) return known;
    // Stored before it is computed: inheritance that closes a circle finds a model without fields.
    finished.set(model, { model, local: [], parents: [], proxyFor: undefined, gaps: ["circular bases"] });
    const inherited = inherit(model);
    finished.set(model, inherited);
    return inherited;
  }

  function registeredAncestor(ancestor: Ancestor): RegisteredModel | undefined {
    const declaration = declarations.ofAncestor(ancestor);
    return declaration && registry.register(declaration);
  }

  function concrete(model: RegisteredModel): RegisteredModel {
    let current = model;
    for (let depth = 0; depth < 20; depth += 1) {
      const { proxyFor } = of(current);
      if (!proxyFor) return current;
      current = proxyFor;
    }
    return current;
  }

  function inherit(model: RegisteredModel): InheritedModel {
    const { declaration } = model;
    const additions = options.additions(model);
    const ownFields = [...declaration.fields, ...(additions?.fields ?? [])];
    const own = ownFields.map((field): PlacedField => ({ field, declaredIn: model }));
    const ownNames = new Set(ownFields.map((field) => field.name));
    const copied = new Map<string, PlacedField>();
    const hidden = new Set<string>();
    const parents: ParentLink[] = [];
    const directBases = new Set(declaration.bases.map(ancestorKey));
    let proxyFor: RegisteredModel | undefined;
    const gaps = new Set(declaration.gaps);
    if (declaration.meta?.complete === false) gaps.add("bases of Meta");
    if (additions?.complete === false) gaps.add("fields added by code outside of the class");

    for (const ancestor of declaration.ancestors) {
      const base = registeredAncestor(ancestor);
      if (!base || !directBases.has(ancestorKey(ancestor))) {
        for (const name of namesOf(ancestor, base)) hidden.add(name);
        for (const gap of base?.declaration.gaps ?? []) gaps.add(gap);
        continue;
      }
      const inherited = of(base);
      for (const gap of inherited.gaps) gaps.add(gap);
      if (base.abstract) {
        for (const placed of inherited.local) {
          const { name } = placed.field;
          const overridden =
            ownNames.has(name) || declaration.names.has(name) || hidden.has(name) || copied.has(name);
          if (!overridden) copied.set(name, placed);
        }
        for (const link of inherited.parents) addParent(parents, link);
        continue;
      }
      for (const placed of inherited.local) hidden.add(placed.field.name);
      if (model.proxy) {
        proxyFor ??= base;
        continue;
      }
      const parent = concrete(base);
      addParent(parents, { parent, link: explicitLink(model, [...own, ...copied.values()], parent) });
    }

    if (model.proxy && proxyFor) {
      for (const gap of of(proxyFor).gaps) gaps.add(gap);
      return { model, local: [], parents: [], proxyFor, gaps: [...gaps] };
    }
    const local = withLinksAndKey(model, own, copied, parents);
    return { model, parents, proxyFor: undefined, gaps: [...gaps], local };
  }

  function namesOf(ancestor: Ancestor, base: RegisteredModel | undefined): readonly string[] {
    const names = ancestor.kind === "class" ? [...classBody(ancestor.symbol).names] : [];
    return base ? [...names, ...of(base).local.map((placed) => placed.field.name)] : names;
  }

  function explicitLink(
    model: RegisteredModel,
    fields: readonly PlacedField[],
    parent: RegisteredModel,
  ): FieldDeclaration | undefined {
    return fields.find(({ field }) => {
      if (field.kind !== "oneToOne" || !field.parentLink || !field.target) return false;
      const target = registry.resolve(field.target, model);
      return target !== undefined && concrete(target) === parent;
    })?.field;
  }

  /** Adds what Django adds by itself: links to parents, the order column, the primary key. */
  function withLinksAndKey(
    model: RegisteredModel,
    own: readonly PlacedField[],
    copied: ReadonlyMap<string, PlacedField>,
    parents: ParentLink[],
  ): readonly PlacedField[] {
    const placed = (field: FieldDeclaration): PlacedField => ({ field, declaredIn: model });
    let local: readonly PlacedField[] = [...copied.values(), ...own];
    parents.forEach((entry, index) => {
      if (entry.link) return;
      const link = parentLinkField(entry.parent);
      parents[index] = { parent: entry.parent, link };
      local = [placed(link), ...local.filter(({ field }) => field.name !== link.name)];
    });
    if (orderedWithRespectTo(model)) {
      local = [
        ...local.filter(({ field }) => field.name !== "_order"),
        placed(columnNamed("_order", undefined, { className: "OrderWrt" })),
      ];
    }
    if (model.abstract || local.some(({ field }) => field.primaryKey)) return local;
    const [first] = parents;
    if (first) {
      return local.map((entry) =>
        entry.field.name === first.link?.name
          ? { ...entry, field: { ...entry.field, primaryKey: true, unique: true, indexed: true } }
          : entry,
      );
    }
    const key = columnNamed("id", undefined, {
      className: options.primaryKeyClass(model),
      primaryKey: true,
      unique: true,
      indexed: true,
    });
    return [placed(key), ...local];
  }

  return { of, concrete };
}

function addParent(parents: ParentLink[], link: ParentLink): void {
  if (!parents.some((entry) => entry.parent === link.parent)) parents.push(link);
}

function orderedWithRespectTo(model: RegisteredModel): boolean {
  const option = model.meta?.option("order_with_respect_to");
  return option !== undefined && stringOf(option) !== undefined;
}

function parentLinkField(parent: RegisteredModel): FieldDeclaration {
  const [appLabel, name] = [parent.appLabel, parent.declaration.name];
  return columnNamed(`${name.toLowerCase()}_ptr`, undefined, {
    kind: "oneToOne",
    className: "OneToOneField",
    target: parent.declaration.symbol
      ? { kind: "symbol", symbol: parent.declaration.symbol }
      : { kind: "label", appLabel, name },
    parentLink: true,
    unique: true,
    indexed: true,
  });
}
