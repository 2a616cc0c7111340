import { groupBy } from "../../base/group-by.ts";
import type { RowList } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Collection } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { atMostHigh, classOf, scoreOfQueryset } from "../confidence.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey, stepsTo, stepToQueryset } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import { comprehensionOver, fetchedRows } from "../query-shape/rows-in-python.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { type MaterialisedRows, materialisedRows } from "./materialised-rows.ts";

export const paginatorOverList: FactRule = {
  kind: "facts",
  code: "QS603",
  name: "paginator-over-list",
  summary: "All rows are loaded into a list before one page is cut from it",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const lists = factsOfKind(context.facts, "rowList").flatMap((list) => {
      const materialised = materialisedIn(context, list);
      return materialised ? [materialised] : [];
    });
    return [...groupBy(lists, ({ list }) => placeKey(list.location)).values()].map((group) =>
      findingOf(context, group),
    );
  },
};

interface PagedList {
  readonly list: RowList;
  readonly queryset: Queryset;
  readonly made: MaterialisedRows;
}

function materialisedIn(context: RuleContext, list: RowList): PagedList | undefined {
  const { by, node, rows } = list;
  if (by !== "paginator" || node.kind !== "Call" || rows.kind !== "collection") return undefined;
  const argument = firstArgument(node);
  const made = argument && materialisedRows(context, list.location, argument);
  const queryset = made && (wholeQueryset(rows) ?? describedRows(context, list.location.path, made.node));
  return queryset && { list, queryset, made };
}

/** The queryset of whose rows each element says something: `[{"title": task.title} for task in tasks]`. */
function describedRows(context: RuleContext, path: string, list: Expression): Queryset | undefined {
  const rows = fetchedRows(context).find(
    (each) => each.module.file.path === path && comprehensionOver(each)?.node === list,
  );
  return rows?.queryset.bound.kind === "none" ? rows.queryset : undefined;
}

/** The queryset all of whose rows the list has. */
function wholeQueryset({ element, size }: Collection): Queryset | undefined {
  if (size.kind !== "rows" || size.pageSize !== undefined) return undefined;
  const queryset = element.kind === "instance" ? element.source?.queryset : undefined;
  return queryset?.bound.kind === "none" && queryset.rows === "instances" ? queryset : undefined;
}

function firstArgument(node: Extract<Expression, { kind: "Call" }>): Expression | undefined {
  return node.arguments[0] ?? node.keywords.find(({ name }) => name?.name === "object_list")?.value;
}

/** Python may have to choose or sort the rows, and the list may be needed for more than its page. */
const forAReason = 0.7;

function findingOf(context: RuleContext, [first, ...others]: readonly [PagedList, ...PagedList[]]): Finding {
  const { list, made, queryset } = first;
  const { location, symbol } = list;
  const { model } = queryset;
  const isInVain = made.rows !== undefined && !made.isUsedElsewhere;
  return {
    ...findingBase(paginatorOverList),
    level: levelInRoots(context, paginatorOverList.level, [list, ...others.map((other) => other.list)]),
    remedy: "paging",
    confidence: atMostHigh(classOf(scoreOfQueryset(queryset) * (isInVain ? 1 : forAReason))),
    message: `Each page of ${model.name} loads all rows: the paginator gets a list, and a queryset would load the rows of the page alone.`,
    help: isInVain
      ? "Give the paginator the queryset."
      : "Let the queryset choose and sort the rows, and give it to the paginator.",
    location,
    origin: location,
    symbol,
    model: model.label,
    accesses: [{ location, relationPath: "", code: paginatorOverList.code }],
    evidence: [
      ...stepToQueryset(queryset),
      ...stepsTo(list),
      {
        message: "All rows are loaded here",
        location: { path: location.path, range: { start: made.node.start, end: made.node.end } },
      },
      { message: "Cut into pages here", location },
    ],
    fixes: isInVain && made.rows ? [fixOf(context, location.path, made.node, made.rows)] : [],
  };
}

function fixOf(
  context: RuleContext,
  path: string,
  { start, end }: Expression,
  rows: NonNullable<MaterialisedRows["rows"]>,
): Fix {
  return {
    title: "Give the paginator the queryset (one query more, which counts the rows)",
    safety: "unsafe",
    preferred: true,
    edits: [{ path, range: { start, end }, newText: context.text(path).slice(rows.start, rows.end) }],
  };
}
