/** The columns of a table class, as django-tables2's metaclass collects them from the class, its `Meta` and its bases. */

import type { Model } from "../../django/model-graph.ts";
import { nameAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { valueOfVariable } from "../../interpret/language/symbol-values.ts";
import type { ClassSymbol, Module } from "../../python/symbols.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { type Column, columnOf } from "./column-classes.ts";

export interface TableColumn {
  readonly name: string;
  readonly column: Column;
  /** Where it is declared. */
  readonly owner: ClassSymbol;
  readonly module: Module;
  readonly node: Expression;
}

export const tableBases: ReadonlySet<string> = new Set([
  "django_tables2.Table",
  "django_tables2.tables.Table",
]);

/** By name, in the order of their declaration. Columns that are added at run time are not known. */
export function columnsOf(interpreter: Interpreter, symbol: ClassSymbol): ReadonlyMap<string, TableColumn> {
  const { program } = interpreter;
  const columns = new Map<string, TableColumn>();
  for (const owner of program.mro(symbol).toReversed()) {
    if (owner.kind !== "class" || !program.derivesFrom(owner, tableBases)) continue;
    const meta = program.members(owner).get("Meta");
    const options = meta?.kind === "class" ? meta : undefined;
    if (options)
      for (const [name, column] of generatedColumns(interpreter, owner, options, columns))
        columns.set(name, column);
    for (const [name, member] of program.members(owner)) {
      const [node] = member.kind === "variable" ? member.values : [];
      if (member.kind !== "variable" || !node) continue;
      const column = columnOf(interpreter, valueOfVariable(interpreter, member));
      if (column) columns.set(name, { name, column, owner, module: owner.module, node });
      else columns.delete(name);
    }
    if (options) for (const { text } of names(interpreter, options, "exclude")) columns.delete(text);
  }
  return columns;
}

/** `model` and `fields` of `Meta`; what a base declares itself stays as it is. */
function generatedColumns(
  interpreter: Interpreter,
  owner: ClassSymbol,
  options: ClassSymbol,
  declared: ReadonlyMap<string, TableColumn>,
): readonly (readonly [string, TableColumn])[] {
  const model = modelOf(interpreter, options);
  if (!model) return [];
  const listed = names(interpreter, options, "fields");
  const all = option(interpreter, options, "fields") === undefined ? columnsOfModel(model) : [];
  const place = nameAt(options.node.name, options.name);
  return [...listed, ...all.map((text) => ({ text, node: place, module: owner.module }))].flatMap(
    ({ text: name, node, module }) => {
      if (declared.has(name)) return [];
      const kind = isManyToMany(interpreter, model, name)
        ? ("ManyToManyColumn" as const)
        : ("Column" as const);
      return [
        [
          name,
          { name, column: { kind, options: new Map(), object: undefined }, owner, module, node },
        ] as const,
      ];
    },
  );
}

function columnsOfModel(model: Model): readonly string[] {
  return [...model.fields.values()].flatMap(({ kind, name }) => (isColumn(kind) ? [name] : []));
}

function isColumn(
  kind: Model["fields"] extends ReadonlyMap<string, infer F extends { kind: string }> ? F["kind"] : never,
): boolean {
  return kind !== "manyToMany" && kind !== "genericRelation" && kind !== "genericForeignKey";
}

function isManyToMany(interpreter: Interpreter, model: Model, path: string): boolean {
  let current: Model | undefined = model;
  const names = path.split("__");
  for (const [index, name] of names.entries()) {
    const field = current?.fields.get(name);
    if (index === names.length - 1) return field?.kind === "manyToMany";
    const target: string | undefined = current?.relations.get(name)?.target;
    current = target === undefined ? undefined : interpreter.models.model(target);
  }
  return false;
}

function modelOf(interpreter: Interpreter, options: ClassSymbol): Model | undefined {
  const value = option(interpreter, options, "model");
  return value?.kind === "class" ? value.model : undefined;
}

/** Undefined where `Meta` and its bases have none of the name. */
function option(interpreter: Interpreter, options: ClassSymbol, name: string): Value | undefined {
  const member = interpreter.program.lookupMember(options, name);
  return member.kind === "found" && member.symbol.kind === "variable"
    ? valueOfVariable(interpreter, member.symbol)
    : undefined;
}

interface DeclaredName {
  readonly text: string;
  readonly node: Expression;
  readonly module: Module;
}

/** The strings of a list or tuple, with their places where they are written out. */
function names(interpreter: Interpreter, options: ClassSymbol, name: string): readonly DeclaredName[] {
  const member = interpreter.program.lookupMember(options, name);
  if (member.kind !== "found" || member.symbol.kind !== "variable") return [];
  const { module, values } = member.symbol;
  const [node] = values;
  const value = valueOfVariable(interpreter, member.symbol);
  if (!node || value.kind !== "collection") return [];
  return (value.items ?? []).flatMap((item, index) => {
    if (item.kind !== "literal" || typeof item.value !== "string") return [];
    const written =
      node.kind === "TupleLiteral" || node.kind === "ListLiteral" ? node.elements[index] : undefined;
    return [{ text: item.value, node: written ?? node, module }];
  });
}
