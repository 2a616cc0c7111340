/** django-tables2's views: they make tables of their rows and put them into the context of their template. */

import type { Consumer, EntryPoint } from "../../interpret/consumer.ts";
import { callAt, nameAt } from "../../interpret/declarations.ts";
import type { Arguments, Interpreter } from "../../interpret/interpreter.ts";
import { noArguments } from "../../interpret/language/arguments.ts";
import { collectionOf } from "../../interpret/make-values.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import { joinAll } from "../../queryset/join.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";

const bases: ReadonlySet<string> = new Set(
  ["SingleTableMixin", "SingleTableView", "MultiTableMixin"].flatMap((name) => [
    `django_tables2.${name}`,
    `django_tables2.views.${name}`,
  ]),
);
const multipleTables: ReadonlySet<string> = new Set([
  "django_tables2.MultiTableMixin",
  "django_tables2.views.MultiTableMixin",
]);

export const tableViews: Consumer = {
  name: "table views",
  classes: {
    bases,
    callMethod(interpreter, view, name, args, node) {
      switch (name) {
        case "get_table_class":
          return interpreter.attribute(view, "table_class", node);
        case "get_table_data":
          return tableData(interpreter, view, node);
        case "get_table":
          return makeTable(interpreter, view, args, node);
        case "get_table_kwargs":
          return noKeywords();
        case "get_tables":
          return makeTables(interpreter, view, node);
        case "get_tables_data":
          return interpreter.attribute(view, "tables_data", node);
        default:
          return undefined;
      }
    },
    entryPoints,
  },
};

/** The tables as `get_context_data()` asks for them. */
function entryPoints(interpreter: Interpreter, symbol: ClassSymbol): readonly EntryPoint[] {
  const name = `${symbol.module.name}.${symbol.qualifiedName}`;
  const location = { path: symbol.module.file.path, range: symbol.node.name };
  const run = (): void => {
    const view = interpreter.newObject(symbol);
    const place = nameAt(symbol.node.name, symbol.name);
    if (interpreter.program.derivesFrom(symbol, multipleTables)) {
      callOwn(interpreter, view, "get_tables", callAt(place, "get_tables"));
      return;
    }
    const keywords = callOwn(interpreter, view, "get_table_kwargs", callAt(place, "get_table_kwargs"));
    interpreter.call(
      interpreter.attribute(view, "get_table", place),
      { ...noArguments, keywords: keywords.kind === "mapping" ? keywords.entries : new Map() },
      callAt(place, "get_table"),
    );
  };
  return [{ symbol: `${name}.get`, location, context: "request", run }];
}

/** `table_data`, the rows of the list view, or `get_queryset()`. */
function tableData(interpreter: Interpreter, view: PlainObject, node: Call): Value {
  for (const name of ["table_data", "object_list"]) {
    const value = interpreter.attribute(view, name, node);
    const isMissing = value.kind === "method" || (value.kind === "literal" && value.value === null);
    if (!isMissing) return value;
  }
  return callOwn(interpreter, view, "get_queryset", node);
}

function makeTable(interpreter: Interpreter, view: PlainObject, args: Arguments, node: Call): Value {
  const tableClass = callOwn(interpreter, view, "get_table_class", node);
  const keywords = new Map([...args.keywords, ["data", callOwn(interpreter, view, "get_table_data", node)]]);
  return interpreter.call(tableClass, { positional: [], keywords, open: args.open }, node);
}

/** Each class of `tables` with its part of `tables_data`. */
function makeTables(interpreter: Interpreter, view: PlainObject, node: Call): Value {
  const classes = interpreter.attribute(view, "tables", node);
  const data = callOwn(interpreter, view, "get_tables_data", node);
  if (classes.kind !== "collection" || data.kind !== "collection") return classes;
  const tables = (classes.items ?? []).map((tableClass, index) =>
    interpreter.call(tableClass, { ...noArguments, positional: [data.items?.[index] ?? data.element] }, node),
  );
  return { ...collectionOf(joinAll(tables), { kind: "constant", count: tables.length }), items: tables };
}

function callOwn(interpreter: Interpreter, view: PlainObject, name: string, node: Call): Value {
  return interpreter.call(interpreter.attribute(view, name, node), noArguments, node);
}

function noKeywords(): Value {
  return mappingOf(new Map());
}
