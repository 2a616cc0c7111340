/** Which model a name or class stands for: Django's application registry, before fields are inherited. */

import type { PythonProgram } from "../python/program.ts";
import type { PythonSymbol } from "../python/symbols.ts";
import { type Apps, labelByPlace } from "./apps.ts";
import { symbolName } from "./canonical-names.ts";
import type { Evaluator } from "./evaluation.ts";
import { libraryAppLabel, libraryModelAt, libraryModelLabelled } from "./library-facts/library-facts.ts";
import type { MetaDeclaration } from "./meta-declarations.ts";
import { readMeta } from "./meta-declarations.ts";
import type { ModelDeclaration, ModelDeclarations } from "./model-declarations.ts";
import type { ModelReference } from "./model-references.ts";
import { stringOf } from "./static-value.ts";

/** A declared model with its place in the registry. */
export interface RegisteredModel {
  readonly declaration: ModelDeclaration;
  readonly label: string;
  readonly appLabel: string;
  readonly abstract: boolean;
  readonly proxy: boolean;
  /** `Meta` as Django reads it: the class's own, else that of the nearest abstract base. */
  readonly meta: MetaDeclaration | undefined;
  /** Replaced by another model (`AUTH_USER_MODEL`): it has no table and no reverse relations. */
  readonly swapped: boolean;
}

export interface ModelRegistry {
  /** All registered models in the order of registration; grows while relations are looked up. */
  readonly models: readonly RegisteredModel[];
  register(declaration: ModelDeclaration): RegisteredModel;
  /** @param label case does not matter */
  labelled(label: string): RegisteredModel | undefined;
  ofSymbol(symbol: PythonSymbol): RegisteredModel | undefined;
  /** @param holder the concrete model that holds the field */
  resolve(reference: ModelReference, holder: RegisteredModel): RegisteredModel | undefined;
  readonly userModelLabel: string;
}

export function createModelRegistry(
  evaluator: Evaluator,
  declarations: ModelDeclarations,
  apps: Apps,
  userModelLabel: string,
): ModelRegistry {
  const { program } = evaluator.context;
  const models: RegisteredModel[] = [];
  const byId = new Map<string, RegisteredModel>();
  const byLabel = new Map<string, RegisteredModel>();

  function register(declaration: ModelDeclaration): RegisteredModel {
    const known = byId.get(declaration.id);
    if (known) return known;
    const meta = effectiveMeta(evaluator, program, declarations, declaration);
    const appLabel = appLabelOf(declaration, meta, apps);
    const label = `${appLabel}.${declaration.name}`;
    const model: RegisteredModel = {
      declaration,
      label,
      appLabel,
      abstract: declaration.library?.abstract ?? declaration.meta?.abstract ?? false,
      proxy: declaration.library?.proxy ?? isTrueOption(meta, "proxy"),
      meta,
      swapped: isSwapped(declaration, meta, label),
    };
    byId.set(declaration.id, model);
    models.push(model);
    const key = label.toLowerCase();
    const other = byLabel.get(key);
    if (!other || precedes(model, other, apps)) byLabel.set(key, model);
    return model;
  }

  function isSwapped(
    declaration: ModelDeclaration,
    meta: MetaDeclaration | undefined,
    label: string,
  ): boolean {
    const given = meta?.option("swappable");
    const setting = declaration.library?.swappable ?? (given && stringOf(given));
    if (setting === undefined) return false;
    return referencedLabel(setting, label).toLowerCase() !== label.toLowerCase();
  }

  /** The label that a swapping setting names. */
  function referencedLabel(setting: string, fallback: string): string {
    if (setting === "AUTH_USER_MODEL") return userModelLabel;
    const value = evaluator.context.setting(setting);
    return (value && stringOf(value)) ?? fallback;
  }

  function labelled(label: string): RegisteredModel | undefined {
    const known = byLabel.get(label.toLowerCase());
    if (known) return known;
    const library = libraryModelLabelled(label);
    return library && register(declarations.ofLibrary(library));
  }

  function ofSymbol(symbol: PythonSymbol): RegisteredModel | undefined {
    if (symbol.kind === "class") {
      const declaration = declarations.ofClass(symbol);
      return declaration && register(declaration);
    }
    if (symbol.kind !== "external") return undefined;
    const library = libraryModelAt(symbolName(symbol) ?? symbol.name);
    return library && register(declarations.ofLibrary(library));
  }

  function resolve(reference: ModelReference, holder: RegisteredModel): RegisteredModel | undefined {
    switch (reference.kind) {
      case "self":
        return holder;
      case "label":
        return labelled(`${reference.appLabel ?? holder.appLabel}.${reference.name}`);
      case "symbol":
        return ofSymbol(reference.symbol);
      case "setting":
        return labelled(referencedLabel(reference.setting, reference.fallback));
      case "unknown":
        return undefined;
    }
  }

  return { models, register, labelled, ofSymbol, resolve, userModelLabel };
}

/** Django takes the class's `Meta`, else the attribute that Python finds on a base: concrete models keep none. */
function effectiveMeta(
  evaluator: Evaluator,
  program: PythonProgram,
  declarations: ModelDeclarations,
  declaration: ModelDeclaration,
): MetaDeclaration | undefined {
  if (declaration.meta) return declaration.meta;
  for (const ancestor of declaration.ancestors) {
    const inherited = declarations.ofAncestor(ancestor);
    if (inherited) {
      if (inherited.library?.abstract ?? inherited.meta?.abstract) return inherited.meta;
      continue;
    }
    const mixinMeta = ancestor.kind === "class" ? program.members(ancestor.symbol).get("Meta") : undefined;
    if (mixinMeta?.kind === "class") return readMeta(evaluator, mixinMeta);
  }
  return undefined;
}

function appLabelOf(declaration: ModelDeclaration, meta: MetaDeclaration | undefined, apps: Apps): string {
  if (declaration.appLabel !== undefined) return declaration.appLabel;
  const given = meta?.option("app_label");
  const explicit = given && stringOf(given);
  if (explicit !== undefined) return explicit;
  return (
    apps.containing(declaration.moduleName)?.label ??
    labelOfLibrary(declaration.moduleName) ??
    labelByPlace(declaration.moduleName)
  );
}

function labelOfLibrary(moduleName: string): string | undefined {
  const parts = moduleName.split(".");
  for (let length = parts.length; length > 0; length -= 1) {
    const label = libraryAppLabel(parts.slice(0, length).join("."));
    if (label !== undefined) return label;
  }
  return undefined;
}

/** Two classes of one label: the one in the application's own `models` is meant. */
function precedes(candidate: RegisteredModel, other: RegisteredModel, apps: Apps): boolean {
  return rank(candidate, apps) > rank(other, apps);
}

function rank(model: RegisteredModel, apps: Apps): number {
  const { moduleName, library } = model.declaration;
  if (library) return 0;
  const app = apps.containing(moduleName);
  if (!app) return 1;
  const place = moduleName.slice(app.moduleName.length + 1);
  const installed = place === "models" || place.startsWith("models.") ? 4 : 3;
  return model.abstract ? 2 : installed;
}

export function isTrueOption(meta: MetaDeclaration | undefined, name: string): boolean {
  const value = meta?.option(name);
  return value?.kind === "known" && value.value === true;
}
