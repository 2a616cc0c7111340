import { groupBy } from "../../base/group-by.ts";
import type { Location } from "../../base/text-range.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Assign, Expression, Slice, Subscript } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import { returnedValues } from "../../syntax/returned-values.ts";
import { someBlockStatement } from "../../syntax/statement-walk.ts";
import { isStatement } from "../../syntax/walk.ts";
import type { Evidence, Finding, Fix } from "../finding.ts";
import { findingBase, placeKey, stepToQueryset } from "../finding-parts.ts";
import type { OfPlace } from "../functions-in-requests.ts";
import { isPython } from "../is-python.ts";
import { levelInRoots } from "../levels.ts";
import { type CodeAround, codeAround } from "../n-plus-one/code-around.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { unboundedPaginators } from "./paginator-classes.ts";
import { comesFromRequest, isNumber, requestedNumber } from "./requested-number.ts";

export const unboundedPageSize: FactRule = {
  kind: "facts",
  code: "QS607",
  name: "unbounded-page-size",
  summary: "Clients choose without limit how many rows they get",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run: (context) => [...findingsOfClasses(context), ...findingsOfCode(context), ...findingsOfViews(context)],
};

function findingsOfClasses(context: RuleContext): readonly Finding[] {
  return unboundedPaginators(context.project).map((paginator) => ({
    ...baseOf(paginator.location, paginator.symbol, undefined),
    confidence: paginator.givesAll ? ("medium" as const) : ("high" as const),
    message: `Clients choose the size of a page with "${paginator.parameter}", and nothing limits it: "${paginator.limit}" is None.`,
    help: `Set "${paginator.limit}" in a class of the paginator.`,
    evidence: [{ message: `Pages of any size: "${paginator.parameter}"`, location: paginator.location }],
    fixes: paginator.fixes,
  }));
}

/** What `get_paginate_by()` of a list view gives. */
function findingsOfViews(context: RuleContext): readonly Finding[] {
  const { program } = context.project;
  return program.modules
    .filter(({ firstParty, file }) => firstParty && mentions(file, "get_paginate_by"))
    .flatMap((module) => program.functions(module))
    .flatMap((symbol) => {
      const { module, name, node, owner, qualifiedName } = symbol;
      if (name !== "get_paginate_by" || !owner || !program.derivesFrom(owner, listViews)) return [];
      return returnedValues(node).flatMap((value) => {
        const location = { path: module.file.path, range: { start: value.start, end: value.end } };
        const code = codeAround(context, location);
        const parameter = code && requestedNumber(code, value);
        if (parameter === undefined) return [];
        return [
          {
            ...baseOf(location, `${module.name}.${qualifiedName}`, undefined),
            confidence: "high" as const,
            message: `The client chooses with "${parameter}" how many rows are on a page of ${owner.name}, and nothing limits it.`,
            help: `Take the smaller of the number and a limit: "min(…, 100)".`,
            evidence: [{ message: `As many rows as "${parameter}" says`, location }],
          },
        ];
      });
    });
}

const listViews: ReadonlySet<string> = new Set([
  "django.views.generic.list.MultipleObjectMixin",
  "django.views.generic.list.BaseListView",
  "django.views.generic.list.ListView",
  "django.views.generic.ListView",
]);

interface RequestedRows extends OfPlace {
  readonly location: Location;
  readonly symbol: string;
  readonly model: string;
  readonly modelName: string;
  readonly parameter: string;
  /** What leads there. */
  readonly evidence: readonly Evidence[];
}

function findingsOfCode(context: RuleContext): readonly Finding[] {
  const requested = [...requestedPages(context), ...requestedSlices(context)];
  return [...groupBy(requested, ({ location }) => placeKey(location)).values()].map((group) =>
    findingOf(context, group),
  );
}

/** `Paginator(rows, request.GET["n"])` */
function requestedPages(context: RuleContext): readonly RequestedRows[] {
  return factsOfKind(context.facts, "rowList").flatMap((list) => {
    const { by, location, node, root, rows, symbol } = list;
    if (by !== "paginator" || node.kind !== "Call" || rows.kind !== "queryset") return [];
    const size = node.arguments[1] ?? node.keywords.find(({ name }) => name?.name === "per_page")?.value;
    const code = isPython(location) ? codeAround(context, location) : undefined;
    const [paged] = node.arguments;
    return code && paged && isOnlyPagedOnRequest(code, paged)
      ? []
      : requestedRows(context, { location, root, symbol }, rows, size);
  });
}

/** `rows[: int(request.GET["limit"])]` */
function requestedSlices(context: RuleContext): readonly RequestedRows[] {
  return factsOfKind(context.facts, "rowSlice").flatMap((slice) => {
    const { location, node, queryset, root, symbol } = slice;
    const bounds = node.index.kind === "Slice" ? node.index : undefined;
    const size = bounds && sizeOf(bounds, context.text(location.path));
    const code = size && codeAround(context, location);
    // A text as the end of a slice raises: no client gets that many rows.
    if (!code || !isNumber(code, size)) return [];
    const requested = requestedRows(context, { location, root, symbol }, queryset, size);
    return requested.filter(({ parameter }) => !isOnlyShortened(code, node, parameter));
  });
}

/** `if limit: rows = rows[: int(limit)]`: who sends no limit gets all rows, and a smaller one protects nothing. */
function isOnlyShortened(code: CodeAround, { value }: Subscript, parameter: string): boolean {
  const { path } = code;
  const assignment = path.findLast((node): node is Assign => isStatement(node) && node.kind === "Assign");
  const around = assignment && path[path.indexOf(assignment) - 1];
  if (!around || !("kind" in around) || around.kind !== "If" || around.orElse.length > 0) return false;
  const [target] = assignment.targets;
  return (
    target?.kind === "Name" &&
    value.kind === "Name" &&
    target.name === value.name &&
    requestedNumber(code, around.test) === parameter
  );
}

/**
 * `if page: rows = Paginator(rows, size).page(page)`: who asks for no page gets all rows, and a smaller page protects
 * nothing.
 */
function isOnlyPagedOnRequest(code: CodeAround, paged: Expression): boolean {
  if (paged.kind !== "Name") return false;
  return code.path.some(
    (node) =>
      isStatement(node) &&
      node.kind === "If" &&
      node.orElse.length === 0 &&
      comesFromRequest(code, node.test) &&
      someBlockStatement(
        node.body,
        (statement) =>
          statement.kind === "Assign" &&
          statement.targets.some((target) => target.kind === "Name" && target.name === paged.name),
      ),
  );
}

/** None where the number of rows is not the client's to say. */
function requestedRows(
  context: RuleContext,
  { location, root, symbol }: Pick<RequestedRows, "location" | "root" | "symbol">,
  queryset: Queryset,
  size: Expression | undefined,
): readonly RequestedRows[] {
  const code = size && isPython(location) ? codeAround(context, location) : undefined;
  const parameter = code && size && requestedNumber(code, size);
  if (parameter === undefined) return [];
  const { model } = queryset;
  const evidence = stepToQueryset(queryset);
  return [{ location, root, symbol, model: model.label, modelName: model.name, parameter, evidence }];
}

/** `size` of `rows[start : start + size]`: where the page begins, the client may say. */
function sizeOf({ lower, upper }: Slice, text: string): Expression | undefined {
  if (!lower || upper?.kind !== "BinaryOperation" || upper.operator !== "+") return upper;
  const start = text.slice(lower.start, lower.end);
  return [upper.left, upper.right].find((side) => text.slice(side.start, side.end) !== start) ?? upper;
}

function findingOf(context: RuleContext, group: readonly [RequestedRows, ...RequestedRows[]]): Finding {
  const [{ evidence, location, model, modelName, parameter, symbol }] = group;
  return {
    ...baseOf(location, symbol, model),
    level: levelInRoots(context, unboundedPageSize.level, group),
    confidence: "high",
    message: `The client chooses with "${parameter}" how many rows of ${modelName} it gets, and nothing limits it.`,
    help: `Take the smaller of the number and a limit: "min(…, 100)".`,
    evidence: [...evidence, { message: `As many rows as "${parameter}" says`, location }],
  };
}

function baseOf(
  location: Location,
  symbol: string,
  model: string | undefined,
): Omit<Finding, "confidence" | "message" | "help" | "evidence"> & { readonly fixes: readonly Fix[] } {
  return {
    ...findingBase(unboundedPageSize),
    remedy: "paging",
    location,
    origin: location,
    symbol,
    model,
  };
}
