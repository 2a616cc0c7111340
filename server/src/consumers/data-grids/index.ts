/**
 * djblets: a data grid shows each row of its queryset in each of its columns. Which columns these are, readers choose for
 * themselves, so each column says what it needs: the grid asks for rows anew and has every column refine that queryset.
 */

import type { Model } from "../../django/model-graph.ts";
import type { Consumer } from "../../interpret/consumer.ts";
import { callAt, nameAt, readDeclaration } from "../../interpret/declarations.ts";
import type { Arguments, Interpreter } from "../../interpret/interpreter.ts";
import { noKeywords } from "../../interpret/language/arguments.ts";
import { alternativesOf, unknown } from "../../queryset/join.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { rowsOfModel } from "../class-queryset.ts";
import {
  type AugmentingMethod,
  augment,
  columnClasses,
  columnsOf,
  readCell,
  siteOfColumn,
} from "./columns.ts";

const gridBases: ReadonlySet<string> = new Set([
  "djblets.datagrid.grids.DataGrid",
  "djblets.datagrid.grids.AlphanumericDataGrid",
]);

/** Entry of the grid for the column whose cells are read: columns are shown without the others, too. */
const shownColumn = "column that is shown";

/** What the library sets where the project says nothing else. */
const rowsPerPage = 50;

/** The grid's methods in which it asks its columns, in the order of their calls. */
const askingMethods: ReadonlyMap<string, AugmentingMethod> = new Map([
  ["post_process_queryset", "augment_queryset"],
  ["post_process_queryset_for_data", "augment_queryset_for_data"],
]);

export const gridColumns: Consumer = { name: "columns of data grids", classes: columnClasses };

export const dataGrids: Consumer = {
  name: "data grids",
  classes: {
    bases: gridBases,
    callMethod(interpreter, grid, name, args) {
      if (name === "__init__") {
        keepArguments(grid, args);
        return unknown;
      }
      const method = askingMethods.get(name);
      if (!method) return undefined;
      const rows = args.positional[0] ?? args.keywords.get("queryset") ?? unknown;
      const shown = grid.attributes.get(shownColumn);
      const column = columnsOf(interpreter, grid.symbol).find(
        (candidate) => shown?.kind === "literal" && candidate.name === shown.value,
      );
      return column ? augment(interpreter, column, method, rows) : rows;
    },
    constructed(interpreter, grid, node) {
      interpreter.atEndOfRoot(() => readRows(interpreter, grid, node));
    },
  },
};

function keepArguments({ attributes }: PlainObject, { positional, keywords }: Arguments): void {
  for (const [index, name] of ["request", "queryset", "title"].entries()) {
    const value = keywords.get(name) ?? positional[index];
    if (value) attributes.set(name, value);
  }
  const model = keywords.get("model");
  if (model) attributes.set("_model", model);
}

/** Grids are made to be rendered; the project's methods run that the library calls on the way. */
function readRows(interpreter: Interpreter, grid: PlainObject, node: Expression): void {
  const { symbol } = grid;
  const place = nameAt(symbol.node.name, symbol.name);
  const own = (name: string, args: readonly Value[], receiver = grid): Value =>
    interpreter.call(
      interpreter.attribute(receiver, name, place),
      { positional: args, keywords: noKeywords, open: true },
      callAt(place, name),
    );
  own("load_extra_state", [unknown]);
  const model = modelOf(interpreter, grid, place);
  if (!model) return;
  const declaration = {
    module: symbol.module,
    name: `${symbol.module.name}.${symbol.qualifiedName}`,
    location: { path: symbol.module.file.path, range: symbol.node.name },
    owner: symbol,
  };
  readDeclaration(interpreter, "rowMember", declaration, interpreter.location(node), () => {
    const fresh: Queryset = {
      ...rowsOfModel(interpreter, model, place),
      origin: { sites: [] },
      bound: { kind: "page", size: rowsPerPage },
    };
    const rowsFor = (shown: Value): Queryset | undefined => {
      const receiver = { ...grid, attributes: new Map(grid.attributes).set(shownColumn, shown) };
      const asked = [...askingMethods.keys()].reduce<Value>(
        (rows, name) => own(name, [rows], receiver),
        fresh,
      );
      return alternativesOf(asked).find((value) => value.kind === "queryset");
    };
    const columns = columnsOf(interpreter, symbol).flatMap((column) => {
      const rows = rowsFor({ kind: "literal", value: column.name });
      return rows ? [{ column, rows, site: siteOfColumn(interpreter, column, fresh) }] : [];
    });
    interpreter.inLoop(rowsFor(unknown) ?? unknown, place, place, (row) => {
      if (row.kind !== "instance" || !row.source) return;
      const { source } = row;
      for (const { column, rows, site } of columns) {
        const queryset = { ...rows, origin: { sites: [site] } };
        const shown = { ...row, source: { ...source, queryset }, attributes: new Map() };
        readCell(interpreter, grid, column, shown, place);
      }
    });
    return unknown;
  });
}

/** The model whose rows it shows, where it is one. */
function modelOf(interpreter: Interpreter, grid: PlainObject, place: Expression): Model | undefined {
  const given = grid.attributes.get("_model");
  if (given?.kind === "class" && given.model) return given.model;
  const models = new Set(
    alternativesOf(interpreter.attribute(grid, "queryset", place)).flatMap((value) =>
      value.kind === "queryset" || value.kind === "manager" ? [value.model] : [],
    ),
  );
  const [model, ...others] = models;
  return others.length === 0 ? model : undefined;
}
