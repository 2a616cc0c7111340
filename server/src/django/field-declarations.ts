/** Reads one field of a model's class body: which field class is called, with which options. */
import type { Location } from "../base/text-range.ts";
import type { ClassSymbol, PythonSymbol } from "../python/symbols.ts";
import type { Call } from "../syntax/ast.ts";
import {
  type Arguments,
  argumentNamed,
  argumentsOfCall,
  constructorCall,
  forwardedArguments,
} from "./call-arguments.ts";
import { symbolName } from "./canonical-names.ts";
import type { Evaluator } from "./evaluation.ts";
import { type FieldClass, guessFieldClass, knownFieldClass } from "./field-classes.ts";
import type { Field } from "./model-graph.ts";
import { type ModelReference, modelReference } from "./model-references.ts";
import { countChoices } from "./static-choices.ts";
import {
  alternativesOf,
  type Scope,
  type StaticValue,
  stringOf,
  stringsOf,
  truthOf,
} from "./static-value.ts";

/** A field as one class body declares it, before it is copied into concrete models and its target is looked up. */
export interface FieldDeclaration
  extends Omit<Field, "attributeName" | "target" | "through" | "declaredIn" | "model"> {
  readonly target: ModelReference | undefined;
  readonly through: ModelReference | undefined;
  readonly throughFields: readonly string[];
  /** The target is what this foreign key of the `through` model points to. */
  readonly throughTarget: string | undefined;
  /** Before interpolation of `%(class)s`. */
  readonly relatedName: string | undefined;
  readonly relatedQueryName: string | undefined;
  /** False when `related_name` or `related_query_name` is an expression that was not understood. */
  readonly relatedNameKnown: boolean;
  readonly symmetrical: boolean | undefined;
  readonly parentLink: boolean;
}

export interface DeclaredFields {
  /** The field itself, then the columns that its class adds beside it. */
  readonly fields: readonly FieldDeclaration[];
  /** The field class adds more to its model than could be understood. */
  readonly dynamic: boolean;
}

/** A field class of the project and what it derives from. */
interface ResolvedFieldClass {
  readonly facts: FieldClass;
  /** The project's classes, most derived first: their `__init__` may fix arguments. */
  readonly chain: readonly ClassSymbol[];
  readonly name: string;
  /** Only the name of a library's class says that it is a field. */
  readonly guessed: boolean;
}

export interface FieldReader {
  /** Undefined where the call makes no field. */
  read(name: string, call: Call, scope: Scope, location: Location): DeclaredFields | undefined;
  /** Whether a class is one of Django's database fields or certainly derives from one. */
  isDatabaseField(symbol: PythonSymbol): boolean;
}

/** Helper functions that return a field may call each other this deep. */
const maximumFactoryDepth = 4;

export function createFieldReader(evaluator: Evaluator): FieldReader {
  const { program } = evaluator.context;
  const resolvedClasses = new Map<string, ResolvedFieldClass | undefined>();

  function fieldClassOf(symbol: PythonSymbol): ResolvedFieldClass | undefined {
    if (symbol.kind === "external") {
      const name = symbolName(symbol) ?? symbol.name;
      const known = knownFieldClass(name);
      const facts = known ?? guessOfLibrary(name);
      return facts && { facts, chain: [], name: facts.name, guessed: known === undefined };
    }
    if (symbol.kind !== "class") return undefined;
    if (!resolvedClasses.has(symbol.id)) resolvedClasses.set(symbol.id, fieldClassOfSource(symbol));
    return resolvedClasses.get(symbol.id);
  }

  function fieldClassOfSource(symbol: ClassSymbol): ResolvedFieldClass | undefined {
    const chain: ClassSymbol[] = [];
    let guess: FieldClass | undefined;
    for (const entry of program.mro(symbol)) {
      if (entry.kind === "unknown") continue;
      const name = symbolName(entry) ?? "";
      const facts = knownFieldClass(name);
      if (facts) return { facts, chain, name: symbol.name, guessed: false };
      if (entry.kind === "class") chain.push(entry);
      else guess ??= guessOfLibrary(name);
    }
    return guess && { facts: guess, chain, name: symbol.name, guessed: true };
  }

  function read(name: string, call: Call, scope: Scope, location: Location): DeclaredFields | undefined {
    return readCall(name, call, scope, argumentsOfCall(evaluator, call, scope), location, 0);
  }

  function readCall(
    name: string,
    call: Call,
    scope: Scope,
    args: Arguments,
    location: Location,
    depth: number,
  ): DeclaredFields | undefined {
    const symbol = evaluator.symbol(call.function, scope);
    const fieldClass = fieldClassOf(symbol);
    if (fieldClass) return declare(name, fieldClass, args, location);
    if (depth >= maximumFactoryDepth) return undefined;
    if (symbol.kind === "function" && !symbol.owner) return readFactory(name, symbol, args, location, depth);
    return readPartial(name, call, scope, args, location, depth);
  }

  /** `Price = partial(models.DecimalField, max_digits=9)`, called by its name. */
  function readPartial(
    name: string,
    call: Call,
    scope: Scope,
    args: Arguments,
    location: Location,
    depth: number,
  ): DeclaredFields | undefined {
    for (const made of alternativesOf(evaluator.evaluate(call.function, scope))) {
      if (typeof made !== "object" || made?.type !== "call") continue;
      const { expression: partial, scope: partialScope } = made;
      const [wrapped] = partial.arguments;
      const callee = symbolName(evaluator.symbol(partial.function, partialScope));
      if (callee !== "functools.partial" || !wrapped) continue;
      const fixed = argumentsOfCall(evaluator, partial, partialScope);
      const combined: Arguments = {
        positional: [...fixed.positional.slice(1), ...args.positional],
        named: new Map([...fixed.named, ...args.named]),
        open: fixed.open || args.open,
      };
      return readCall(name, { ...call, function: wrapped }, partialScope, combined, location, depth + 1);
    }
    return undefined;
  }

  /** A helper function that returns a field. */
  function readFactory(
    name: string,
    factory: PythonSymbol & { readonly kind: "function" },
    args: Arguments,
    location: Location,
    depth: number,
  ): DeclaredFields | undefined {
    let returned: Call | undefined;
    const forwarded = forwardedArguments(evaluator, factory.node, factory.module, args, undefined, (call) => {
      const callee = evaluator.symbol(call.function, { module: factory.module, owner: undefined });
      if (!fieldClassOf(callee) && callee.kind !== "function") return undefined;
      returned = call;
      return "arguments";
    });
    if (!returned || !forwarded) return undefined;
    return readCall(
      name,
      returned,
      { module: factory.module, owner: undefined },
      forwarded,
      location,
      depth + 1,
    );
  }

  function declare(
    name: string,
    fieldClass: ResolvedFieldClass,
    given: Arguments,
    location: Location,
  ): DeclaredFields {
    let args = given;
    let dynamic = false;
    for (const symbol of fieldClass.chain) {
      const members = program.members(symbol);
      const initializer = members.get("__init__");
      if (initializer?.kind === "function") {
        args = forwardedArguments(
          evaluator,
          initializer.node,
          symbol.module,
          args,
          fieldClass.chain[0],
          constructorCall,
        ) ?? { ...args, open: true };
      }
      const contribute = members.get("contribute_to_class");
      if (contribute?.kind === "function" && addsFields(evaluator, contribute)) dynamic = true;
    }
    const field = fieldOf(name, fieldClass, args, location);
    const companions = fieldClass.facts.companions.map((suffix) => columnNamed(`${name}${suffix}`, location));
    if (fieldClass.facts.throughTarget !== undefined && field.throughTarget === undefined) {
      companions.push(taggedItems(location));
    }
    return { fields: [field, ...companions], dynamic };
  }

  function fieldOf(
    name: string,
    fieldClass: ResolvedFieldClass,
    args: Arguments,
    location: Location,
  ): FieldDeclaration {
    const { facts } = fieldClass;
    const value = (option: string): StaticValue | undefined => argumentNamed(args, facts.parameters, option);
    const flag = (option: string, fallback: boolean, whenUnknown = fallback): boolean => {
      const given = value(option);
      // What `**options` passes is not known either.
      if (given === undefined) return args.open ? whenUnknown : fallback;
      return truthOf(given) ?? whenUnknown;
    };
    const text = (option: string): string | undefined => {
      const given = value(option);
      return given && stringOf(given);
    };
    const relation = facts.kind !== "column" && facts.kind !== "genericForeignKey";
    const primaryKey = flag("primary_key", facts.primaryKey);
    const unique = flag("unique", facts.unique) || facts.kind === "oneToOne";
    const choices = value("choices");
    return {
      name,
      kind: facts.kind,
      className: fieldClass.name,
      baseClassName: facts.baseName,
      target: relation ? referenceOf(value("to"), facts.target) : undefined,
      through: facts.kind === "manyToMany" ? throughOf(value("through"), facts.through) : undefined,
      throughFields: stringsOf(value("through_fields") ?? { kind: "unknown" }),
      throughTarget: isGiven(value("through")) ? facts.throughTarget : undefined,
      relatedName: text("related_name") ?? facts.relatedName,
      relatedQueryName: text("related_query_name") ?? facts.relatedQueryName,
      relatedNameKnown: nameIsKnown(value("related_name")) && nameIsKnown(value("related_query_name")),
      symmetrical: value("symmetrical") === undefined ? undefined : flag("symmetrical", true),
      parentLink: flag("parent_link", false),
      // An unknown `null=` counts as nullable: nothing may rely on a row that may be missing.
      null: flag("null", facts.null, true),
      unique: unique || primaryKey,
      primaryKey,
      indexed: primaryKey || unique || flag("db_index", facts.indexed),
      toField: text("to_field"),
      databaseConstraint: flag("db_constraint", true, false),
      choices: isGiven(choices) ? (countChoices(program, choices) ?? "unknown") : undefined,
      autoNow: flag("auto_now", false),
      autoNowAdd: flag("auto_now_add", false),
      hasDefault: facts.hasDefault || value("default") !== undefined || value("db_default") !== undefined,
      wide: facts.wide,
      generic:
        facts.kind === "genericForeignKey"
          ? {
              contentTypeField: text("ct_field") ?? "content_type",
              objectIdField: text("fk_field") ?? "object_id",
            }
          : facts.kind === "genericRelation"
            ? {
                contentTypeField: text("content_type_field") ?? "content_type",
                objectIdField: text("object_id_field") ?? "object_id",
              }
            : undefined,
      location,
    };
  }

  return {
    read,
    isDatabaseField: (symbol) => fieldClassOf(symbol)?.guessed === false,
  };
}

/** django-taggit adds a generic relation to its table where tags are not kept in another one. */
function taggedItems(location: Location): FieldDeclaration {
  return columnNamed("tagged_items", location, {
    kind: "genericRelation",
    className: "GenericRelation",
    target: { kind: "label", appLabel: "taggit", name: "TaggedItem" },
    null: true,
    generic: { contentTypeField: "content_type", objectIdField: "object_id" },
  });
}

function isGiven(value: StaticValue | undefined): value is StaticValue {
  return value !== undefined && !(value.kind === "known" && value.value === null);
}

/** `through=None` is what a missing `through=` is. */
function throughOf(given: StaticValue | undefined, fallback: string | undefined): ModelReference | undefined {
  return referenceOf(isGiven(given) ? given : undefined, fallback);
}

function referenceOf(
  given: StaticValue | undefined,
  fallback: string | undefined,
): ModelReference | undefined {
  if (given !== undefined) return modelReference(given);
  return fallback === undefined ? undefined : modelReference({ kind: "known", value: fallback });
}

function nameIsKnown(value: StaticValue | undefined): boolean {
  return value === undefined ||
    alternativesOf(value).every((alternative) => alternative === null || typeof alternative === "string")
    ? value?.kind !== "unknown" && value?.kind !== "oneOf"
    : false;
}

/** Only what can't be a form, filter or serializer field: those live in other modules. */
function guessOfLibrary(name: string): FieldClass | undefined {
  const dot = name.lastIndexOf(".");
  const module = name.slice(0, dot);
  if (/(^|\.)(forms?|serializers?|filters?|filterset|widgets?|fields\.(?:html5|core))(\.|$)/.test(module))
    return undefined;
  if (
    /^(django\.|rest_framework|graphene|strawberry|factory|wtforms|marshmallow|pydantic|dataclasses|builtins)/.test(
      module,
    )
  ) {
    return undefined;
  }
  return guessFieldClass(name.slice(dot + 1));
}

/** `contribute_to_class` of a project's field class that adds other fields to the model. */
function addsFields(evaluator: Evaluator, method: PythonSymbol & { readonly kind: "function" }): boolean {
  evaluator.context.bodyRead(method.module);
  const text = method.module.file.text.slice(method.node.bodyRange.start, method.node.bodyRange.end);
  return text.includes("add_to_class(") || text.includes("add_field(");
}

export function columnNamed(
  name: string,
  location: Location | undefined,
  details: Partial<FieldDeclaration> = {},
): FieldDeclaration {
  return {
    name,
    kind: "column",
    className: "CharField",
    baseClassName: details.className ?? "CharField",
    target: undefined,
    through: undefined,
    throughFields: [],
    throughTarget: undefined,
    relatedName: undefined,
    relatedQueryName: undefined,
    relatedNameKnown: true,
    symmetrical: undefined,
    parentLink: false,
    null: false,
    unique: false,
    primaryKey: false,
    indexed: false,
    toField: undefined,
    databaseConstraint: true,
    choices: undefined,
    autoNow: false,
    autoNowAdd: false,
    hasDefault: false,
    wide: false,
    generic: undefined,
    location,
    ...details,
  };
}
