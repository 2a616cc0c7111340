/** Reads model classes one by one: what each class body declares, before inheritance. */
import type { Location } from "../base/text-range.ts";
import type { ClassSymbol, FunctionSymbol } from "../python/symbols.ts";
import type { Call, Expression } from "../syntax/ast.ts";
import type { Ancestor, AncestryReader } from "./ancestry.ts";
import { symbolName } from "./canonical-names.ts";
import { classBody } from "./class-body.ts";
import type { Evaluator } from "./evaluation.ts";
import type { DeclaredFields, FieldDeclaration, FieldReader } from "./field-declarations.ts";
import { isHarmlessBase, libraryModelAt } from "./library-facts/library-facts.ts";
import type { LibraryModel } from "./library-facts/library-model.ts";
import { type ManagerDeclaration, type ManagerReader, unknownManager } from "./manager-declarations.ts";
import { libraryMeta, type MetaDeclaration, readMeta } from "./meta-declarations.ts";
import { alternativesOf, type Scope } from "./static-value.ts";

/** A model class by itself. */
export interface ModelDeclaration {
  /** The class's id, or `library:` and the import path. */
  readonly id: string;
  readonly name: string;
  /** Where it stands: `shop.models.orders`. */
  readonly moduleName: string;
  readonly symbol: ClassSymbol | undefined;
  readonly library: LibraryModel | undefined;
  /** Where the place of the class doesn't decide: library facts, tables that Django makes itself. */
  readonly appLabel: string | undefined;
  readonly location: Location | undefined;
  readonly ancestors: readonly Ancestor[];
  readonly bases: readonly Ancestor[];
  /** In source order. */
  readonly fields: readonly FieldDeclaration[];
  /** Every name that the class body binds: such a name hides an inherited field. */
  readonly names: ReadonlySet<string>;
  readonly managers: readonly ManagerDeclaration[];
  readonly meta: MetaDeclaration | undefined;
  /** What of the class body and its bases was not understood, each in a few words. */
  readonly gaps: readonly string[];
}

export interface ModelDeclarations {
  /** Undefined where the class is no model. */
  ofClass(symbol: ClassSymbol): ModelDeclaration | undefined;
  ofLibrary(model: LibraryModel): ModelDeclaration;
  ofAncestor(ancestor: Ancestor): ModelDeclaration | undefined;
}

/** Metaclasses that add no fields beyond what the library facts say. */
const knownMetaclasses: ReadonlySet<string> = new Set([
  "django.db.models.ModelBase",
  "django.db.models.base.ModelBase",
  "abc.ABCMeta",
  "mptt.models.MPTTModelBase",
  "polymorphic.base.PolymorphicModelBase",
  "wagtail.models.PageBase",
]);

/** Class decorators that add neither fields nor relations. */
const harmlessDecorators: ReadonlySet<string> = new Set([
  "functools.total_ordering",
  "typing.final",
  "django.utils.deconstruct.deconstructible",
  "django.utils.encoding.python_2_unicode_compatible",
  "six.python_2_unicode_compatible",
  "reversion.register",
  "reversion.revisions.register",
  "wagtail.contrib.settings.models.register_setting",
  "wagtail.contrib.settings.registry.register_setting",
  "wagtail.snippets.models.register_snippet",
  "auditlog.registry.auditlog.register",
  "pghistory.track",
]);

export function createModelDeclarations(
  evaluator: Evaluator,
  ancestry: AncestryReader,
  fieldReader: FieldReader,
  managerReader: ManagerReader,
): ModelDeclarations {
  const finished = new Map<string, ModelDeclaration | undefined>();

  function ofClass(symbol: ClassSymbol): ModelDeclaration | undefined {
    if (!finished.has(symbol.id)) {
      finished.set(symbol.id, undefined);
      finished.set(symbol.id, isModel(symbol) ? readClass(symbol) : undefined);
    }
    return finished.get(symbol.id);
  }

  function isModel(symbol: ClassSymbol): boolean {
    if (symbol.node.bases.length === 0) return false;
    const { ancestors } = ancestry.of(symbol);
    if (ancestors.some((ancestor) => ancestor.kind === "root" || ancestor.kind === "library")) return true;
    // A base that can't be resolved may be a model: one is, if database fields are declared under it.
    return (
      ancestors.some((ancestor) => ancestor.kind === "unknown") &&
      (declaresFields(symbol) ||
        ancestors.some((ancestor) => ancestor.kind === "class" && declaresFields(ancestor.symbol)))
    );
  }

  function declaresFields(symbol: ClassSymbol): boolean {
    const scope: Scope = { module: symbol.module, owner: symbol };
    return classBody(symbol).attributes.some(({ value }) => {
      if (value.kind !== "Call") return false;
      return fieldReader.isDatabaseField(evaluator.symbol(value.function, scope));
    });
  }

  function readClass(symbol: ClassSymbol): ModelDeclaration {
    const body = classBody(symbol);
    const scope: Scope = { module: symbol.module, owner: symbol };
    const path = symbol.module.file.path;
    const fields = new Map<string, FieldDeclaration>();
    const managers = new Map<string, ManagerDeclaration>();
    const gaps: string[] = [];
    if (body.dynamic) gaps.push(`attributes made by code in ${symbol.name}`);
    const metaclass = unknownMetaclass(symbol);
    if (metaclass !== undefined) gaps.push(`metaclass ${metaclass}`);
    for (const decorator of symbol.node.decorators) {
      const name = unknownDecorator(decorator, scope);
      if (name !== undefined) gaps.push(`decorator ${name}`);
    }
    for (const attribute of body.attributes) {
      const { name, value, conditional } = attribute;
      if (conditional && (fields.has(name) || managers.has(name))) continue;
      const location: Location = {
        path,
        range: { start: attribute.nameRange.start, end: attribute.nameRange.end },
      };
      const call = callOf(value, scope);
      const declared = call && fieldReader.read(name, call.call, call.scope, location);
      if (declared) {
        managers.delete(name);
        addFields(fields, declared);
        if (declared.dynamic) gaps.push(`fields added by ${name}`);
        continue;
      }
      const manager = call && managerReader.read(value, scope);
      if (manager) {
        fields.delete(name);
        managers.set(name, { name, location, ...manager });
        continue;
      }
      fields.delete(name);
      if (call && name === "objects") managers.set(name, { name, location, ...unknownManager });
      else if (call && !isUnderstood(call.call, call.scope)) gaps.push(`attribute ${name}`);
    }
    for (const field of fieldsOfMetaclass(symbol)) {
      if (!body.names.has(field.name)) fields.set(field.name, field);
    }
    const { ancestors, bases } = ancestry.of(symbol);
    const metaSymbol = evaluator.context.program.members(symbol).get("Meta");
    return {
      id: symbol.id,
      name: symbol.name,
      moduleName: symbol.module.name,
      symbol,
      library: undefined,
      appLabel: undefined,
      location: { path, range: { start: symbol.node.name.start, end: symbol.node.name.end } },
      ancestors,
      bases,
      fields: [...fields.values()],
      names: body.names,
      managers: [...managers.values()],
      meta: metaSymbol?.kind === "class" ? readMeta(evaluator, metaSymbol) : undefined,
      gaps: [...gaps, ...unknownBases(ancestors)],
    };
  }

  /** The call that makes an attribute's value, through variables and conditions. */
  function callOf(value: ClassAttributeValue, scope: Scope): { call: Call; scope: Scope } | undefined {
    if (value.kind === "Call") return { call: value, scope };
    if (value.kind !== "Conditional" && value.kind !== "Name" && value.kind !== "Attribute") return undefined;
    for (const alternative of alternativesOf(evaluator.evaluate(value, scope))) {
      if (typeof alternative === "object" && alternative?.type === "call") {
        return { call: alternative.expression, scope: alternative.scope };
      }
    }
    return undefined;
  }

  /** Whether a call in a class body certainly adds no field: to know that, its callee must be known. */
  function isUnderstood(call: Call, scope: Scope): boolean {
    const callee = evaluator.symbol(call.function, scope);
    if (callee.kind === "function") return !mayMakeField(callee);
    if (callee.kind === "class" || callee.kind === "module") return true;
    const name = symbolName(callee);
    if (name === undefined) return call.function.kind !== "Name" || !/^[A-Z]/.test(call.function.name);
    if (name.startsWith("django.") || isHarmlessBase(name)) return true;
    // By convention only classes are capitalised, and only an instance of one can add itself to the model.
    return !/^[A-Z]/.test(name.slice(name.lastIndexOf(".") + 1)) || harmlessAttributes.has(name);
  }

  /**
   * The name of a decorator that may change the class: what it makes of it is its own affair, relations from elsewhere,
   * for example. One of the project that changes classes says so in its source.
   */
  function unknownDecorator(decorator: Expression, scope: Scope): string | undefined {
    const expression = decorator.kind === "Call" ? decorator.function : decorator;
    const symbol = evaluator.symbol(expression, scope);
    const name =
      symbolName(symbol) ?? symbolName(evaluator.context.program.resolveExpression(scope.module, expression));
    if (name !== undefined && harmlessDecorators.has(name)) return undefined;
    if (symbol.kind !== "function") return name ?? "of unknown origin";
    evaluator.context.bodyRead(symbol.module);
    const text = textOf(symbol);
    return speaksOfFields(text) || /\bsetattr\(|\btype\(/.test(text) ? symbol.name : undefined;
  }

  /** A function that speaks of fields may return one, in a way that was not followed. */
  function mayMakeField(callee: FunctionSymbol): boolean {
    evaluator.context.bodyRead(callee.module);
    return speaksOfFields(textOf(callee));
  }

  /** The name of a metaclass that may add fields. */
  function unknownMetaclass(symbol: ClassSymbol): string | undefined {
    const keyword = symbol.node.keywords.find((candidate) => candidate.name?.name === "metaclass");
    if (!keyword) return undefined;
    const metaclass = evaluator.symbol(keyword.value, { module: symbol.module, owner: undefined });
    const name = symbolName(metaclass);
    if (name !== undefined && knownMetaclasses.has(name)) return undefined;
    if (metaclass.kind !== "class") return name ?? "that is not known";
    evaluator.context.bodyRead(metaclass.module);
    return mayAddFields(metaclass) ? metaclass.name : undefined;
  }

  /** What the source of a library's class does not declare, because its metaclass adds it: the shipped facts have it. */
  function fieldsOfMetaclass(symbol: ClassSymbol): readonly FieldDeclaration[] {
    if (symbol.module.firstParty || !symbol.node.keywords.some(({ name }) => name?.name === "metaclass"))
      return [];
    return libraryModelAt(symbolName(symbol) ?? symbol.name)?.fields ?? [];
  }

  function ofLibrary(model: LibraryModel): ModelDeclaration {
    const id = `library:${model.path}`;
    const known = finished.get(id);
    if (known) return known;
    const { ancestors, bases } = ancestry.ofLibrary(model);
    const declaration: ModelDeclaration = {
      id,
      name: model.name,
      moduleName: model.path.slice(0, model.path.lastIndexOf(".")),
      symbol: undefined,
      library: model,
      appLabel: model.appLabel,
      location: undefined,
      ancestors,
      bases,
      fields: model.fields,
      names: new Set([
        ...model.fields.map((field) => field.name),
        ...model.managers.map((manager) => manager.name),
      ]),
      managers: model.managers.map((manager) => ({
        name: manager.name,
        managerClass: undefined,
        querysetClass: undefined,
        known: manager.known,
        ...(manager.orderedClass === undefined ? {} : { ordered: true as const }),
        location: undefined,
      })),
      meta: libraryMeta(model.meta, model.abstract),
      gaps: [],
    };
    finished.set(id, declaration);
    return declaration;
  }

  return {
    ofClass,
    ofLibrary,
    ofAncestor: (ancestor) =>
      ancestor.kind === "class"
        ? ofClass(ancestor.symbol)
        : ancestor.kind === "library"
          ? ofLibrary(ancestor.model)
          : undefined,
  };
}

type ClassAttributeValue = ReturnType<typeof classBody>["attributes"][number]["value"];

/** Classes of packages whose instances stand in model bodies without being fields. */
const harmlessAttributes: ReadonlySet<string> = new Set([
  "auditlog.models.AuditlogHistoryField",
  "model_utils.Choices",
  "model_utils.FieldTracker",
  "model_utils.choices.Choices",
  "model_utils.tracker.FieldTracker",
  "simple_history.models.HistoricalRecords",
]);

/** A metaclass of the project that makes fields says so in its source. */
function mayAddFields(metaclass: ClassSymbol): boolean {
  return speaksOfFields(textOf(metaclass));
}

function textOf({ module, node }: ClassSymbol | FunctionSymbol): string {
  return module.file.text.slice(node.start, node.end);
}

function speaksOfFields(text: string): boolean {
  return /\b\w*(Field|ForeignKey)\(|\badd_to_class\(|\bcontribute_to_class\(/.test(text);
}

function unknownBases(ancestors: readonly Ancestor[]): readonly string[] {
  return ancestors.flatMap((ancestor) =>
    ancestor.kind === "unknown" ? [`base class ${ancestor.name ?? "that is not known"}`] : [],
  );
}

function addFields(fields: Map<string, FieldDeclaration>, declared: DeclaredFields): void {
  for (const field of declared.fields) {
    // A later declaration of the same name takes the place of the former in the order too.
    fields.delete(field.name);
    fields.set(field.name, field);
  }
}
