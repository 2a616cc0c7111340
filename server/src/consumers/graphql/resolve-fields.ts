/** What GraphQL does with an object of a type: it resolves its fields, and those of the objects that they give. */
import { callAt, nameAt, readDeclaration } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { noArguments } from "../../interpret/language/arguments.ts";
import { recordRowList } from "../../interpret/querysets/row-lists.ts";
import type { ClassSymbol, FunctionSymbol, Module } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { resolveAccessor } from "../resolve-accessor.ts";

export interface ResolvedField {
  readonly name: string;
  /** The type of its objects; undefined for scalars and for types that are no models'. */
  readonly type: ClassSymbol | undefined;
  readonly isList: boolean;
  /** Pages and filters of their own: what is prefetched does not serve them. */
  readonly isConnection: boolean;
  /** The function of the project that gives its value. Without it, the attribute of the object does. */
  readonly resolver: FunctionSymbol | undefined;
  /** The attribute, where it is not the field's name. */
  readonly source?: string | undefined;
  readonly module: Module;
  readonly node: Expression;
}

/** How a library finds the fields of its types. */
export interface GraphqlLibrary {
  fieldsOf(interpreter: Interpreter, type: ClassSymbol): readonly ResolvedField[];
  /** Calls a resolver with the parent and what is known about the query. */
  callResolver(interpreter: Interpreter, resolver: FunctionSymbol, parent: Value, place: Expression): Value;
}

/** A field of the root type answers with all of these rows, unless its resolver cuts them when a query asks for that. */
export function recordAnswer(
  interpreter: Interpreter,
  root: ClassSymbol,
  { isConnection, isList, module, node, resolver }: ResolvedField,
  rows: Value,
): void {
  const isCut = resolver !== undefined && slices(resolver);
  const ownResolver = resolver?.module === root.module ? resolver : undefined;
  if (!isList || isConnection || isCut || (!ownResolver && module !== root.module)) return;
  recordRowList(interpreter, rows, ownResolver ? nameAt(ownResolver.node.name, ownResolver.name) : node, {
    by: "graphql",
    pages: { kind: "all" },
    view: ownResolver ?? root,
  });
}

function slices({ node }: FunctionSymbol): boolean {
  let found = false;
  walkExpressions(node, ({ kind }) => {
    found ||= kind === "Slice";
    return !found;
  });
  return found;
}

export function resolveRows(
  interpreter: Interpreter,
  library: GraphqlLibrary,
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
      interpreter.inLoop(rows, place, place, (row) =>
        resolveFields(interpreter, library, type, row, place, depth),
      );
      return unknown;
    },
  );
}

/** `depth`: how many relations away from here objects are still resolved. */
export function resolveFields(
  interpreter: Interpreter,
  library: GraphqlLibrary,
  type: ClassSymbol,
  row: Value,
  place: Expression,
  depth: number,
): void {
  if (row.kind === "unknown") return;
  for (const field of library.fieldsOf(interpreter, type)) {
    // Scalars without a resolver are columns, or properties of the row.
    const value = field.resolver
      ? library.callResolver(interpreter, field.resolver, row, place)
      : resolveByName(interpreter, type, field, row);
    if (!field.type || field.isConnection || depth === 1) continue;
    if (field.isList) resolveRows(interpreter, library, field.type, value, place, depth - 1);
    else resolveFields(interpreter, library, field.type, value, place, depth - 1);
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
    const value =
      field.source === undefined
        ? interpreter.attribute(row, name, node)
        : resolveAccessor(interpreter, row, field.source, node);
    const isCalled = value.kind === "function";
    const read = isCalled ? interpreter.call(value, noArguments, callAt(node, name)) : value;
    if (!field.isList || read.kind !== "manager") return read;
    const rows = interpreter.call(interpreter.attribute(read, "all", node), noArguments, callAt(node, "all"));
    interpreter.iterate(rows, node);
    return rows;
  });
}
