/** How a list of rows is cut, as its view, its paginator class and the settings say together. */

import { restFrameworkPagination } from "../../django/project-settings.ts";
import type { PageKind, RowList } from "../../interpret/facts.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol, PythonSymbol } from "../../python/symbols.ts";
import type { Expression } from "../../syntax/ast.ts";
import { isNoneLiteral } from "../../syntax/none-literal.ts";
import type { RuleContext } from "../rule-context.ts";

export type Pages =
  /** By number or by offset: `LIMIT … OFFSET …` in the order of the rows. */
  | "numbered"
  /** Each page begins behind the last row of the one before. */
  | "cursor"
  /** All rows at once, and why. */
  | { readonly all: WhyAll }
  | "unknown";

export type WhyAll = "view" | "explicit" | "settings" | "noPageSize";

const module = "rest_framework.pagination";
export const pageNumberClass = `${module}.PageNumberPagination`;
export const limitOffsetClass = `${module}.LimitOffsetPagination`;
const cursorClass = `${module}.CursorPagination`;

export function pagesOf(context: RuleContext, { pages }: RowList): Pages {
  switch (pages.kind) {
    case "pages":
      return "numbered";
    case "all":
      return { all: "view" };
    case "declared":
      return declaredPages(context, pages);
  }
}

function declaredPages(
  context: RuleContext,
  { value }: Extract<PageKind, { readonly kind: "declared" }>,
): Pages {
  const { program, settings } = context.project;
  if (value === undefined) {
    const { known, paginationClass } = restFrameworkPagination(settings);
    if (!known) return "unknown";
    if (paginationClass === undefined) return { all: "settings" };
    return pagesOfClass(context, program.resolveDottedName(paginationClass));
  }
  if (value.kind === "literal" && value.value === null) return { all: "explicit" };
  if (value.kind === "external") return pagesOfClass(context, { kind: "external", name: value.name });
  return value.kind === "class" && value.symbol ? pagesOfClass(context, value.symbol) : "unknown";
}

function pagesOfClass(context: RuleContext, symbol: PythonSymbol): Pages {
  const { program, settings } = context.project;
  const is = (name: string): boolean =>
    symbol.kind === "external"
      ? symbol.name === name
      : symbol.kind === "class" && program.derivesFrom(symbol, new Set([name]));
  if (is(cursorClass)) return "cursor";
  const sizeName = is(pageNumberClass) ? "page_size" : is(limitOffsetClass) ? "default_limit" : undefined;
  if (sizeName === undefined) return "unknown";
  if (symbol.kind === "class") {
    if (isOverridden(program, symbol)) return "unknown";
    const size = classAttribute(program, symbol, sizeName);
    if (size !== undefined && !isNoneLiteral(size)) return "numbered";
    if (size !== undefined) return { all: "noPageSize" };
  }
  return restFrameworkPagination(settings).hasNoPageSize ? { all: "noPageSize" } : "numbered";
}

/** The project decides by itself what a page is. */
function isOverridden(program: PythonProgram, symbol: ClassSymbol): boolean {
  return ["get_page_size", "get_limit", "paginate_queryset"].some(
    (name) => program.lookupMember(symbol, name).kind === "found",
  );
}

/** The value of the attribute in the class or a base class of the project; undefined where none sets it. */
export function classAttribute(
  program: PythonProgram,
  symbol: ClassSymbol,
  name: string,
): Expression | undefined {
  const member = program.lookupMember(symbol, name);
  return member.kind === "found" && member.symbol.kind === "variable"
    ? member.symbol.values.at(-1)
    : undefined;
}
