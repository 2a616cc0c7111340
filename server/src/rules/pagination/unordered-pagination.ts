import { groupBy } from "../../base/group-by.ts";
import { setAttribute } from "../../edits/class-members.ts";
import { extendQuerysetChain, methodCalls } from "../../edits/queryset-chain.ts";
import type { RowList } from "../../interpret/facts.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import { isExtensible, type OriginSite } from "../../queryset/origin.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import { atMostHigh, classOf, scoreOfQueryset } from "../confidence.ts";
import type { FileEdit, Finding, Fix } from "../finding.ts";
import { findingBase, placeKey, stepsTo, stepToQueryset } from "../finding-parts.ts";
import { functionSymbolAround } from "../function-symbol-around.ts";
import { queryShapes } from "../indexes/query-shapes.ts";
import { tenantModels } from "../indexes/tenant-models.ts";
import { isPython } from "../is-python.ts";
import { levelInRoots } from "../levels.ts";
import { isViewClassOfNobody } from "../request/run-by-nobody.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import { type IsTenant, isBounded } from "./bounded-rows.ts";
import { keepsOrder } from "./filter-backends.ts";
import { type MissingOrder, missingOrder } from "./ordering.ts";
import { pagesOf } from "./page-kind.ts";
import { querysetSite } from "./queryset-site.ts";

export const unorderedPagination: FactRule = {
  kind: "facts",
  code: "QS604",
  name: "unordered-pagination",
  summary: "Pages are cut from rows in no order, so that rows repeat on them or are missing",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const unordered = factsOfKind(context.facts, "rowList").flatMap((list) => {
      const missing = missingIn(context, list);
      return missing ? [missing] : [];
    });
    const isTenant = tenantModels(context, queryShapes(context));
    return [...groupBy(unordered, ({ location }) => placeKey(location)).values()].map((group) =>
      findingOf(context, group, isTenant),
    );
  },
};

interface UnorderedList {
  readonly list: RowList;
  readonly queryset: Queryset;
  readonly missing: MissingOrder;
  /** Where the queryset is built; where it is cut, if that is not known. */
  readonly location: RowList["location"];
}

function missingIn(context: RuleContext, list: RowList): UnorderedList | undefined {
  const { rows, view } = list;
  if (rows.kind !== "queryset" || hasOneRow(rows) || pagesOf(context, list) !== "numbered") return undefined;
  const filtering =
    list.by === "restFramework" && view?.kind === "class" ? view : filteringView(context, list);
  if (filtering && mayBeOrdered(context, filtering)) return undefined;
  const missing = missingOrder(context, rows);
  const site = querysetSite(rows);
  if (!missing || (site && isOrderedByDecorator(context, site))) return undefined;
  return { list, queryset: rows, missing, location: site?.location ?? list.location };
}

/** `@ordered_by("name")`: a decorator of the project orders what the method gives. */
function isOrderedByDecorator({ project: { program } }: RuleContext, { location }: OriginSite): boolean {
  const module = program.moduleOfFile(location.path);
  const method = module && functionAround(module.file.tree, location.range);
  return (method?.decorators ?? []).some((decorator) => {
    const name = decorator.kind === "Call" ? decorator.function : decorator;
    const symbol = module ? program.resolveExpression(module, name) : undefined;
    if (symbol?.kind !== "function") return false;
    const { file } = symbol.module;
    return file.text.slice(symbol.node.start, symbol.node.end).includes(".order_by(");
  });
}

/** At most: the columns that a condition fixes are unique together. */
function hasOneRow({ bound }: Queryset): boolean {
  return bound.kind === "unique" || bound.kind === "empty";
}

/** `Paginator(self.filter_queryset(…), 20)` in a view of Django REST framework: its backends order there, too. */
function filteringView(
  { project: { program } }: RuleContext,
  { location }: RowList,
): ClassSymbol | undefined {
  const around = functionSymbolAround(program, location);
  if (!around?.owner || !isGenericView(program, around.owner)) return undefined;
  const { module, node, owner } = around;
  return /\.filter_queryset\(/.test(module.file.text.slice(node.start, node.end)) ? owner : undefined;
}

function isGenericView(program: PythonProgram, view: ClassSymbol): boolean {
  return program
    .mro(view)
    .some((base) => base.kind === "external" && /^rest_framework\.(?:generics|viewsets)\./.test(base.name));
}

/** A filter backend orders by the attribute `ordering`, or by what the project has taught it. */
function mayBeOrdered(context: RuleContext, view: ClassSymbol): boolean {
  const hasOrdering = context.project.program.lookupMember(view, "ordering").kind === "found";
  return hasOrdering || !keepsOrder(context, view);
}

function findingOf(
  context: RuleContext,
  [first, ...others]: readonly [UnorderedList, ...UnorderedList[]],
  isTenant: IsTenant,
): Finding {
  const { list, location, missing, queryset } = first;
  const lists = [list, ...others.map((other) => other.list)];
  const { model } = queryset;
  const isDoubtful =
    isBounded(context, queryset, isTenant) ||
    isMeant(queryset) ||
    lists.every(({ view }) => view?.kind === "class" && isViewClassOfNobody(context, view));
  const why =
    missing === "grouped"
      ? `the rows are grouped, where Django leaves the ordering of ${model.name} out`
      : `neither the queryset nor ${model.name} has an order`;
  return {
    ...findingBase(unorderedPagination),
    level: levelInRoots(context, unorderedPagination.level, lists),
    remedy: "page-order",
    confidence: isDoubtful ? "medium" : atMostHigh(classOf(scoreOfQueryset(queryset))),
    message: `Pages of ${model.name} are cut in no order: ${why}, and rows can repeat on pages or be on none.`,
    help: "Order the queryset by columns that tell all rows apart, the last of them the primary key.",
    location,
    origin: location,
    symbol: querysetSite(queryset)?.symbol ?? list.symbol,
    model: model.label,
    accesses: lists.map((each) => ({
      location: each.location,
      relationPath: "",
      code: unorderedPagination.code,
    })),
    evidence: [
      ...stepToQueryset(queryset),
      ...stepsTo(list),
      { message: "Cut into pages here", location: list.location },
    ],
    fixes: fixesOf(context, first),
  };
}

/** `order_by()` takes the order away: somebody has weighed what it costs. */
function isMeant({ origin }: Queryset): boolean {
  return origin.sites.some(({ node }) =>
    methodCalls(node).some(
      ({ function: callee, arguments: columns }) =>
        callee.attribute.name === "order_by" && columns.length === 0,
    ),
  );
}

/** Grouped rows would be grouped by what they are ordered by, too. */
function fixesOf(context: RuleContext, { missing, queryset }: UnorderedList): readonly Fix[] {
  if (missing === "grouped" || queryset.united || queryset.rows !== "instances") return [];
  const edits = editsOf(context, queryset);
  return edits ? [{ title: `Order the rows by "pk"`, safety: "unsafe", preferred: true, edits }] : [];
}

function editsOf({ project, text }: RuleContext, queryset: Queryset): readonly FileEdit[] | undefined {
  const site = querysetSite(queryset);
  if (!site || !isPython(site.location)) return undefined;
  const { path } = site.location;
  if (site.kind === "modelAttribute") {
    const { holder } = queryset.origin;
    const edit =
      holder?.module.file.path === path
        ? setAttribute(holder.module.file, holder.node, { name: "ordering", code: '["pk"]', below: "model" })
        : undefined;
    const isView = holder !== undefined && project.program.derivesFrom(holder, listViews);
    return edit && isView ? [{ path, ...edit }] : undefined;
  }
  if (!isExtensible(site) || queryset.bound.kind !== "none") return undefined;
  const managerName = site.kind === "model" ? queryset.model.defaultManager : undefined;
  return extendQuerysetChain(text(path), site, {
    additions: [],
    code: [{ method: "order_by", arguments: ['"pk"'] }],
    columnsForOnly: [],
    managerName,
    chunkedIterator: false,
  })?.map((edit) => ({ path, ...edit }));
}

const listViews: ReadonlySet<string> = new Set([
  "django.views.generic.ListView",
  "django.views.generic.list.ListView",
]);
