import { groupBy } from "../../base/group-by.ts";
import type { Model } from "../../django/model-graph.ts";
import { setAttribute } from "../../edits/class-members.ts";
import type { RowList } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import { atMostHigh, classOf, scoreOfQueryset } from "../confidence.ts";
import type { Evidence, Finding, Fix } from "../finding.ts";
import { findingBase, placeKey, stepToQueryset } from "../finding-parts.ts";
import { queryShapes } from "../indexes/query-shapes.ts";
import { tenantModels } from "../indexes/tenant-models.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { type IsTenant, isBounded } from "./bounded-rows.ts";
import { growthOf, isOfUsers } from "./growing-models.ts";
import { pagesOf, type WhyAll } from "./page-kind.ts";
import { declarationOfRestFramework } from "./rest-framework-setting.ts";

export const unpaginatedList: FactRule = {
  kind: "facts",
  code: "QS601",
  name: "unpaginated-list",
  summary: "A view lists all rows of a table at once",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const isTenant = tenantModels(context, queryShapes(context));
    const lists = factsOfKind(context.facts, "rowList").flatMap((list) => {
      const whole = wholeTable(context, list, isTenant);
      return whole ? [whole] : [];
    });
    const place = declarationOfRestFramework(context);
    const isBySettings = ({ why }: WholeTable): boolean => why === "settings" && place !== undefined;
    const views = groupBy(
      lists.filter((list) => !isBySettings(list)),
      ({ list }) => placeKey(list.location),
    );
    const bySettings = lists.filter(isBySettings);
    return [
      ...[...views.values()].map((group) => findingOfView(context, group as WholeTables)),
      ...(place && bySettings.length > 0 ? [findingOfSettings(context, place, bySettings)] : []),
    ];
  },
};

type WholeTables = readonly [WholeTable, ...WholeTable[]];

interface WholeTable {
  readonly list: RowList;
  readonly queryset: Queryset;
  readonly why: WhyAll;
}

/** Undefined where pages are cut, the rows are few, or nobody looks at all of them. */
function wholeTable(context: RuleContext, list: RowList, isTenant: IsTenant): WholeTable | undefined {
  const { by, rows, view } = list;
  if (by === "paginator" || rows.kind !== "queryset" || !view?.module.firstParty) return undefined;
  const pages = pagesOf(context, list);
  if (typeof pages === "string") return undefined;
  // A page that fetches its rows by itself asks another view for them.
  if (by === "listView" && !rows.result.evaluated) return undefined;
  if (isBounded(context, rows, isTenant) || growthOf(context, rows.model) === "fixed") return undefined;
  return { list, queryset: rows, why: pages.all };
}

/** Rows of a model that nothing is known of may be few. */
const ofUnknownGrowth = 0.7;
/** Somebody decided so. */
const onPurpose = 0.7;
/** What a view of its own lists may be few for reasons that the fields of the model don't tell. */
const ofOneView = 0.75;

/** A condition leaves a part of the table, and how much that is only the data tell. */
const ofSomeRows = 0.7;
/** The view has a `list()` of its own, which may answer from elsewhere before it asks for the rows. */
const ofOwnList = 0.7;

function scoreOf(context: RuleContext, { list, queryset, why }: WholeTable): number {
  const answersItself =
    list.view?.kind === "class" && context.project.program.lookupMember(list.view, "list").kind === "found";
  const doubts = [
    isOfUsers(context, queryset.model) ? 1 : ofUnknownGrowth,
    queryset.filters.length > 0 ? ofSomeRows : 1,
    answersItself ? ofOwnList : 1,
    why === "explicit" ? onPurpose : 1,
  ];
  return scoreOfQueryset(queryset) * Math.min(...doubts);
}

function findingOfView(context: RuleContext, group: WholeTables): Finding {
  const [whole] = group;
  const { list, queryset, why } = whole;
  const { location, symbol } = list;
  const { model } = queryset;
  return {
    ...partsOf(context, group),
    confidence: atMostHigh(classOf(Math.min(scoreOf(context, whole), ofOneView))),
    message: messageOf(list, model, why),
    help: helpOf(list, why),
    location,
    origin: location,
    symbol,
    model: model.label,
    evidence: [...stepToQueryset(queryset), stepToList(whole)],
    fixes: fixesOf(list),
  };
}

const viewsNamed = 3;
const viewsShown = 10;

/** One setting repairs all of them. */
function findingOfSettings(
  context: RuleContext,
  { location, symbol }: Pick<Finding, "location" | "symbol">,
  group: readonly WholeTable[],
): Finding {
  const lists = [...new Map(group.map((whole) => [placeKey(whole.list.location), whole])).values()];
  const named = lists.slice(0, viewsNamed).map(({ list }) => `"${list.view?.name ?? ""}"`);
  const more = lists.length > viewsNamed ? ", …" : "";
  const number = lists.length === 1 ? "one list returns" : `${lists.length} lists return`;
  return {
    ...partsOf(context, group),
    confidence: atMostHigh(classOf(Math.max(...lists.map((whole) => scoreOf(context, whole))))),
    message: `REST_FRAMEWORK names no paginator: ${number} the whole table (${named.join(", ")}${more}).`,
    help: 'Set DEFAULT_PAGINATION_CLASS and PAGE_SIZE, or "pagination_class" on the views; clients get the rows in "results" then.',
    location,
    origin: location,
    symbol,
    model: undefined,
    evidence: [
      { message: "No DEFAULT_PAGINATION_CLASS", location },
      ...lists.slice(0, viewsShown).map(stepToList),
    ],
  };
}

function partsOf(
  context: RuleContext,
  group: readonly WholeTable[],
): Omit<
  Finding,
  "confidence" | "message" | "help" | "location" | "origin" | "symbol" | "model" | "evidence"
> {
  const lists = group.map(({ list }) => list);
  return {
    ...findingBase(unpaginatedList),
    level: levelInRoots(context, unpaginatedList.level, lists),
    remedy: "paging",
    accesses: lists.map(({ location }) => ({ location, relationPath: "", code: unpaginatedList.code })),
  };
}

function stepToList({ list, queryset }: WholeTable): Evidence {
  return { message: `All rows of ${queryset.model.name} are listed here`, location: list.location };
}

function messageOf({ view }: RowList, { name }: Model, why: WhyAll): string {
  const reason =
    why === "noPageSize"
      ? `its paginator cuts no pages, since no page size is set`
      : why === "settings"
        ? "neither it nor REST_FRAMEWORK names a paginator"
        : "it has no pages";
  return `"${view?.name ?? ""}" lists every ${name}: ${reason}, and each request loads the whole table.`;
}

function helpOf({ by }: RowList, why: WhyAll): string {
  if (by === "ninja") return "Decorate the operation with @paginate.";
  if (by === "graphql")
    return "Give the field arguments that cut the rows, or make it a connection, with a limit to its pages.";
  if (by === "listView")
    return `Set "paginate_by", and let the template lead to the other pages ("page_obj").`;
  switch (why) {
    case "explicit":
      return `Give "pagination_class" a paginator; clients get the rows in "results" then.`;
    case "noPageSize":
      return "Set PAGE_SIZE in REST_FRAMEWORK, or the size in the class of the paginator.";
    default:
      return 'Set "pagination_class", or DEFAULT_PAGINATION_CLASS and PAGE_SIZE in REST_FRAMEWORK; clients get the rows in "results" then.';
  }
}

const rowsOnPage = 25;

function fixesOf({ by, view }: RowList): readonly Fix[] {
  if (by !== "listView" || view?.kind !== "class") return [];
  const { file } = view.module;
  const edit = setAttribute(file, view.node, {
    name: "paginate_by",
    code: String(rowsOnPage),
    below: "model",
  });
  if (!edit) return [];
  return [
    {
      title: `Set paginate_by = ${rowsOnPage} (the template has to lead to the other pages)`,
      safety: "unsafe",
      preferred: true,
      edits: [{ path: file.path, ...edit }],
    },
  ];
}
