/** Fields of graphene's types: what their declarations say, and those that graphene-django makes of a model's fields. */

import { AnswersOf } from "../../base/answers-of.ts";
import type { Model } from "../../django/model-graph.ts";
import type { LibraryFunction } from "../../interpret/consumer.ts";
import { nameAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { valueOfVariable } from "../../interpret/language/symbol-values.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { Value } from "../../queryset/value.ts";
import type { ResolvedField } from "./resolve-fields.ts";

export interface GrapheneField extends ResolvedField {
  /** Without a resolver, it gives all rows of its type's model. */
  readonly hasAllRows: boolean;
}

export const djangoTypes: ReadonlySet<string> = new Set([
  "graphene_django.DjangoObjectType",
  "graphene_django.types.DjangoObjectType",
]);

/** Types whose fields are resolved by methods, the roots of a schema among them. */
export const objectTypes: ReadonlySet<string> = new Set([
  ...djangoTypes,
  "graphene.ObjectType",
  "graphene.types.ObjectType",
  "graphene.types.objecttype.ObjectType",
]);

const typeEntry = "type of the field";
const formEntry = "form of the field";

function field(form: "single" | "list" | "listOfAll" | "connection"): LibraryFunction {
  return (interpreter, { keywords, positional }, node) => {
    const given = positional[0] ?? keywords.get("type_") ?? keywords.get("of_type") ?? unknown;
    const isLambda = given.kind === "function" && given.node.parameters.length === 0;
    const type = isLambda
      ? interpreter.call(given, { positional: [], keywords: new Map(), open: false }, node)
      : given;
    return mappingOf(
      new Map<string, Value>([
        [typeEntry, type],
        [formEntry, { kind: "literal", value: form }],
      ]),
    );
  };
}

const single = field("single");
const list = field("list");
const listOfAll = field("listOfAll");
const connection = field("connection");

export const fieldFunctions: Readonly<Record<string, LibraryFunction>> = {
  "graphene.Field": single,
  "graphene.NonNull": single,
  "graphene.types.Field": single,
  "graphene.List": list,
  "graphene.types.List": list,
  "graphene_django.DjangoListField": listOfAll,
  "graphene_django.fields.DjangoListField": listOfAll,
  "graphene_django.DjangoConnectionField": connection,
  "graphene_django.fields.DjangoConnectionField": connection,
  "graphene_django.filter.DjangoFilterConnectionField": connection,
  "graphene_django.filter.fields.DjangoFilterConnectionField": connection,
  "graphene.ConnectionField": connection,
  "graphene.relay.ConnectionField": connection,
};

/** What the class and its bases declare, by name. */
export function declaredFields(
  interpreter: Interpreter,
  symbol: ClassSymbol,
): ReadonlyMap<string, GrapheneField> {
  const { program } = interpreter;
  const fields = new Map<string, GrapheneField>();
  for (const owner of program.mro(symbol).toReversed()) {
    if (owner.kind !== "class") continue;
    for (const [name, member] of program.members(owner)) {
      const [node] = member.kind === "variable" ? member.values : [];
      if (member.kind !== "variable" || !node || node.kind !== "Call") continue;
      const declared = typeOf(interpreter, valueOfVariable(interpreter, member));
      const resolver = resolverOf(program, symbol, name);
      fields.set(name, { name, ...declared, resolver, module: owner.module, node });
    }
  }
  return fields;
}

function resolverOf(program: PythonProgram, symbol: ClassSymbol, field: string): FunctionSymbol | undefined {
  const member = program.lookupMember(symbol, `resolve_${field}`);
  return member.kind === "found" && member.symbol.kind === "function" ? member.symbol : undefined;
}

/** `graphene.List(graphene.NonNull(TaskType))` */
function typeOf(
  interpreter: Interpreter,
  value: Value,
): Pick<GrapheneField, "type" | "isList" | "isConnection" | "hasAllRows"> {
  const single = { isList: false, isConnection: false, hasAllRows: false };
  if (value.kind === "class") return { type: value.symbol, ...single };
  if (value.kind === "literal" && typeof value.value === "string") {
    const symbol = interpreter.program.resolveDottedName(value.value);
    return { type: symbol.kind === "class" ? symbol : undefined, ...single };
  }
  const inner = value.kind === "mapping" ? value.entries.get(typeEntry) : undefined;
  const form = value.kind === "mapping" ? value.entries.get(formEntry) : undefined;
  if (!inner || form?.kind !== "literal") return { type: undefined, ...single };
  const { type, isList, isConnection, hasAllRows } = typeOf(interpreter, inner);
  return {
    type,
    isList: isList || form.value === "list" || form.value === "listOfAll",
    hasAllRows: hasAllRows || form.value === "listOfAll",
    isConnection: isConnection || form.value === "connection",
  };
}

/** Relations of the model that `Meta` lets through and for whose target there is a type. */
export function modelFields(interpreter: Interpreter, symbol: ClassSymbol): readonly ResolvedField[] {
  const { program } = interpreter;
  const meta = program.lookupMember(symbol, "Meta");
  const options = meta.kind === "found" && meta.symbol.kind === "class" ? meta.symbol : undefined;
  const model = modelOfType(interpreter, symbol);
  if (!options || !model) return [];
  const listed = namesIn(interpreter, options, "fields") ?? namesIn(interpreter, options, "only_fields");
  const excluded =
    namesIn(interpreter, options, "exclude") ?? namesIn(interpreter, options, "exclude_fields") ?? [];
  return [...model.relations.values()].flatMap(({ accessor, kind, target }): readonly ResolvedField[] => {
    if (accessor === "" || excluded.includes(accessor) || (listed && !listed.includes(accessor))) return [];
    const type = target === undefined ? undefined : typesOf(interpreter).get(target);
    if (!type) return [];
    interpreter.visited.add(type.module.file.path);
    const isList = kind !== "foreignKey" && kind !== "oneToOne" && kind !== "reverseOneToOne";
    return [
      {
        name: accessor,
        type,
        isList,
        isConnection: isList && hasInterfaces(interpreter, type),
        resolver: resolverOf(program, symbol, accessor),
        module: symbol.module,
        node: nameAt(options.node.name, options.name),
      },
    ];
  });
}

export function modelOfType(interpreter: Interpreter, symbol: ClassSymbol): Model | undefined {
  const meta = interpreter.program.lookupMember(symbol, "Meta");
  if (meta.kind !== "found" || meta.symbol.kind !== "class") return undefined;
  const member = interpreter.program.lookupMember(meta.symbol, "model");
  if (member.kind !== "found" || member.symbol.kind !== "variable") return undefined;
  const value = valueOfVariable(interpreter, member.symbol);
  return value.kind === "class" ? value.model : undefined;
}

/** Types of relay's `Node` give their related rows as connections. */
function hasInterfaces({ program }: Interpreter, symbol: ClassSymbol): boolean {
  const meta = program.lookupMember(symbol, "Meta");
  return (
    meta.kind === "found" &&
    meta.symbol.kind === "class" &&
    program.lookupMember(meta.symbol, "interfaces").kind === "found"
  );
}

/** Undefined where it is not given, or is `"__all__"`. */
function namesIn(
  interpreter: Interpreter,
  options: ClassSymbol,
  name: string,
): readonly string[] | undefined {
  const member = interpreter.program.lookupMember(options, name);
  if (member.kind !== "found" || member.symbol.kind !== "variable") return undefined;
  const value = valueOfVariable(interpreter, member.symbol);
  if (value.kind !== "collection") return undefined;
  return (value.items ?? []).flatMap((item) =>
    item.kind === "literal" && typeof item.value === "string" ? [item.value] : [],
  );
}

const registries = new AnswersOf<PythonProgram, ReadonlyMap<string, ClassSymbol>>();

/** graphene-django's registry: the type of each model, the last one where there are several. */
function typesOf(interpreter: Interpreter): ReadonlyMap<string, ClassSymbol> {
  const { program } = interpreter;
  const known = registries.get(program);
  if (known) return known;
  const types = new Map<string, ClassSymbol>();
  for (const module of program.modules) {
    for (const symbol of program.classes(module)) {
      if (!program.derivesFrom(symbol, djangoTypes)) continue;
      const model = modelOfType(interpreter, symbol);
      if (model) types.set(model.label, symbol);
    }
  }
  registries.set(program, types);
  return types;
}
