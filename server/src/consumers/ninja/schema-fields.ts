/** The fields of a schema: annotations of its class and its bases, and those that it takes from a model. */
import type { TextRange } from "../../base/text-range.ts";
import type { Model } from "../../django/model-graph.ts";
import { nameAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { ClassSymbol, Module } from "../../python/symbols.ts";
import type { Value } from "../../queryset/value.ts";
import type { AnnAssign, Expression } from "../../syntax/ast.ts";

export const schemas: ReadonlySet<string> = new Set(
  ["Schema", "ModelSchema"].flatMap((name) => [
    `ninja.${name}`,
    `ninja.schema.${name}`,
    `ninja.orm.${name}`,
    `ninja_extra.${name}`,
    `ninja_schema.${name}`,
  ]),
);

export interface SchemaField {
  readonly name: string;
  /** The attribute of the object: its alias, or its name. */
  readonly source: string;
  /** Its schema where the value is an object, or a list of objects, of one. */
  readonly schema: ClassSymbol | undefined;
  readonly module: Module;
  readonly range: TextRange;
  readonly owner: ClassSymbol;
}

export function schemaFields(interpreter: Interpreter, symbol: ClassSymbol): readonly SchemaField[] {
  const { program } = interpreter;
  const fields = new Map<string, SchemaField>();
  for (const field of modelFields(interpreter, symbol)) fields.set(field.name, field);
  const bases = program
    .mro(symbol)
    .flatMap((entry) => (entry.kind === "class" && program.derivesFrom(entry, schemas) ? [entry] : []));
  for (const owner of bases.reverse()) {
    for (const statement of owner.node.body) {
      if (statement.kind !== "AnnAssign" || statement.target.kind !== "Name") continue;
      const { name } = statement.target;
      fields.set(name, {
        name,
        source: aliasOf(statement) ?? name,
        schema: schemaIn(interpreter, owner.module, statement.annotation),
        module: owner.module,
        range: statement.target,
        owner,
      });
    }
  }
  return [...fields.values()];
}

/** `owner_name: str = Field(None, alias="owner.username")` */
function aliasOf({ value }: AnnAssign): string | undefined {
  if (value?.kind !== "Call") return undefined;
  const alias = ["validation_alias", "alias"]
    .map((keyword) => value.keywords.find(({ name }) => name?.name === keyword)?.value)
    .find((node) => node !== undefined);
  return alias?.kind === "StringLiteral" ? alias.value : undefined;
}

/** The schema in an annotation: `TaskOut`, `list[TaskOut]`, `TaskOut | None`, `"TaskOut"`. */
export function schemaIn(
  interpreter: Interpreter,
  module: Module,
  annotation: Expression,
): ClassSymbol | undefined {
  const { program } = interpreter;
  switch (annotation.kind) {
    case "Subscript":
      return schemaIn(interpreter, module, annotation.index);
    case "TupleLiteral":
      return firstSchema(interpreter, module, annotation.elements);
    case "BinaryOperation":
      return firstSchema(interpreter, module, [annotation.left, annotation.right]);
    case "Name":
    case "Attribute":
    case "StringLiteral": {
      const symbol =
        annotation.kind === "StringLiteral"
          ? program.resolveName(module, annotation.value)
          : program.resolveExpression(module, annotation);
      return symbol.kind === "class" && program.derivesFrom(symbol, schemas) ? symbol : undefined;
    }
    default:
      return undefined;
  }
}

function firstSchema(
  interpreter: Interpreter,
  module: Module,
  annotations: readonly Expression[],
): ClassSymbol | undefined {
  for (const annotation of annotations) {
    const schema = schemaIn(interpreter, module, annotation);
    if (schema) return schema;
  }
  return undefined;
}

/** Columns and forward relations that `class Meta` of a `ModelSchema` names. */
function modelFields(interpreter: Interpreter, symbol: ClassSymbol): readonly SchemaField[] {
  const meta = ["Meta", "Config"]
    .map((name) => interpreter.program.lookupMember(symbol, name))
    .find((member) => member.kind === "found" && member.symbol.kind === "class");
  if (meta?.kind !== "found" || meta.symbol.kind !== "class") return [];
  const holder = meta.symbol;
  const option = (...names: readonly string[]): Value | undefined => {
    const name = names.find(
      (candidate) => interpreter.program.lookupMember(holder, candidate).kind === "found",
    );
    if (name === undefined) return undefined;
    return interpreter.attribute(interpreter.valueOfClass(holder), name, nameAt(holder.node.name, name));
  };
  const model = option("model");
  if (model?.kind !== "class" || !model.model) return [];
  const named = stringsOf(option("fields", "model_fields"));
  const excluded = stringsOf(option("exclude", "model_exclude")) ?? [];
  return namesOf(model.model)
    .filter(
      ({ name }) =>
        (named === "__all__" || named === undefined || named.includes(name)) && !excluded.includes(name),
    )
    .map(({ name, source }) => ({
      name,
      source,
      schema: undefined,
      module: holder.module,
      range: holder.node.name,
      owner: symbol,
    }));
}

/** A foreign key is its column, a relation to many rows their keys. */
function namesOf(model: Model): readonly { readonly name: string; readonly source: string }[] {
  return [...model.fields.values()]
    .filter(({ kind }) => kind !== "genericForeignKey" && kind !== "genericRelation")
    .map(({ name, attributeName }) => ({ name, source: attributeName }));
}

function stringsOf(value: Value | undefined): readonly string[] | "__all__" | undefined {
  if (value?.kind === "literal" && value.value === "__all__") return "__all__";
  if (value?.kind !== "collection" || !value.items) return undefined;
  return value.items.flatMap((item) =>
    item.kind === "literal" && typeof item.value === "string" ? [item.value] : [],
  );
}
