/** Code of annotations: a join with a conditional aggregate where that is right, else a subquery. */
import type { Model, Relation } from "../../django/model-graph.ts";
import { isToOne } from "../../django/model-graph.ts";
import { mayUse } from "../../django/versions.ts";
import { methodCalls } from "../../edits/queryset-chain.ts";
import { querysetOperation } from "../../queryset/operations.ts";
import type { Expression, Keyword } from "../../syntax/ast.ts";
import type { RuleContext } from "../rule-context.ts";
import { isAvailableAt, isConstant } from "./code-around.ts";
import { methodName } from "./query-expression.ts";
import type { RowAccess } from "./row-access.ts";
import { isIrrelevantForCounting, type RowAggregate } from "./row-aggregate.ts";

/** How names that the code uses are written in the file. */
export interface Names {
  /** A class of `django.db.models`. */
  django(name: string): string;
  /** A class of `django.db.models.functions`. */
  function(name: string): string;
  readonly model: string;
  readonly quote: string;
}

/** Whether aggregates over a join see each related row once: nothing else in the queryset multiplies or drops rows. */
export function canJoin(context: RuleContext, { rows, query, condition }: RowAccess, target: Model): boolean {
  const manager = target.managers.get(condition ? query.root.attribute.name : target.defaultManager);
  const { managerClass } = manager ?? {};
  const isPlain =
    manager?.known === true &&
    (!managerClass || context.project.program.lookupMember(managerClass, "get_queryset").kind !== "found");
  return (
    isPlain &&
    rows.annotations.size === 0 &&
    !rows.locksRows &&
    !rows.unknownOperations &&
    rows.filters.every(({ lookup }) => lookup !== undefined && !crossesToMany(rows.model, lookup)) &&
    rows.origin.sites.every(({ node }) =>
      methodCalls(node).every(
        (call) =>
          methodName(call) !== "order_by" ||
          call.arguments.every(
            (column) =>
              column.kind === "StringLiteral" && !crossesToMany(rows.model, column.value.replace(/^-/, "")),
          ),
      ),
    ) &&
    rows.model.meta.ordering.every((column) => !crossesToMany(rows.model, column.replace(/^-/, "")))
  );
}

/** The first relation of the lookup leads to several rows; further ones are not looked at, and taken for such. */
function crossesToMany(model: Model, lookup: string): boolean {
  const [first = "", ...rest] = lookup.split("__");
  const relation = model.lookupRelations.get(first);
  if (!relation) return false;
  return !isToOne(relation) || rest.length > 1;
}

/** `Count("tasks", filter=Q(tasks__done=False), distinct=True)`; undefined where the conditions can't be written so. */
export function joinedAggregate(
  context: RuleContext,
  aggregate: RowAggregate,
  names: Names,
  distinct: boolean,
): string | undefined {
  const { access, steps, target } = aggregate;
  if (aggregate.kind !== "count" && (aggregate.kind !== "function" || distinct)) return undefined;
  const path = access.relation.queryName;
  const conditions: string[] = [];
  for (const step of steps) {
    if (isIrrelevantForCounting(step)) continue;
    const method = methodName(step);
    if ((method !== "filter" && method !== "exclude") || step.arguments.length > 0) return undefined;
    const keywords = step.keywords.filter((keyword) => keyword !== access.condition);
    if (keywords.length === 0) continue;
    const parts: string[] = [];
    for (const keyword of keywords) {
      const part = prefixed(context, aggregate, keyword);
      if (part === undefined) return undefined;
      parts.push(part);
    }
    conditions.push(`${method === "exclude" ? "~" : ""}${names.django("Q")}(${parts.join(", ")})`);
  }
  const subject =
    aggregate.kind === "count"
      ? path
      : `${path}__${aggregate.field === "pk" ? target.primaryKey : aggregate.field}`;
  const parts = [`${names.quote}${subject}${names.quote}`];
  if (conditions.length > 0 && !mayUse("filteredAggregates", context.project.django)) return undefined;
  if (conditions.length > 0) parts.push(`filter=${conditions.join(" & ")}`);
  if (distinct) parts.push("distinct=True");
  return `${names.django(aggregate.kind === "count" ? "Count" : aggregate.name)}(${parts.join(", ")})`;
}

/** `done=False` → `tasks__done=False`, for conditions on the related row's own columns. */
function prefixed(
  context: RuleContext,
  { access, target }: RowAggregate,
  { name, value }: Keyword,
): string | undefined {
  const { code, relation } = access;
  const [column = "", ...rest] = name?.name.split("__") ?? [];
  const field =
    target.fields.get(column === "pk" ? target.primaryKey : column) ??
    [...target.fields.values()].find(({ attributeName }) => attributeName === column);
  const isForeignKey = field?.kind === "foreignKey" || field?.kind === "oneToOne";
  if (
    !name ||
    !(field?.kind === "column" || (isForeignKey && rest.every((part) => part === "isnull" || part === "in")))
  )
    return undefined;
  if (!isAvailable(context, access, value)) return undefined;
  const { text } = code.module.file;
  return `${relation.queryName}__${name.name}=${text.slice(value.start, value.end)}`;
}

/** Whether the expression means the same where the queryset is built. */
function isAvailable(
  context: RuleContext,
  { code, shared, site }: RowAccess,
  expression: Expression,
): boolean {
  return shared ? isConstant(expression) : isAvailableAt(context, code, expression, site.node);
}

/** The name in lookups of the related model that leads back to the rows; undefined where there is none. */
function inverseLookup({ project }: RuleContext, relation: Relation): string | undefined {
  const target = relation.target === undefined ? undefined : project.models.model(relation.target);
  switch (relation.kind) {
    case "reverseForeignKey":
      return relation.field.toField === undefined ? relation.field.name : undefined;
    case "reverseManyToMany":
      return relation.field.name;
    case "manyToMany":
      return [...(target?.lookupRelations.values() ?? [])].find(
        ({ kind, field }) => kind === "reverseManyToMany" && field === relation.field,
      )?.queryName;
    default:
      return undefined;
  }
}

/** The related rows of the outer query's row: `Task.objects.filter(project=OuterRef("pk"), done=True)`. */
function correlatedQueryset(
  context: RuleContext,
  { access, steps, target }: RowAggregate,
  names: Names,
): string | undefined {
  const { code, condition, query } = access;
  const { text } = code.module.file;
  const inverse = condition?.name?.name ?? inverseLookup(context, access.relation);
  if (inverse === undefined || !mayUse("subqueries", context.project.django)) return undefined;
  const outer = `${names.django("OuterRef")}(${names.quote}pk${names.quote})`;
  const manager = condition ? query.root.attribute.name : target.defaultManager;
  const link = `${inverse}=${outer}`;
  const calls: string[] = [];
  let isLinked = false;
  for (const step of steps) {
    const name = methodName(step);
    if (name !== "order_by" && isIrrelevantForCounting(step)) continue;
    const kind = querysetOperation(name)?.kind;
    if (kind !== undefined && !["filter", "exclude", "order_by", "distinct", "reverse"].includes(name))
      return undefined;
    const keywords = step.keywords.filter((keyword) => keyword !== condition);
    const values = [...step.arguments, ...keywords.map(({ value }) => value)];
    if (!values.every((value) => isAvailable(context, access, value))) return undefined;
    const codes = [...step.arguments, ...keywords].map((part) => text.slice(part.start, part.end));
    // The link comes first, in the call that has it, or in the first one that filters.
    const links: boolean =
      keywords.length < step.keywords.length ||
      (!condition && !isLinked && name === "filter" && calls.length === 0 && step.arguments.length === 0);
    if (links) codes.unshift(link);
    isLinked ||= links;
    calls.push(`.${name}(${codes.join(", ")})`);
  }
  if (!isLinked) calls.unshift(`.filter(${link})`);
  return `${names.model}.${manager}${calls.join("")}`;
}

/** `Subquery(…)` for what a join can't compute. */
export function subqueryAggregate(
  context: RuleContext,
  aggregate: RowAggregate,
  names: Names,
): string | undefined {
  const queryset = correlatedQueryset(context, aggregate, names);
  if (queryset === undefined) return undefined;
  const { quote } = names;
  const quoted = (name: string): string => quote + name + quote;
  switch (aggregate.kind) {
    case "exists":
      return `${names.django("Exists")}(${queryset})`;
    case "firstValue":
      return `${names.django("Subquery")}(${ordered(aggregate, queryset, quote)}.values(${quoted(aggregate.field)})[:1])`;
    case "count":
    case "function": {
      const { access, target } = aggregate;
      const inverse = access.condition?.name?.name ?? inverseLookup(context, access.relation);
      if (inverse === undefined || aggregate.steps.some((step) => methodName(step) === "distinct"))
        return undefined;
      const result = target.fields.has("result") ? "aggregated" : "result";
      const [name, field] = aggregate.kind === "count" ? ["Count", "pk"] : [aggregate.name, aggregate.field];
      const grouped = `${queryset}.order_by().values(${quoted(inverse)}).annotate(${result}=${names.django(name)}(${quoted(field)})).values(${quoted(result)})`;
      const subquery = `${names.django("Subquery")}(${grouped})`;
      return name === "Count" ? `${names.function("Coalesce")}(${subquery}, 0)` : subquery;
    }
  }
}

/** `first()` sorts by primary key where nothing else says how. */
function ordered({ steps, target }: RowAggregate, queryset: string, quote: string): string {
  const isOrdered = steps.some((step) => methodName(step) === "order_by" && step.arguments.length > 0);
  return isOrdered || target.meta.isOrdered ? queryset : `${queryset}.order_by(${quote}pk${quote})`;
}
