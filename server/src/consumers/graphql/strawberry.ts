/**
 * strawberry and strawberry-django: fields of the root types give rows, whose fields are resolved for each of them.
 * Where the schema has strawberry-django's optimizer, that loads what a query asks for.
 */
import { AnswersOf } from "../../base/answers-of.ts";
import type { Consumer, EntryPoint } from "../../interpret/consumer.ts";
import { callAt, nameAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import { rowsOfModel } from "../class-queryset.ts";
import { type GraphqlLibrary, recordAnswer, resolveFields, resolveRows } from "./resolve-fields.ts";
import { type StrawberryField, strawberryFields, strawberryType } from "./strawberry-fields.ts";

const library: GraphqlLibrary = { fieldsOf: strawberryFields, callResolver };

export const strawberry: Consumer = {
  name: "strawberry",
  // Its types derive from nothing.
  classes: { bases: "any", entryPoints },
};

/** Fields of the types that are no model's: where rows come from. */
function entryPoints(interpreter: Interpreter, symbol: ClassSymbol): readonly EntryPoint[] {
  if (symbol.node.decorators.length === 0) return [];
  const own = strawberryType(interpreter, symbol);
  if (!own || own.model || hasOptimizer(interpreter)) return [];
  return strawberryFields(interpreter, symbol).flatMap((field) => {
    const { type, resolver } = field;
    if (!type || field.isConnection || !(resolver || field.isDjango)) return [];
    const place = nameAt(field.node, field.name);
    return [
      {
        symbol: `${symbol.module.name}.${symbol.qualifiedName}.${field.name}`,
        location: { path: field.module.file.path, range: { start: place.start, end: place.end } },
        context: "request",
        run: () => {
          const result = resultOf(interpreter, field, place);
          recordAnswer(interpreter, symbol, field, result);
          if (field.isList) resolveRows(interpreter, library, type, result, place, 1);
          else resolveFields(interpreter, library, type, result, place, 2);
        },
      },
    ];
  });
}

function resultOf(
  interpreter: Interpreter,
  { resolver, type, isList }: StrawberryField,
  place: Expression,
): Value {
  if (resolver) return callResolver(interpreter, resolver, unknown, place);
  const model = type && strawberryType(interpreter, type)?.model;
  // One object is asked for by its key.
  return model && isList ? rowsOfModel(interpreter, model, place) : unknown;
}

/** `self`, `root` and what is annotated as the parent get the object; strawberry fills in the rest by name. */
function callResolver(
  interpreter: Interpreter,
  resolver: FunctionSymbol,
  parent: Value,
  place: Expression,
): Value {
  const isParent = /^(?:self|root)$/;
  const taking = resolver.node.parameters.find(
    ({ name, annotation }) =>
      isParent.test(name) || (annotation && isParentType(interpreter, resolver, annotation)),
  );
  const keywords = new Map<string, Value>(taking ? [[taking.name, parent]] : []);
  return interpreter.callFunction(
    interpreter.functionValue(resolver, undefined),
    { positional: [], keywords, open: true },
    callAt(place, resolver.name),
    "resolver",
  );
}

/** `strawberry.Parent[Task]` */
function isParentType({ program }: Interpreter, { module }: FunctionSymbol, annotation: Expression): boolean {
  if (annotation.kind !== "Subscript") return false;
  const generic = program.resolveExpression(module, annotation.value);
  return generic.kind === "external" && /^strawberry\.(?:parent\.)?Parent$/.test(generic.name);
}

const optimizers = new AnswersOf<PythonProgram, boolean>();
const optimizer = "DjangoOptimizerExtension";

/** The extension may be given to the schema in any file that speaks of strawberry. */
function hasOptimizer({ program, visited }: Interpreter): boolean {
  const files = program.modules.flatMap(({ file }) => (mentions(file, "strawberry") ? [file] : []));
  for (const { path } of files) visited.add(path);
  let known = optimizers.get(program);
  if (known === undefined) {
    known = files.some(({ text }) => text.includes(optimizer));
    optimizers.set(program, known);
  }
  return known;
}
