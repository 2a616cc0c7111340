/** Types of strawberry and strawberry-django: decorated classes, whose annotations and decorated methods are the fields. */
import type { Model } from "../../django/model-graph.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { valueOfAnnotation } from "../../interpret/language/annotations.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol, FunctionSymbol, Module } from "../../python/symbols.ts";
import { alternativesOf } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import type { ResolvedField } from "./resolve-fields.ts";

const plainDecorators: ReadonlySet<string> = new Set([
  "strawberry.type",
  "strawberry.interface",
  "strawberry.federation.type",
  "strawberry.federation.interface",
]);
/** Types that are made of a model. */
const modelDecorators: ReadonlySet<string> = new Set([
  "strawberry_django.type",
  "strawberry_django.interface",
  "strawberry.django.type",
  "strawberry.django.interface",
  "strawberry_django_plus.gql.django.type",
]);
const fieldFunctions: ReadonlySet<string> = new Set([
  "strawberry.field",
  "strawberry.federation.field",
  "strawberry_django.field",
  "strawberry.django.field",
  "strawberry_django_plus.gql.field",
  "strawberry_django_plus.gql.django.field",
]);

export interface StrawberryType {
  /** Undefined for types that are not made of one. */
  readonly model: Model | undefined;
  /** Its lists are cut into pages, or filtered, by arguments of the query. */
  readonly isRefined: boolean;
}

/** Undefined for classes that are no types of the schema. */
export function strawberryType(interpreter: Interpreter, symbol: ClassSymbol): StrawberryType | undefined {
  const { program } = interpreter;
  for (const decorator of symbol.node.decorators) {
    const call = decorator.kind === "Call" ? decorator : undefined;
    const name = externalName(program, symbol.module, call?.function ?? decorator);
    if (name === undefined) continue;
    if (plainDecorators.has(name)) return { model: undefined, isRefined: false };
    if (!modelDecorators.has(name)) continue;
    const given = call?.arguments[0] ?? argument(call, "model");
    const named = given && program.resolveExpression(symbol.module, given);
    const value = named?.kind === "class" ? interpreter.valueOfClass(named) : undefined;
    return {
      model: value?.kind === "class" ? value.model : undefined,
      isRefined: isRefinedBy(call) || program.lookupMember(symbol, "get_queryset").kind === "found",
    };
  }
  return undefined;
}

export interface StrawberryField extends ResolvedField {
  /** Without a resolver, it gives all rows of its type's model. */
  readonly isDjango: boolean;
}

/** The fields of the class and its bases. */
export function strawberryFields(interpreter: Interpreter, symbol: ClassSymbol): readonly StrawberryField[] {
  const { program } = interpreter;
  const fields = new Map<string, StrawberryField>();
  for (const owner of program.mro(symbol).toReversed()) {
    if (owner.kind !== "class") continue;
    for (const [name, member] of program.members(owner)) {
      const field =
        member.kind === "function"
          ? fieldOfMethod(interpreter, member)
          : member.kind === "variable"
            ? fieldOfAnnotation(interpreter, owner, name, member.annotation, member.values.at(-1))
            : undefined;
      if (field) fields.set(name, field);
    }
  }
  return [...fields.values()];
}

function fieldOfMethod(interpreter: Interpreter, method: FunctionSymbol): StrawberryField | undefined {
  const { module, node, name } = method;
  const decorators = node.decorators.flatMap((decorator) => {
    const call = decorator.kind === "Call" ? decorator : undefined;
    const callee = externalName(interpreter.program, module, call?.function ?? decorator);
    return callee !== undefined && fieldFunctions.has(callee) ? { call, callee } : [];
  });
  const [decorator] = decorators;
  if (decorator === undefined) return undefined;
  const type = typeOf(interpreter, module, node.returns);
  return {
    name,
    ...type,
    isConnection: type.isConnection || (type.isList && isRefinedBy(decorator.call)),
    isDjango: isOfModels(decorator.callee),
    resolver: method,
    module,
    node: { kind: "Name", ...node.name },
  };
}

function fieldOfAnnotation(
  interpreter: Interpreter,
  owner: ClassSymbol,
  name: string,
  annotation: Expression | undefined,
  value: Expression | undefined,
): StrawberryField | undefined {
  const { program } = interpreter;
  const { module } = owner;
  const call = value?.kind === "Call" ? value : undefined;
  const callee = call && externalName(program, module, call.function);
  const isField = callee !== undefined && fieldFunctions.has(callee);
  if (!annotation && !isField) return undefined;
  const given = isField ? argument(call, "resolver") : undefined;
  const named = given && program.resolveExpression(module, given, owner);
  const resolver = named?.kind === "function" ? named : undefined;
  // A resolver that is not known may give anything.
  if (given && !resolver) return undefined;
  const source = isField ? argument(call, "field_name") : undefined;
  const node = value ?? annotation;
  const type = typeOf(interpreter, module, annotation ?? resolver?.node.returns);
  return (
    node && {
      name,
      ...type,
      isConnection: type.isConnection || (type.isList && isField && isRefinedBy(call)),
      isDjango: isField && isOfModels(callee),
      resolver,
      source: source?.kind === "StringLiteral" ? source.value : undefined,
      module,
      node,
    }
  );
}

/** `list["TaskType"]`, `Annotated["TaskType", strawberry.lazy(".tasks")]`, `TaskType | None` */
function typeOf(
  interpreter: Interpreter,
  module: Module,
  annotation: Expression | undefined,
): Pick<ResolvedField, "type" | "isList" | "isConnection"> {
  const none = { type: undefined, isList: false, isConnection: false };
  if (!annotation) return none;
  for (const value of alternativesOf(valueOfAnnotation(interpreter, module, annotation))) {
    const isList = value.kind === "collection";
    const object = alternativesOf(isList ? value.element : value).find(isObject);
    const type = object && strawberryType(interpreter, object.symbol);
    if (type) return { type: object.symbol, isList, isConnection: isList && type.isRefined };
  }
  return none;
}

/** Arguments of the query choose among the rows, or cut them into pages. */
function isRefinedBy(call: Call | undefined): boolean {
  return ["pagination", "filters", "order", "ordering"].some(
    (option) => argument(call, option) !== undefined,
  );
}

function isObject(value: Value): value is Value & { readonly kind: "object" } {
  return value.kind === "object";
}

function isOfModels(name: string): boolean {
  return name.includes("django");
}

function externalName(program: PythonProgram, module: Module, expression: Expression): string | undefined {
  const symbol = program.resolveExpression(module, expression);
  return symbol.kind === "external" ? symbol.name : undefined;
}

function argument(call: Call | undefined, name: string): Expression | undefined {
  return call?.keywords.find((keyword) => keyword.name?.name === name)?.value;
}
