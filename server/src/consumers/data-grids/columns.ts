/** Columns of djblets' data grids: what they are made with, and what a grid asks them for. */

import { remembered } from "../../base/remembered.ts";
import type { FrameworkClasses } from "../../interpret/consumer.ts";
import { callAt, nameAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { noKeywords } from "../../interpret/language/arguments.ts";
import { valueOfVariable } from "../../interpret/language/symbol-values.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import type { OriginSite } from "../../queryset/origin.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { methodOf } from "../row-members.ts";

const columnBases: ReadonlySet<string> = new Set(
  ["Column", "CheckboxColumn", "DateTimeColumn", "DateTimeSinceColumn"].map(
    (name) => `djblets.datagrid.grids.${name}`,
  ),
);

/** A column of the project's own class. The library's own show what the row itself has. */
export interface GridColumn {
  readonly name: string;
  readonly object: PlainObject;
  /** The class that says how its cells are rendered. */
  readonly renderer: ClassSymbol;
}

/** The methods with which a column refines the queryset of its grid, in the order in which the grid calls them. */
export const augmentingMethods = ["augment_queryset", "augment_queryset_for_data"] as const;
export type AugmentingMethod = (typeof augmentingMethods)[number];

const renderMethod = "render_data";

export const columnClasses: FrameworkClasses = {
  bases: columnBases,
  callMethod(interpreter, column, name, args, node) {
    switch (name) {
      case "__init__": {
        const [label] = args.positional;
        if (label) column.attributes.set("label", label);
        for (const [option, value] of args.keywords) column.attributes.set(option, value);
        return unknown;
      }
      case "augment_queryset":
      case "augment_queryset_for_data":
      case "augment_queryset_for_filter":
        return args.keywords.get("queryset") ?? args.positional[1] ?? unknown;
      case "get_raw_object_value":
      case renderMethod:
        return interpreter.str(valueOfField(interpreter, column, args.positional[1] ?? unknown, node), node);
      default:
        return undefined;
    }
  },
};

/** The attribute of the row that `field_name` names. */
function valueOfField(interpreter: Interpreter, column: PlainObject, row: Value, node: Expression): Value {
  const name = interpreter.attribute(column, "field_name", node);
  return name.kind === "literal" && typeof name.value === "string"
    ? interpreter.attribute(row, name.value, node)
    : unknown;
}

/** The columns of a grid's class and its bases, by name. */
export function columnsOf(interpreter: Interpreter, grid: ClassSymbol): readonly GridColumn[] {
  const { program } = interpreter;
  const columns = new Map<string, GridColumn>();
  for (const owner of program.mro(grid).toReversed()) {
    if (owner.kind !== "class") continue;
    for (const [name, member] of program.members(owner)) {
      columns.delete(name);
      if (member.kind !== "variable") continue;
      const value = valueOfVariable(interpreter, member);
      if (value.kind !== "object" || !program.derivesFrom(value.symbol, columnBases)) continue;
      const renderer = methodOf(interpreter, value.symbol, renderMethod)?.owner;
      if (!renderer) continue;
      if (!value.attributes.has("field_name"))
        value.attributes.set("field_name", { kind: "literal", value: name });
      columns.set(name, { name, object: value, renderer });
    }
  }
  return [...columns.values()];
}

/** What the column's method of the project makes of the queryset; the queryset as it is where it has none. */
export function augment(
  interpreter: Interpreter,
  { object }: GridColumn,
  name: AugmentingMethod,
  queryset: Value,
): Value {
  const method = methodOf(interpreter, object.symbol, name);
  if (!method) return queryset;
  const place = callAt(nameAt(object.symbol.node.name, object.symbol.name), name);
  return interpreter.callFunction(
    interpreter.functionValue(method, object),
    { positional: [unknown, queryset], keywords: noKeywords, open: true },
    place,
    "framework",
  );
}

/**
 * Where what the column needs is loaded: the grid may drop what its queryset had been told to load, and asks each
 * column for it. The expression that its method returns, else the class that gets a method.
 */
export function siteOfColumn(interpreter: Interpreter, column: GridColumn, rows: Queryset): OriginSite {
  for (const name of augmentingMethods) {
    const own = augment(interpreter, column, name, { ...rows, origin: { sites: [] } });
    const site = own.kind === "queryset" ? own.origin.sites.at(-1) : undefined;
    if (site) return site;
  }
  const { module, node, qualifiedName } = column.renderer;
  return {
    kind: "columnClass",
    node: placeOf(column.renderer),
    location: { path: module.file.path, range: node.name },
    symbol: `${module.name}.${qualifiedName}`,
    functionId: undefined,
  };
}

const places = new WeakMap<ClassSymbol, Expression>();

/** Findings are told apart by the node of their origin. */
function placeOf(symbol: ClassSymbol): Expression {
  return remembered(places, symbol, () => nameAt(symbol.node.name, symbol.name));
}

/** One cell: its text, and what functions that the column was given say about its looks and its link. */
export function readCell(
  interpreter: Interpreter,
  grid: PlainObject,
  { object }: GridColumn,
  row: Value,
  place: Expression,
): void {
  const render = methodOf(interpreter, object.symbol, renderMethod);
  const call = (callee: Value, args: readonly Value[], name: string): Value =>
    callee.kind === "function"
      ? interpreter.callFunction(
          callee,
          { positional: args, keywords: noKeywords, open: true },
          callAt(place, name),
          "rowMember",
        )
      : unknown;
  const text = render
    ? call(interpreter.functionValue(render, object), [unknown, row], renderMethod)
    : unknown;
  interpreter.str(text, place);
  call(interpreter.attribute(object, "css_class", place), [row], "css_class");
  const link = interpreter.attribute(object, "link", place);
  if (link.kind !== "literal" || link.value !== true) return;
  const own = object.attributes.get("link_func");
  const linkToObject = own ? undefined : methodOf(interpreter, grid.symbol, "link_to_object");
  if (own) call(own, [unknown, row, text], "link_func");
  else if (linkToObject)
    call(interpreter.functionValue(linkToObject, grid), [unknown, row, text], "link_to_object");
}
