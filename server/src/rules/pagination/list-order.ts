/** The order of a list of rows that is cut into pages. */
import { restFrameworkPagination } from "../../django/project-settings.ts";
import type { RowList } from "../../interpret/facts.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { RuleContext } from "../rule-context.ts";
import { keepsOrder, ordersByAttribute } from "./filter-backends.ts";
import { missingOrder } from "./ordering.ts";
import { orderOfAttribute, orderOfCalls, orderOfModel, type PageOrder } from "./page-order.ts";

export type Cut = "pages" | "cursor";

export interface ListOrder {
  readonly order: PageOrder;
  /** What names it: `order_by()`, `ordering` of a class, or of the model. */
  readonly by: "call" | "attribute" | "model";
}

/** The order in which a list is cut, as its view, its paginator class and its queryset say together. */
export function orderOfList(
  context: RuleContext,
  list: RowList,
  rows: Queryset,
  cut: Cut,
): ListOrder | undefined {
  const { program } = context.project;
  const view = list.view?.kind === "class" ? list.view : undefined;
  const attribute = (symbol: ClassSymbol | undefined) => {
    const order = symbol && orderOfAttribute(program, symbol, "ordering");
    return order && ({ order, by: "attribute" } as const);
  };
  if (list.by === "restFramework" && view) {
    if (!keepsOrder(context, view)) return undefined;
    const hasOrdering = program.lookupMember(view, "ordering").kind === "found";
    if (hasOrdering && ordersByAttribute(context, view)) return attribute(view);
  }
  if (cut === "cursor") {
    const cursor = cursorOf(context, list);
    const names = cursor && program.lookupMember(cursor, "ordering").kind === "found";
    return names ? attribute(cursor) : { order: orderOfEveryCursor(context, list, view), by: "attribute" };
  }
  const ownMethods = ["get_queryset", "get_ordering", "paginate_queryset"];
  const isPlain = (symbol: ClassSymbol) =>
    ownMethods.every((name) => program.lookupMember(symbol, name).kind !== "found");
  if (list.by === "listView" && view && program.lookupMember(view, "ordering").kind === "found") {
    return isPlain(view) ? attribute(view) : undefined;
  }
  switch (rows.order) {
    case "ordered": {
      const order = orderOfCalls(program, rows);
      return order && { order, by: "call" };
    }
    case "default": {
      const order = missingOrder(context, rows) ? undefined : orderOfModel(program, rows.model);
      return order && { order, by: "model" };
    }
    default:
      return undefined;
  }
}

/** `CursorPagination.ordering` of the framework itself. */
function orderOfEveryCursor(
  { project: { program } }: RuleContext,
  { location }: RowList,
  view: ClassSymbol | undefined,
): PageOrder {
  const member = view && program.lookupMember(view, "pagination_class");
  const value = member?.kind === "found" && member.symbol.kind === "variable" && member.symbol.values.at(-1);
  const place =
    member?.kind === "found" && value
      ? { path: member.owner.module.file.path, range: { start: value.start, end: value.end } }
      : location;
  return { columns: [{ name: "created", descending: true }], location: place, append: () => undefined };
}

/** The project's class of the paginator. */
function cursorOf(
  { project: { program, settings } }: RuleContext,
  { pages }: RowList,
): ClassSymbol | undefined {
  if (pages.kind !== "declared") return undefined;
  if (pages.value) return pages.value.kind === "class" ? pages.value.symbol : undefined;
  const { paginationClass } = restFrameworkPagination(settings);
  const symbol = paginationClass === undefined ? undefined : program.resolveDottedName(paginationClass);
  return symbol?.kind === "class" ? symbol : undefined;
}
