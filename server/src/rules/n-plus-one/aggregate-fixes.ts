/** One edit of a queryset that gives its rows everything that a loop now asks for row by row. */
import { type ImportedName, importAll, importName } from "../../edits/imports.ts";
import {
  type CodeAddition,
  extendQuerysetChain,
  methodCalls,
  quoteOf,
  type TextReplacement,
} from "../../edits/queryset-chain.ts";
import { isExpression, isStatement } from "../../syntax/walk.ts";
import type { FileEdit, Fix } from "../finding.ts";
import { modelName } from "../model-name.ts";
import type { RuleContext } from "../rule-context.ts";
import { canJoin, joinedAggregate, type Names, subqueryAggregate } from "./annotation-code.ts";
import { parentOf } from "./consumer.ts";
import { type ListPrefetch, listPrefetch } from "./list-prefetch.ts";
import { isWrittenInLoop } from "./loop-writes.ts";
import type { PerRowQuery } from "./per-row-queries.ts";
import { methodName } from "./query-expression.ts";
import type { RowAccess } from "./row-access.ts";
import { type RowAggregate, rowAggregateOf } from "./row-aggregate.ts";
import { freeAttribute, pluralOf, qualifierOf, singularOf } from "./row-attribute.ts";

/** A query with the way in which its value can come with the row. */
export type RowValue =
  | { readonly kind: "annotation"; readonly query: PerRowQuery; readonly aggregate: RowAggregate }
  | { readonly kind: "list"; readonly query: PerRowQuery; readonly access: RowAccess };

/** Undefined where no edit of the rows' queryset can replace the query. */
export function rowValueOf(
  context: RuleContext,
  query: PerRowQuery,
  access: RowAccess,
): RowValue | undefined {
  const [execution] = query.executions;
  const { label } = execution.queryset.model;
  if (access.loop && isWrittenInLoop(context.facts, access.loop, label)) return undefined;
  if (hasDistinctColumns(access)) return undefined;
  const aggregate = rowAggregateOf(context, query, access);
  if (aggregate) return { kind: "annotation", query, aggregate };
  return execution.operation === "first" && access.loop ? { kind: "list", query, access } : undefined;
}

/** `distinct("name")` and `annotate()` do not go together. */
function hasDistinctColumns({ rows }: RowAccess): boolean {
  return rows.origin.sites.some(({ node }) =>
    methodCalls(node).some((call) => methodName(call) === "distinct" && call.arguments.length > 0),
  );
}

export function accessOf(value: RowValue): RowAccess {
  return value.kind === "annotation" ? value.aggregate.access : value.access;
}

/** @param values all of the same queryset */
export function aggregateFix(context: RuleContext, values: readonly RowValue[]): Fix | undefined {
  const [first] = values;
  if (!first) return undefined;
  const { rows, site, built } = accessOf(first);
  const annotations = annotationsOf(context, values);
  const lists: ListPrefetch[] = [];
  for (const value of values) {
    if (value.kind !== "list") continue;
    const list = listPrefetch(context, value.access, value.query.executions[0].queryset);
    if (!list || lists.some(({ attribute }) => attribute === list.attribute)) return undefined;
    lists.push(list);
  }
  if (!annotations) return undefined;
  const additions: CodeAddition[] = [];
  if (annotations.code.length > 0) additions.push({ method: "annotate", arguments: annotations.code });
  if (lists.length > 0)
    additions.push({ method: "prefetch_related", arguments: lists.map((list) => list.code) });
  const { text } = built.module.file;
  const extended = extendQuerysetChain(text, site, {
    additions: [],
    code: additions,
    columnsForOnly: [],
    managerName: site.kind === "model" ? rows.model.defaultManager : undefined,
    chunkedIterator: rows.streamed && lists.length > 0,
  });
  if (!extended) return undefined;
  const titles = [
    ...(annotations.attributes.length > 0
      ? [`annotate(${annotations.attributes.map((name) => `${name}=…`).join(", ")})`]
      : []),
    ...(lists.length > 0 ? [`prefetch_related(${lists.map(({ summary }) => summary).join(", ")})`] : []),
  ];
  const edits = uniqueEdits([
    ...annotations.imports,
    ...lists.flatMap((list) => list.imports),
    ...extended,
    ...lists.map((list) => list.read),
  ]);
  return {
    title: `Add ${titles.join(" and ")}`,
    safety: "unsafe",
    preferred: true,
    edits: [
      ...edits.map((edit) => ({ path: site.location.path, ...edit })),
      ...uniqueEdits(annotations.reads),
    ],
  };
}

interface Annotations {
  readonly attributes: readonly string[];
  readonly code: readonly string[];
  readonly imports: readonly TextReplacement[];
  readonly reads: readonly FileEdit[];
}

function annotationsOf(context: RuleContext, values: readonly RowValue[]): Annotations | undefined {
  const aggregates = values.flatMap((value) => (value.kind === "annotation" ? [value.aggregate] : []));
  const [first] = aggregates;
  if (!first) return { attributes: [], code: [], imports: [], reads: [] };
  const { file } = first.access.built.module;
  const needed = { models: new Set<string>(), functions: new Set<string>() };
  const imports: TextReplacement[] = [];
  const reads: FileEdit[] = [];
  const attributes = new Map<string, string>();
  // Joins along two relations multiply each other's rows.
  const joins = aggregates.filter(({ kind }) => kind === "count" || kind === "function");
  const severalRelations = new Set(joins.map(({ access }) => access.relation)).size > 1;
  // What a view filters by later, along other relations, multiplies them as well.
  const distinct = severalRelations || first.access.shared;
  for (const aggregate of aggregates) {
    const { access } = aggregate;
    const expression = expressionOf(context, aggregate, distinct);
    if (!expression) return undefined;
    for (const name of expression.names.models) needed.models.add(name);
    for (const name of expression.names.functions) needed.functions.add(name);
    imports.push(...expression.imports);
    const known = [...attributes].find(([, code]) => code === expression.code)?.[0];
    const asked = attributeAskedFor(aggregate);
    const attribute =
      asked ??
      known ??
      freeAttribute(context, access.rows, attributeFor(aggregate), new Set(attributes.keys()));
    if (attribute === undefined) return undefined;
    attributes.set(attribute, expression.code);
    const { start, end } = aggregate.replaced;
    if (asked === undefined) {
      reads.push({ path: access.path, range: { start, end }, newText: readOf(aggregate, attribute) });
    }
  }
  const django = importAll(file, [
    { module: "django.db.models", names: [...needed.models] },
    { module: "django.db.models.functions", names: [...needed.functions] },
  ]);
  if (!django) return undefined;
  return {
    attributes: [...attributes.keys()],
    code: [...attributes].map(([attribute, code]) => `${attribute}=${code}`),
    imports: [...django, ...imports],
    reads,
  };
}

/** `project.task_count if hasattr(project, "task_count") else project.tasks.count()`: it is asked for already. */
function attributeAskedFor({ access, replaced }: RowAggregate): string | undefined {
  const around = access.shared ? parentOf(access.code, replaced) : undefined;
  if (!around || !isExpression(around) || around.kind !== "Conditional" || around.orElse !== replaced)
    return undefined;
  const { test } = around;
  if (test.kind !== "Call" || test.function.kind !== "Name" || test.function.name !== "hasattr")
    return undefined;
  const [row, name] = test.arguments;
  const isOfRow = row?.kind === "Name" && row.name === access.row;
  return isOfRow && name?.kind === "StringLiteral" ? name.value : undefined;
}

/** Rows of other querysets, and those that were just saved, do not have the attribute. */
function readOf({ access, replaced }: RowAggregate, attribute: string): string {
  const { code, row, shared } = access;
  const read = `${row}.${attribute}`;
  if (!shared) return read;
  const { text } = code.module.file;
  const quote = quoteOf(text, replaced);
  const original = text.slice(replaced.start, replaced.end);
  const guarded = `${read} if hasattr(${row}, ${quote}${attribute}${quote}) else ${original}`;
  const parent = parentOf(code, replaced);
  return parent && isStatement(parent) && parent.kind === "Return" ? guarded : `(${guarded})`;
}

interface ImportedExpression {
  readonly code: string;
  readonly names: { readonly models: ReadonlySet<string>; readonly functions: ReadonlySet<string> };
  readonly imports: readonly TextReplacement[];
}

function expressionOf(
  context: RuleContext,
  aggregate: RowAggregate,
  distinct: boolean,
): ImportedExpression | undefined {
  const { access, target } = aggregate;
  const { module, scope } = access.built;
  const quote = quoteOf(module.file.text, access.site.node);
  const attempt = (
    model: ImportedName | undefined,
    write: (names: Names) => string | undefined,
  ): ImportedExpression | undefined => {
    const names = { models: new Set<string>(), functions: new Set<string>() };
    const use = (source: string, used: Set<string>, name: string): string => {
      used.add(name);
      return importName(module.file, source, name)?.expression ?? name;
    };
    const code = write({
      django: (name) => use("django.db.models", names.models, name),
      function: (name) => use("django.db.models.functions", names.functions, name),
      model: model?.expression ?? "",
      quote,
    });
    return code === undefined ? undefined : { code, names, imports: model?.edits ?? [] };
  };
  const joined = canJoin(context, access, target)
    ? attempt(undefined, (names) => joinedAggregate(context, aggregate, names, distinct))
    : undefined;
  if (joined) return joined;
  const model = modelName(context.project.program, module, target, scope);
  return model && attempt(model, (names) => subqueryAggregate(context, aggregate, names));
}

function attributeFor({ access, steps, target, ...computation }: RowAggregate): string {
  const { relation, condition } = access;
  const qualifier = qualifierOf(steps, (name) => name === condition?.name?.name);
  const singular = singularOf(relation, target);
  switch (computation.kind) {
    case "count":
      return `${qualifier}${singular}_count`;
    case "exists":
      return `has_${qualifier}${pluralOf(relation, target)}`;
    case "function":
      return `${qualifier}${singular}_${computation.field}_${computation.name.toLowerCase()}`;
    case "firstValue": {
      const order = steps.findLast((step) => methodName(step) === "order_by")?.arguments[0];
      const isLatest = order?.kind === "StringLiteral" && order.value.startsWith("-");
      return `${isLatest ? "latest" : "first"}_${singular}_${computation.field}`;
    }
  }
}

function uniqueEdits<Edit extends TextReplacement>(edits: readonly Edit[]): readonly Edit[] {
  return [
    ...new Map(edits.map((edit) => [`${edit.range.start}:${edit.range.end}:${edit.newText}`, edit])).values(),
  ];
}
