/** graphene and graphene-django: resolvers give rows, whose fields are resolved for each of them. */

import type { Consumer, EntryPoint } from "../../interpret/consumer.ts";
import { callAt, nameAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { rowsOfModel } from "../class-queryset.ts";
import {
  declaredFields,
  djangoTypes,
  fieldFunctions,
  modelFields,
  modelOfType,
  objectTypes,
} from "./graphene-fields.ts";
import {
  type GraphqlLibrary,
  type ResolvedField,
  recordAnswer,
  resolveFields,
  resolveRows,
} from "./resolve-fields.ts";

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

/** Fields of other types than the models': their resolvers, or their lists of all rows, are where rows come from. */
function entryPoints(interpreter: Interpreter, symbol: ClassSymbol): readonly EntryPoint[] {
  const { program } = interpreter;
  const hasResolvers = [...program.members(symbol).keys()].some((name) => name.startsWith("resolve_"));
  if (!hasResolvers && !program.derivesFrom(symbol, objectTypes)) return [];
  if (program.derivesFrom(symbol, djangoTypes)) return [];
  return [...declaredFields(interpreter, symbol).values()].flatMap((field) => {
    const { type, resolver } = field;
    if (!type || !(resolver || field.hasAllRows) || !program.derivesFrom(type, objectTypes)) return [];
    return [
      {
        symbol: `${symbol.module.name}.${symbol.qualifiedName}.${field.name}`,
        location: resolver
          ? { path: resolver.module.file.path, range: resolver.node.name }
          : { path: field.module.file.path, range: field.node },
        context: "request",
        run: () => {
          const place = nameAt(symbol.node.name, symbol.name);
          const result = rowsOf(interpreter, field, place);
          recordAnswer(interpreter, symbol, field, result);
          const isSeveral = field.isList || field.isConnection;
          if (isSeveral) resolveRows(interpreter, library, type, result, place, 1);
          else resolveFields(interpreter, library, type, result, place, 2);
        },
      },
    ];
  });
}

/** `DjangoListField` takes the rows of the model's manager where no resolver gives others. */
function rowsOf(interpreter: Interpreter, { resolver, type }: ResolvedField, place: Expression): Value {
  if (resolver) return callResolver(interpreter, resolver, unknown, place);
  const model = type && modelOfType(interpreter, type);
  return model ? rowsOfModel(interpreter, model, place) : unknown;
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
