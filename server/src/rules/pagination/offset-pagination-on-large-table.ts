import { groupBy } from "../../base/group-by.ts";
import { atLeast } from "../../django/version.ts";
import type { RowList } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Evidence, Finding } from "../finding.ts";
import { findingBase, placeKey, stepToQueryset } from "../finding-parts.ts";
import { queryShapes } from "../indexes/query-shapes.ts";
import { tenantModels } from "../indexes/tenant-models.ts";
import { lowered } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { type IsTenant, isBounded } from "./bounded-rows.ts";
import { growthOf } from "./growing-models.ts";
import { orderOfList } from "./list-order.ts";
import { pagesOf } from "./page-kind.ts";
import { declarationOfRestFramework } from "./rest-framework-setting.ts";

export const offsetPaginationOnLargeTable: FactRule = {
  kind: "facts",
  code: "QS602",
  name: "offset-pagination-on-large-table",
  summary: "Pages of a table that grows are cut by number, so that the database reads all rows before them",
  level: "info",
  fix: "none",
  stage: 3,
  run(context) {
    const isTenant = tenantModels(context, queryShapes(context));
    const lists = factsOfKind(context.facts, "rowList").flatMap((list) => {
      const paged = pagedTable(context, list, isTenant);
      return paged ? [paged] : [];
    });
    const setting = declarationOfRestFramework(context);
    const isBySetting = ({ list }: PagedTable): boolean =>
      setting !== undefined && list.pages.kind === "declared" && list.pages.value === undefined;
    const bySetting = lists.filter(isBySetting);
    const byPlace = groupBy(
      lists.filter((paged) => !isBySetting(paged)),
      ({ list }) => placeKey(list.location),
    );
    return [
      ...[...byPlace.values()].flatMap(([first]) => (first ? [findingOf(context, first)] : [])),
      ...(setting && bySetting.length > 0 ? [findingOfSetting(setting, bySetting)] : []),
    ];
  },
};

interface PagedTable {
  readonly list: RowList;
  readonly queryset: Queryset;
}

/** Undefined where the pages are few, begin behind a row, or where people browse a table of the admin. */
function pagedTable(context: RuleContext, list: RowList, isTenant: IsTenant): PagedTable | undefined {
  const { rows, root } = list;
  if (rows.kind !== "queryset" || rows.rows === "raw" || rows.unknownOperations) return undefined;
  if (root.context === "admin" || root.context === "test" || root.context === "migration") return undefined;
  if (pagesOf(context, list) !== "numbered" || growthOf(context, rows.model) !== "growing") return undefined;
  return isBounded(context, rows, isTenant) ? undefined : { list, queryset: rows };
}

function findingOf(context: RuleContext, { list, queryset }: PagedTable): Finding {
  const { by, location, symbol } = list;
  const { model } = queryset;
  const isForPrograms = by === "restFramework" || by === "ninja";
  return {
    ...findingBase(offsetPaginationOnLargeTable),
    // People may want to jump to page 7.
    level: isForPrograms ? offsetPaginationOnLargeTable.level : lowered(offsetPaginationOnLargeTable.level),
    remedy: "paging",
    confidence: "medium",
    message: `Pages of ${model.name} are cut by number: for the last ones, the database reads all rows that stand before them.`,
    help: isForPrograms ? helpForApi : helpForPages(context, list, queryset),
    location,
    origin: location,
    symbol,
    model: model.label,
    evidence: [...stepToQueryset(queryset), stepTo(list)],
  };
}

const helpForApi =
  'Where clients only go on to the next page: CursorPagination with ordering = ("-created", "-id"), the last of them unique, and an index on both.';

/** By the order that the pages have. */
function helpForPages(context: RuleContext, list: RowList, queryset: Queryset): string {
  const [first] = orderOfList(context, list, queryset, "pages")?.order.columns ?? [];
  const { primaryKey } = queryset.model;
  const way = first?.descending ? "lt" : "gt";
  const sign = first?.descending ? "-" : "";
  const isByKey = first === undefined || first.name === "pk" || first.name === primaryKey;
  const behind = isByKey
    ? `filter(pk__${way}=last).order_by("${sign}pk")[:25]`
    : `${behindTwo(context, first.name, primaryKey, way)}.order_by("${sign}${first.name}", "${sign}pk")[:25]`;
  return `Where people only go on to the next page: ${behind}. Where they jump to numbers, it has to stay.`;
}

/** The first condition is the one that an index answers. */
function behindTwo({ django }: RuleContext, name: string, key: string, way: "lt" | "gt"): string {
  return atLeast(django, 5, 2)
    ? `filter(Tuple${way === "lt" ? "Less" : "Greater"}Than(Tuple("${name}", "${key}"), (value, pk)))`
    : `filter(${name}__${way}e=value).filter(Q(${name}__${way}=value) | Q(${name}=value, pk__${way}=pk))`;
}

const modelsNamed = 3;
const viewsShown = 10;

/** One setting is behind all of them. */
function findingOfSetting(
  { location, symbol }: Pick<Finding, "location" | "symbol">,
  group: readonly PagedTable[],
): Finding {
  const lists = [...new Map(group.map((paged) => [placeKey(paged.list.location), paged])).values()];
  const names = [...new Set(lists.map(({ queryset }) => queryset.model.name))].sort();
  const more = names.length > modelsNamed ? ` and ${names.length - modelsNamed} more` : "";
  return {
    ...findingBase(offsetPaginationOnLargeTable),
    remedy: "paging",
    confidence: "medium",
    message: `DEFAULT_PAGINATION_CLASS cuts pages by number, also of tables that grow (${names.slice(0, modelsNamed).join(", ")}${more}): for the last ones, the database reads all rows that stand before them.`,
    help: helpForApi,
    location,
    origin: location,
    symbol,
    model: undefined,
    accesses: lists.map(({ list }) => ({
      location: list.location,
      relationPath: "",
      code: offsetPaginationOnLargeTable.code,
    })),
    evidence: [
      { message: "The paginator of all views that name none", location },
      ...lists.slice(0, viewsShown).map(({ list }) => stepTo(list)),
    ],
  };
}

function stepTo({ location, rows }: RowList): Evidence {
  const name = rows.kind === "queryset" ? rows.model.name : "rows";
  return { message: `Pages of ${name} are cut here`, location };
}
