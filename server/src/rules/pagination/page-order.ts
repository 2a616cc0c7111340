/** The columns in whose order pages are cut, and where the code names them. */
import type { Location } from "../../base/text-range.ts";
import type { Model } from "../../django/model-graph.ts";
import { methodCalls, quoteOf } from "../../edits/queryset-chain.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol, Module } from "../../python/symbols.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { ClassDef, Expression } from "../../syntax/ast.ts";
import { isStatement } from "../../syntax/walk.ts";
import type { FileEdit } from "../finding.ts";

export interface PageOrder {
  readonly columns: readonly OrderColumn[];
  /** What names them: the arguments of `order_by()`, the value of an attribute. */
  readonly location: Location;
  /** Appends a column, named as in `order_by()`; undefined where it can't be told how. */
  readonly append: (column: string) => FileEdit | undefined;
}

export interface OrderColumn {
  /** A lookup path: `name`, `project__name`. */
  readonly name: string;
  readonly descending: boolean;
}

/** Of the last `order_by()` of the chain. Undefined where none is written, or not all of it is known. */
export function orderOfCalls(program: PythonProgram, { origin }: Queryset): PageOrder | undefined {
  for (const { location, node } of [...origin.sites].reverse()) {
    const call = methodCalls(node).find(({ function: callee }) => callee.attribute.name === "order_by");
    if (!call) continue;
    const module = program.moduleOfFile(location.path);
    const columns = module && call.keywords.length === 0 ? columnsOf(call.arguments) : undefined;
    const last = call.arguments.at(-1);
    if (!module?.firstParty || !columns || !last) return undefined;
    const { path } = location;
    return {
      columns,
      location: { path, range: { start: call.function.attribute.start, end: call.end } },
      append: (column) => appended(module, last, column),
    };
  }
  return undefined;
}

/** Of an attribute of a class: `ordering = ["-created"]`. */
export function orderOfAttribute(
  program: PythonProgram,
  symbol: ClassSymbol,
  name: string,
): PageOrder | undefined {
  const member = program.lookupMember(symbol, name);
  if (member.kind !== "found" || member.symbol.kind !== "variable") return undefined;
  const [value, ...others] = member.symbol.values;
  return value && others.length === 0 ? orderOfValue(member.symbol.module, value) : undefined;
}

/** Of `ordering` in the model's own `class Meta`. */
export function orderOfModel(program: PythonProgram, { symbol, meta }: Model): PageOrder | undefined {
  const module = symbol && meta.location ? program.moduleOfFile(meta.location.path) : undefined;
  const options = symbol?.node.body.find(
    (each): each is ClassDef => isStatement(each) && each.kind === "ClassDef" && each.name.name === "Meta",
  );
  const value = options?.body.flatMap((each) =>
    each.kind === "Assign" &&
    each.targets.some((target) => target.kind === "Name" && target.name === "ordering")
      ? each.value
      : [],
  );
  const [ordering, ...others] = value ?? [];
  return module?.firstParty && ordering && others.length === 0 ? orderOfValue(module, ordering) : undefined;
}

function orderOfValue(module: Module, value: Expression): PageOrder | undefined {
  const isSequence = value.kind === "ListLiteral" || value.kind === "TupleLiteral";
  const elements = isSequence ? value.elements : [value];
  const columns = columnsOf(elements);
  const last = elements.at(-1);
  if (!columns || !last) return undefined;
  const { start, end } = value;
  return {
    columns,
    location: { path: module.file.path, range: { start, end } },
    append: (column) => (isSequence ? appended(module, last, column) : replaced(module, value, column)),
  };
}

function appended({ file: { path, text } }: Module, last: Expression, column: string): FileEdit {
  const quote = quoteOf(text, last);
  return { path, range: { start: last.end, end: last.end }, newText: `, ${quote}${column}${quote}` };
}

/** One text becomes two. */
function replaced({ file: { path, text } }: Module, value: Expression, column: string): FileEdit | undefined {
  if (value.kind !== "StringLiteral") return undefined;
  const { start, end } = value;
  const quote = quoteOf(text, value);
  return { path, range: { start, end }, newText: `(${text.slice(start, end)}, ${quote}${column}${quote})` };
}

export function columnsOf(nodes: readonly Expression[]): readonly OrderColumn[] | undefined {
  const columns = nodes.map(columnOf);
  return columns.every((column) => column !== undefined) ? columns : undefined;
}

/** `"-created"`, `F("created").desc()` */
function columnOf(node: Expression): OrderColumn | undefined {
  if (node.kind === "StringLiteral") {
    const descending = node.value.startsWith("-");
    const name = node.value.replace(/^[-+]/, "");
    return /^\w+$/.test(name) ? { name, descending } : undefined;
  }
  if (node.kind !== "Call") return undefined;
  const { function: callee } = node;
  const [first] = node.arguments;
  if (callee.kind === "Attribute" && (callee.attribute.name === "desc" || callee.attribute.name === "asc")) {
    const column = columnOf(callee.value);
    return column && { ...column, descending: callee.attribute.name === "desc" };
  }
  const isColumn =
    callee.kind === "Name"
      ? callee.name === "F"
      : callee.kind === "Attribute" && callee.attribute.name === "F";
  return isColumn && first ? columnOf(first) : undefined;
}
