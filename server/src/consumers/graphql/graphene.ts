/** graphene and graphene-django: resolvers give rows, whose fields are resolved for each of them. */

import type { Consumer, EntryPoint } from "../../interpret/consumer.ts";
import { callAt, nameAt, readDeclaration } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { noArguments } from "../../interpret/language/arguments.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import {
  declaredFields,
  djangoTypes,
  fieldFunctions,
  modelFields,
  objectTypes,
  type ResolvedField,
} from "./graphene-fields.ts";

export const graphene: Consumer = {
  name: "graphene",
  functions: fieldFunctions,
  // Parts of the root type are often plain classes.
  classes: { bases: "any", entryPoints },
};

/** Fields of other types than the models': their resolvers are where rows come from. */
function entryPoints(interpreter: Interpreter, symbol: ClassSymbol): readonly EntryPoint[] {
  const { program } = interpreter;
  if (![...program.members(symbol).keys()].some((name) => name.startsWith("resolve_"))) return [];
  if (program.derivesFrom(symbol, djangoTypes)) return [];
  return [...declaredFields(interpreter, symbol).values()].flatMap((field) => {
    const resolver = resolverOf(interpreter, symbol, field.name);
    const { type } = field;
    if (!resolver || !type || !program.derivesFrom(type, objectTypes)) return [];
    return [
      {
        symbol: `${symbol.module.name}.${symbol.qualifiedName}.${field.name}`,
        location: { path: resolver.module.file.path, range: resolver.node.name },
        context: "request",
        run: () => {
          const place = nameAt(symbol.node.name, symbol.name);
          const result = callResolver(interpreter, resolver, unknown, place);
          const isSeveral = field.isList || field.isConnection;
          if (isSeveral) resolveRows(interpreter, type, result, place, 1);
          else resolveFields(interpreter, type, result, place, 2);
        },
      },
    ];
  });
}

function resolveRows(
  interpreter: Interpreter,
  type: ClassSymbol,
  rows: Value,
  caller: Expression,
  depth: number,
): void {
  const { module, node, qualifiedName } = type;
  const name = `${module.name}.${qualifiedName}`;
  const location = { path: module.file.path, range: node.name };
  readDeclaration(
    interpreter,
    "resolver",
    { module, name, location, owner: type },
    interpreter.location(caller),
    () => {
      const place = nameAt(node.name, type.name);
      interpreter.inLoop(rows, place, place, (row) => resolveFields(interpreter, type, row, place, depth));
      return unknown;
    },
  );
}

/** `depth`: how many relations away from here objects are still resolved. */
function resolveFields(
  interpreter: Interpreter,
  type: ClassSymbol,
  row: Value,
  place: Expression,
  depth: number,
): void {
  if (row.kind === "unknown") return;
  const declared = declaredFields(interpreter, type);
  const generated = modelFields(interpreter, type).filter(({ name }) => !declared.has(name));
  for (const field of [...declared.values(), ...generated]) {
    const resolver = resolverOf(interpreter, type, field.name);
    // Scalars without a resolver are columns, or properties of the row.
    const value = resolver
      ? callResolver(interpreter, resolver, row, place)
      : resolveByName(interpreter, type, field, row);
    if (!field.type || field.isConnection || depth === 1) continue;
    if (field.isList) resolveRows(interpreter, field.type, value, place, depth - 1);
    else resolveFields(interpreter, field.type, value, place, depth - 1);
  }
}

/** The default resolver reads the attribute, and calls what can be called. */
function resolveByName(interpreter: Interpreter, type: ClassSymbol, field: ResolvedField, row: Value): Value {
  if (field.isConnection) return unknown;
  const { module, name, node } = field;
  const location = { path: module.file.path, range: node };
  const declaration = {
    module,
    name: `${type.module.name}.${type.qualifiedName}.${name}`,
    location,
    owner: type,
  };
  return readDeclaration(interpreter, "resolver", declaration, location, () => {
    const value = interpreter.attribute(row, name, node);
    const isCalled = value.kind === "function";
    const read = isCalled ? interpreter.call(value, noArguments, callAt(node, name)) : value;
    if (!field.isList || read.kind !== "manager") return read;
    const rows = interpreter.call(interpreter.attribute(read, "all", node), noArguments, callAt(node, "all"));
    interpreter.iterate(rows, node);
    return rows;
  });
}

function resolverOf(
  { program }: Interpreter,
  symbol: ClassSymbol,
  field: string,
): FunctionSymbol | undefined {
  const member = program.lookupMember(symbol, `resolve_${field}`);
  return member.kind === "found" && member.symbol.kind === "function" ? member.symbol : undefined;
}

/** Resolvers are functions of the parent and of what is known about the query, whatever they call the first. */
function callResolver(
  interpreter: Interpreter,
  resolver: FunctionSymbol,
  parent: Value,
  place: Expression,
): Value {
  const callee = interpreter.functionValue(resolver, undefined);
  const args = { positional: [parent, unknown], keywords: new Map(), open: true };
  return interpreter.callFunction(callee, args, callAt(place, resolver.name), "resolver");
}
