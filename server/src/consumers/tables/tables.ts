/** django-tables2: a table reads each row of its queryset for each of its columns. */
import type { Consumer } from "../../interpret/consumer.ts";
import { nameAt, readDeclaration } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { valueOfVariable } from "../../interpret/language/symbol-values.ts";
import { alternativesOf, unknown } from "../../queryset/join.ts";
import { noLoops } from "../../queryset/loop-set.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { callNamed } from "../named-arguments.ts";
import { prepareForRendering } from "./before-render.ts";
import { columnClassesOf, columnFunctions } from "./column-classes.ts";
import { columnsHiddenLater } from "./hidden-columns.ts";
import { readCell, renderColumn } from "./table-cells.ts";
import { columnsOf, tableBases } from "./table-columns.ts";

export const tableColumns: Consumer = {
  name: "table columns",
  functions: columnFunctions,
  classes: columnClassesOf(renderColumn),
};

export const tables: Consumer = {
  name: "tables",
  classes: {
    bases: tableBases,
    callMethod(interpreter, table, name, args, node) {
      if (name !== "__init__") return undefined;
      const data = args.positional[0] ?? args.keywords.get("data") ?? unknown;
      const rows =
        data.kind === "manager" ? interpreter.initialQueryset(data, node.arguments[0] ?? node) : data;
      table.attributes.set("data", dataOf(table, rows));
      table.attributes.set(givenRows, rows);
      const exclude = args.keywords.get("exclude");
      if (exclude) table.attributes.set("exclude", exclude);
      return unknown;
    },
    constructed(interpreter, table, node) {
      const hidden = columnsHiddenLater(interpreter, node);
      interpreter.atEndOfRoot(() => readRows(interpreter, table, node, hidden));
    },
  },
};

const givenRows = "rows that the table was given";

/** The library keeps the rows in an object of its own, whose class is of no interest. */
function dataOf({ symbol }: PlainObject, rows: Value): PlainObject {
  return { kind: "object", symbol, attributes: new Map([["data", rows]]), varies: noLoops };
}

/**
 * Tables are made to be rendered, so all cells of one are read in the end: the constructor refines the queryset that it
 * was given, and so may methods that the project calls before.
 */
function readRows(
  interpreter: Interpreter,
  table: PlainObject,
  node: Expression,
  hidden: ReadonlySet<string>,
): void {
  prepareForRendering(interpreter, table);
  const rows = rowsOf(table);
  if (rows.kind === "unknown") return;
  const { symbol } = table;
  const place = nameAt(symbol.node.name, symbol.name);
  const name = `${symbol.module.name}.${symbol.qualifiedName}`;
  const location = { path: symbol.module.file.path, range: symbol.node.name };
  const excluded = new Set<unknown>([...excludedColumns(table), ...hidden]);
  readDeclaration(
    interpreter,
    "rowMember",
    { module: symbol.module, name, location, owner: symbol },
    interpreter.location(node),
    () => {
      interpreter.inLoop(rows, place, place, (row) => {
        readRowAttributes(interpreter, table, row, place);
        for (const column of columnsOf(interpreter, symbol).values()) {
          if (excluded.has(column.name)) continue;
          if (column.module === symbol.module) {
            readCell(interpreter, table, column, row);
            continue;
          }
          const inherited = {
            module: column.module,
            name: `${column.module.name}.${column.owner.qualifiedName}.${column.name}`,
            location: { path: column.module.file.path, range: column.node },
            owner: column.owner,
          };
          readDeclaration(interpreter, "rowMember", inherited, location, () => {
            readCell(interpreter, table, column, row);
            return unknown;
          });
        }
      });
      return unknown;
    },
  );
}

/**
 * What the constructor made of a queryset. It does so for nothing else: a list stays what it is. Where one way through
 * the constructor computes what to load, it is the one for tables that have something to load.
 */
function rowsOf({ attributes }: PlainObject): Value {
  const data = attributes.get("data");
  // Replaced by something else.
  if (data?.kind !== "object") return unknown;
  const made = data.attributes.get("data");
  const refined = made ? alternativesOf(made).filter((value) => value.kind === "queryset") : [];
  const computed = refined.find(({ loadsComputedPaths }) => loadsComputedPaths);
  if (computed) return computed;
  return (refined.length > 0 ? made : attributes.get(givenRows)) ?? unknown;
}

function excludedColumns({ attributes }: PlainObject): ReadonlySet<unknown> {
  const exclude = attributes.get("exclude");
  const items = exclude?.kind === "collection" ? (exclude.items ?? []) : [];
  return new Set(items.map((item) => (item.kind === "literal" ? item.value : undefined)));
}

/** `row_attrs = {"data-id": lambda record: record.pk}` */
function readRowAttributes(interpreter: Interpreter, table: PlainObject, row: Value, node: Expression): void {
  const meta = interpreter.program.lookupMember(table.symbol, "Meta");
  if (meta.kind !== "found" || meta.symbol.kind !== "class") return;
  const member = interpreter.program.lookupMember(meta.symbol, "row_attrs");
  if (member.kind !== "found" || member.symbol.kind !== "variable") return;
  const attributes = valueOfVariable(interpreter, member.symbol);
  if (attributes.kind !== "mapping") return;
  const named = new Map<string, Value>([
    ["record", row],
    ["table", table],
  ]);
  for (const value of attributes.entries.values()) {
    if (value.kind === "function") callNamed(interpreter, value, [], named, node);
  }
}
