/** Which rows a page has, and whether there is one at all: without a page size the framework gives None for it. */
import type { FrameworkClasses } from "../../interpret/consumer.ts";
import { asFramework, callAt } from "../../interpret/declarations.ts";
import type { PageKind } from "../../interpret/facts.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { noArguments } from "../../interpret/language/arguments.ts";
import { collectRows } from "../../interpret/querysets/querysets.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import { alternativesOf, joinAll, unknown } from "../../queryset/join.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Call, Expression } from "../../syntax/ast.ts";

const module = "rest_framework.pagination";

/** For each of the framework's paginators, the attribute with the page size and the method that may overrule it. */
const sizes: ReadonlyMap<string, { readonly attribute: string; readonly method: string }> = new Map([
  [`${module}.PageNumberPagination`, { attribute: "page_size", method: "get_page_size" }],
  [`${module}.CursorPagination`, { attribute: "page_size", method: "get_page_size" }],
  [`${module}.LimitOffsetPagination`, { attribute: "default_limit", method: "get_limit" }],
]);

const bases: ReadonlySet<string> = new Set(sizes.keys());

export const paginatorMembers: FrameworkClasses = {
  bases,
  callMethod(interpreter, paginator, name, args, node) {
    if (name !== "paginate_queryset") return undefined;
    const rows = args.positional[0] ?? args.keywords.get("queryset");
    return rows && pageOf(interpreter, rows, node, hasPageSize(interpreter, paginator.symbol));
  },
};

/** What a view's own `paginate_queryset()` gives: the page of its paginator, where the project's code tells which. */
export function paginate(interpreter: Interpreter, view: PlainObject, rows: Value, node: Call): Value {
  const declared = interpreter.attribute(view, "pagination_class", node);
  const isKnown =
    declared.kind === "class" && declared.symbol && interpreter.program.derivesFrom(declared.symbol, bases);
  const page =
    isKnown && asFramework(interpreter, () => askPaginator(interpreter, declared, view, rows, node));
  const isPage =
    page && alternativesOf(page).some(({ kind }) => kind === "collection" || kind === "queryset");
  return isPage ? page : pageOf(interpreter, rows, node, false);
}

/** What the classes of the view say, for whoever knows the settings as well. */
export function declaredPages(interpreter: Interpreter, view: PlainObject, node: Expression): PageKind {
  const has = (name: string): boolean => interpreter.program.lookupMember(view.symbol, name).kind === "found";
  if (has("paginator") || has("paginate_queryset")) return { kind: "declared", value: unknown };
  const value = has("pagination_class") ? interpreter.attribute(view, "pagination_class", node) : undefined;
  return { kind: "declared", value };
}

function askPaginator(
  interpreter: Interpreter,
  paginatorClass: Value,
  view: PlainObject,
  rows: Value,
  node: Call,
): Value {
  const paginator = interpreter.call(paginatorClass, noArguments, callAt(node, "pagination_class"));
  const method = interpreter.attribute(paginator, "paginate_queryset", node);
  const args = { ...noArguments, positional: [rows, unknown, view] };
  return interpreter.call(method, args, callAt(node, "paginate_queryset"));
}

function pageOf(interpreter: Interpreter, rows: Value, node: Expression, present: boolean): Value {
  switch (rows.kind) {
    case "queryset": {
      if (rows.rows !== "instances") return rows;
      const page = collectRows(interpreter, rows, node);
      return present && page.kind === "collection" ? { ...page, present } : page;
    }
    case "union":
      return joinAll(rows.alternatives.map((item) => pageOf(interpreter, item, node, present)));
    default:
      return rows;
  }
}

/** The class itself says how many rows a page has, which leaves nobody without one. */
function hasPageSize({ program }: Interpreter, symbol: ClassSymbol): boolean {
  for (const entry of program.mro(symbol)) {
    const size = entry.kind === "external" ? sizes.get(entry.name) : undefined;
    if (!size) continue;
    if (program.lookupMember(symbol, size.method).kind === "found") return false;
    const member = program.lookupMember(symbol, size.attribute);
    return (
      member.kind === "found" &&
      member.symbol.kind === "variable" &&
      member.symbol.values.length > 0 &&
      member.symbol.values.every(isSize)
    );
  }
  return false;
}

function isSize(value: Expression): boolean {
  if (value.kind === "ConstantLiteral") return false;
  return value.kind !== "NumberLiteral" || value.value !== 0;
}
