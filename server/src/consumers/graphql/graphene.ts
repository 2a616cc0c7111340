/** graphene and graphene-django: resolvers give rows, whose fields are resolved for each of them. */

import type { Consumer, EntryPoint } from "../../interpret/consumer.ts";
import { callAt, nameAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { declaredFields, djangoTypes, fieldFunctions, modelFields, objectTypes } from "./graphene-fields.ts";
import { type GraphqlLibrary, resolveFields, resolveRows } from "./resolve-fields.ts";

const library: GraphqlLibrary = {
  fieldsOf: (interpreter, type) => {
    const declared = declaredFields(interpreter, type);
    const generated = modelFields(interpreter, type).filter(({ name }) => !declared.has(name));
    return [...declared.values(), ...generated];
  },
  callResolver,
};

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
    const { type, resolver } = field;
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
          if (isSeveral) resolveRows(interpreter, library, type, result, place, 1);
          else resolveFields(interpreter, library, type, result, place, 2);
        },
      },
    ];
  });
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
