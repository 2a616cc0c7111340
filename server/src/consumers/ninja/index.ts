/** django-ninja: schemas read the rows that an operation returns, attribute by attribute. */

import type { Consumer } from "../../interpret/consumer.ts";
import { asFramework, callAt, nameAt, readDeclaration } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { noArguments } from "../../interpret/language/arguments.ts";
import { hasDecorator } from "../../interpret/language/symbol-values.ts";
import { recordRowList } from "../../interpret/querysets/row-lists.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { readSource } from "../rest-framework/sources.ts";
import { type SchemaField, schemaFields, schemaIn, schemas } from "./schema-fields.ts";

/** Schemas in schemas, beyond which they most likely contain themselves. */
const deepestNesting = 8;

export const ninja: Consumer = {
  name: "ninja",
  returned(interpreter, operation, value) {
    const schema = responseOf(interpreter, operation);
    if (!schema) return;
    asFramework(interpreter, () => {
      const place = nameAt(operation.node.name, operation.name);
      // `return 201, task`
      const body = value.kind === "collection" && value.items?.length === 2 ? value.items[1] : undefined;
      const answer = body ?? value;
      recordRowList(interpreter, answer, place, {
        by: "ninja",
        pages: { kind: isPaginated(interpreter, operation) ? "pages" : "all" },
        view: operation,
      });
      readValue(interpreter, schema, answer, place);
      return unknown;
    });
  },
  classes: {
    bases: schemas,
    callClassMethod(interpreter, symbol, name, args, node) {
      const [row] = args.positional;
      if ((name !== "from_orm" && name !== "model_validate") || !row) return undefined;
      asFramework(interpreter, () => {
        readValue(interpreter, symbol, row, node);
        return unknown;
      });
      return unknown;
    },
  },
};

const operations: ReadonlySet<string> = new Set(["get", "post", "put", "patch", "delete", "api_operation"]);

/** `@api.get("/tasks", response=list[TaskOut])`, `response={200: list[TaskOut], 404: Message}` */
function responseOf(interpreter: Interpreter, { node, module }: FunctionSymbol): ClassSymbol | undefined {
  for (const decorator of node.decorators) {
    if (decorator.kind !== "Call" || decorator.function.kind !== "Attribute") continue;
    if (!operations.has(decorator.function.attribute.name)) continue;
    const response = decorator.keywords.find(({ name }) => name?.name === "response")?.value;
    if (!response) continue;
    const successful = response.kind === "DictLiteral" ? response.entries.find(isSuccess)?.value : response;
    return successful && schemaIn(interpreter, module, successful);
  }
  return undefined;
}

function isPaginated(interpreter: Interpreter, operation: FunctionSymbol): boolean {
  return hasDecorator(interpreter, operation, "paginate");
}

function isSuccess({ key }: { readonly key: Expression | undefined }): boolean {
  return key?.kind === "NumberLiteral" && key.value >= 200 && key.value < 300;
}

/** A row, or all rows of a list. */
function readValue(interpreter: Interpreter, schema: ClassSymbol, value: Value, node: Expression): void {
  switch (value.kind) {
    case "manager":
    case "queryset":
    case "collection":
    case "page": {
      const rows = value.kind === "manager" ? interpreter.initialQueryset(value, node) : value;
      interpreter.inLoop(rows, node, node, (row) => readRow(interpreter, schema, row, node));
      return;
    }
    case "union":
      for (const alternative of value.alternatives) readValue(interpreter, schema, alternative, node);
      return;
    case "instance":
      readRow(interpreter, schema, value, node);
      return;
    default:
      return;
  }
}

function readRow(interpreter: Interpreter, schema: ClassSymbol, row: Value, node: Expression): void {
  const { state } = interpreter;
  if (state.calls.filter(({ via }) => via === "serializer").length >= deepestNesting) return;
  const caller = interpreter.location(node);
  for (const field of schemaFields(interpreter, schema)) {
    if (state.budget-- <= 0) return;
    const { module, range, owner } = field;
    const name = `${schema.module.name}.${schema.qualifiedName}`;
    const declaration = { module, name, location: { path: module.file.path, range }, owner };
    readDeclaration(interpreter, "serializer", declaration, caller, () => {
      readField(interpreter, schema, field, row);
      return unknown;
    });
  }
}

function readField(interpreter: Interpreter, schema: ClassSymbol, field: SchemaField, row: Value): void {
  const place = nameAt(field.range, field.name);
  const value = resolved(interpreter, schema, field, row, place) ?? sourceOf(interpreter, field, row, place);
  if (field.schema) {
    readValue(interpreter, field.schema, value, place);
    return;
  }
  // Keys or texts of many rows.
  if (value.kind === "manager" || value.kind === "queryset") {
    const rows = value.kind === "manager" ? interpreter.initialQueryset(value, place) : value;
    interpreter.iterate(rows, place);
  }
}

function sourceOf(interpreter: Interpreter, { source }: SchemaField, row: Value, place: Expression): Value {
  return readSource(interpreter, row, source.split("."), place);
}

/** `resolve_owner_name(obj)`, a static method. */
function resolved(
  interpreter: Interpreter,
  schema: ClassSymbol,
  { name }: SchemaField,
  row: Value,
  place: Expression,
): Value | undefined {
  const member = interpreter.program.lookupMember(schema, `resolve_${name}`);
  if (member.kind !== "found" || member.symbol.kind !== "function") return undefined;
  const resolver = interpreter.functionValue(member.symbol, undefined);
  const call: Call = callAt(place, member.symbol.name);
  return interpreter.callFunction(resolver, { ...noArguments, positional: [row] }, call, "serializerMethod");
}
