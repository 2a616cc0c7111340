/**
 * Rows that are looked up one by one by a column of what a loop runs over, fetched with one query in front of the loop:
 * as a dictionary by primary key, or as the set of values that exist.
 */
import type { Field, Model } from "../../django/model-graph.ts";
import { quoteOf } from "../../edits/queryset-chain.ts";
import { lineBefore, startsLine } from "../../edits/statement-lines.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import { querysetOperation } from "../../queryset/operations.ts";
import type { FilterCondition } from "../../queryset/queryset.ts";
import type { Expression, Keyword, Statement } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { isExpression, isStatement, type Node } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { type CodeAround, codeAround, isAvailableAt } from "./code-around.ts";
import { parentOf } from "./consumer.ts";
import type { PerRowQuery } from "./per-row-queries.ts";
import { type MethodCall, methodName, parseQuery } from "./query-expression.ts";
import { snakeCase } from "./row-attribute.ts";

export interface Preload {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

export function preloadOf(context: RuleContext, { cause, executions }: PerRowQuery): Preload | undefined {
  const [execution, ...others] = executions;
  if (others.length > 0 || execution.calls.length > 0 || execution.node !== cause.node) return undefined;
  if (execution.memoised || execution.queryset.related || execution.queryset.locksRows) return undefined;
  const lookup = lookupOf(
    context,
    execution.node,
    execution.operation,
    execution.queryset.filters,
    execution.queryset.model,
  );
  const code = codeAround(context, cause.location);
  if (!lookup || !code) return undefined;
  const loop = loopOver(code, lookup.keyword.value, execution.loops.at(-1)?.statement);
  if (!loop || !isReiterable(code, loop.iterable)) return undefined;
  if (isInTry(code, loop.node) && lookup.kind === "get") return undefined;
  const { text } = code.module.file;
  const place = loop.statement;
  if (!startsLine(text, place.start) || text.startsWith("elif", place.start)) return undefined;
  const values = lookup.otherValues;
  if (!values.every((value) => isAvailableAt(context, code, value, place))) return undefined;
  const wanted = text.slice(lookup.keyword.value.start, lookup.keyword.value.end);
  const iterable = text.slice(loop.iterable.start, loop.iterable.end);
  const all = wanted === loop.name ? iterable : `[${wanted} for ${loop.target} in ${iterable}]`;
  const name = freeName(text.slice(code.scope.start, code.scope.end), nameFor(lookup));
  if (name === undefined) return undefined;
  const fetched = fetchedCode(text, lookup, all, quoteOf(text, execution.node));
  return {
    title:
      lookup.kind === "exists"
        ? `Fetch ${name} before the loop`
        : `Fetch all with in_bulk() before the loop (a missing row raises KeyError)`,
    edits: [lineBefore(text, place, `${name} = ${fetched}`), useOf(code, lookup, wanted, name)],
  };
}

interface Lookup {
  readonly kind: "get" | "first" | "exists";
  readonly node: Expression;
  /** The calls in front of the one with the condition. */
  readonly before: Expression;
  readonly keyword: Keyword;
  /** Conditions that are the same for every round. */
  readonly others: readonly Keyword[];
  /** What else the query is made of: the holder of the manager, other conditions, arguments of further calls. */
  readonly otherValues: readonly Expression[];
  readonly field: Field;
  readonly model: Model;
}

function lookupOf(
  context: RuleContext,
  node: Expression,
  operation: string,
  conditions: readonly FilterCondition[],
  model: Model,
): Lookup | undefined {
  const query = parseQuery(node);
  const last = query?.steps.at(-1);
  if (!query || !last || query.subscript || methodName(last) !== operation) return undefined;
  const kind = operation === "get" || operation === "first" || operation === "exists" ? operation : undefined;
  const filter = operation === "get" ? last : query.steps.at(-2);
  if (
    !kind ||
    !filter ||
    (operation !== "get" && (methodName(filter) !== "filter" || last.arguments.length > 0))
  )
    return undefined;
  if (filter.arguments.length > 0) return undefined;
  const varying = conditions.filter(({ varies }) => varies.length > 0);
  const [condition] = varying;
  if (varying.length !== 1 || !condition?.lookup || !condition.column) return undefined;
  const keyword = filter.keywords.find(({ name }) => name?.name === condition.lookup);
  const field = fieldOf(model, condition.lookup);
  if (!keyword || !field || !isSameType(context, field, model, condition.column.field)) return undefined;
  if (kind !== "exists" && !field.primaryKey) return undefined;
  const others = filter.keywords.filter((other) => other !== keyword);
  if (kind === "get" && others.length > 0) return undefined;
  const before = filter.function.value;
  const steps = query.steps.slice(0, query.steps.indexOf(filter));
  if (!steps.every(isKept)) return undefined;
  const stepValues = steps.flatMap((step) => [...step.arguments, ...step.keywords.map(({ value }) => value)]);
  return {
    kind,
    node,
    before,
    keyword,
    others,
    otherValues: [query.root.value, ...others.map(({ value }) => value), ...stepValues],
    field,
    model,
  };
}

function isKept(step: MethodCall): boolean {
  const kind = querysetOperation(methodName(step))?.kind;
  return (
    kind === "refine" || kind === "select" || kind === "prefetch" || kind === "columns" || kind === "annotate"
  );
}

function fieldOf(model: Model, lookup: string): Field | undefined {
  const name = lookup === "pk" ? model.primaryKey : lookup;
  return (
    model.fields.get(name) ?? [...model.fields.values()].find(({ attributeName }) => attributeName === name)
  );
}

/** The column holds what the field does, so that Python finds equal what the database finds equal. */
function isSameType({ project }: RuleContext, field: Field, model: Model, column: Field): boolean {
  // `filter(due=None)` asks for missing values, which a list of values never finds.
  if (field.null && column.null) return false;
  const isForeignKey = (candidate: Field): boolean =>
    (candidate.kind === "foreignKey" || candidate.kind === "oneToOne") && candidate.toField === undefined;
  const keyOf = (candidate: Field): string | undefined =>
    isForeignKey(candidate) ? candidate.target : undefined;
  if (field.primaryKey && field.kind === "column") {
    const target = keyOf(column);
    if (target !== undefined) return project.models.model(target) === model;
    return column.primaryKey && column.model === field.model;
  }
  if (isForeignKey(field)) {
    const target = keyOf(column);
    return target !== undefined && target === field.target;
  }
  return field.kind === "column" && column.kind === "column" && field.baseClassName === column.baseClassName;
}

interface Loop {
  readonly node: Node;
  /** The statement that the loop is, or stands in. */
  readonly statement: Statement;
  readonly name: string;
  readonly target: string;
  readonly iterable: Expression;
}

/** The loop whose variable the value is made of: `pk`, `entry.task_id`. */
function loopOver(code: CodeAround, value: Expression, innermost: Node | undefined): Loop | undefined {
  const holder = value.kind === "Attribute" ? value.value : value;
  if (holder.kind !== "Name" || innermost === undefined) return undefined;
  const index = code.path.lastIndexOf(innermost);
  const statement = code.path.slice(0, index + 1).findLast((node): node is Statement => isStatement(node));
  if (index < 0 || !statement) return undefined;
  const { name } = holder;
  const loop = { node: innermost, statement, name, target: name };
  if (isStatement(innermost) && innermost.kind === "For") {
    const { target, iterable } = innermost;
    return target.kind === "Name" && target.name === name && bindingsOf(innermost, name).length === 0
      ? { ...loop, iterable }
      : undefined;
  }
  if (!isExpression(innermost) || innermost.kind !== "Comprehension" || innermost.clauses.length !== 1)
    return undefined;
  const [clause] = innermost.clauses;
  return clause?.target.kind === "Name" && clause.target.name === name
    ? { ...loop, iterable: clause.iterable }
    : undefined;
}

/** A name of a list or queryset: running over it twice costs nothing more. */
function isReiterable({ scope }: CodeAround, iterable: Expression): boolean {
  if (iterable.kind !== "Name") return false;
  const bindings = bindingsOf(scope, iterable.name);
  return (
    bindings.length > 0 && bindings.every((binding) => binding.kind === "assignment" && isList(binding.value))
  );
}

const lists: ReadonlySet<string> = new Set(["list", "sorted", "tuple", "set"]);

function isList(value: Expression): boolean {
  switch (value.kind) {
    case "ListLiteral":
    case "TupleLiteral":
      return true;
    case "Comprehension":
      return value.form !== "generator";
    case "Call": {
      if (value.function.kind === "Name") return lists.has(value.function.name);
      if (value.function.kind !== "Attribute") return false;
      const kind = querysetOperation(value.function.attribute.name)?.kind;
      return (
        kind !== undefined && ["refine", "select", "prefetch", "columns", "annotate", "rows"].includes(kind)
      );
    }
    case "Subscript":
      return value.index.kind === "Slice" && isList(value.value);
    default:
      return false;
  }
}

/** Inside the loop, somebody expects `DoesNotExist`. */
function isInTry({ path }: CodeAround, loop: Node): boolean {
  return path.slice(path.lastIndexOf(loop) + 1).some((node) => isStatement(node) && node.kind === "Try");
}

function nameFor({ kind, model, field }: Lookup): string {
  if (kind !== "exists") return `${snakeCase(model.name)}_by_${field.primaryKey ? "pk" : field.name}`;
  return `existing_${field.name}${field.name.endsWith("s") ? "" : "s"}`;
}

function freeName(functionText: string, wanted: string): string | undefined {
  const names = new Set(functionText.match(/[A-Za-z_]\w*/g) ?? []);
  return [wanted, `all_${wanted}`].find((name) => !names.has(name));
}

function fetchedCode(text: string, lookup: Lookup, all: string, quote: string): string {
  const before = text.slice(lookup.before.start, lookup.before.end);
  const others = lookup.others.map(({ start, end }) => text.slice(start, end));
  if (lookup.kind === "exists") {
    const name = lookup.keyword.name?.name ?? "pk";
    const conditions = [`${name}__in=${all}`, ...others].join(", ");
    return `set(${before}.filter(${conditions}).values_list(${quote}${name}${quote}, flat=True))`;
  }
  const filtered = others.length > 0 ? `${before}.filter(${others.join(", ")})` : before;
  return `${filtered}.in_bulk(${all})`;
}

/** What stands in the place of the query. */
function useOf(code: CodeAround, lookup: Lookup, wanted: string, name: string): TextEdit {
  const { node } = lookup;
  const range = { start: node.start, end: node.end };
  switch (lookup.kind) {
    case "get":
      return { range, newText: `${name}[${wanted}]` };
    case "first":
      return { range, newText: `${name}.get(${wanted})` };
    case "exists": {
      const parent = parentOf(code, node);
      if (
        parent !== undefined &&
        isExpression(parent) &&
        parent.kind === "UnaryOperation" &&
        parent.operator === "not"
      ) {
        return { range: { start: parent.start, end: parent.end }, newText: `${wanted} not in ${name}` };
      }
      const needsParentheses =
        parent !== undefined &&
        isExpression(parent) &&
        (parent.kind === "Comparison" || parent.kind === "BinaryOperation" || parent.kind === "Attribute");
      return { range, newText: needsParentheses ? `(${wanted} in ${name})` : `${wanted} in ${name}` };
    }
  }
}
