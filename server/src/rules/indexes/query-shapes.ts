/** Which columns the conditions of each query name together. */

import { AnswersOf } from "../../base/answers-of.ts";
import { groupBy } from "../../base/group-by.ts";
import { remembered } from "../../base/remembered.ts";
import { symbolName } from "../../django/canonical-names.ts";
import { type PathPart, resolveLookup } from "../../django/lookups.ts";
import type { Field, Model, ModelGraph } from "../../django/model-graph.ts";
import type { DjangoProject } from "../../django/project.ts";
import type { LookupUse } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { isNoneLiteral } from "../../syntax/none-literal.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { callsBefore } from "../calls-before.ts";
import { clockCalls } from "../clock-calls.ts";
import { functionsInRequests, isInRequest } from "../functions-in-requests.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

export interface Condition {
  /** The model whose table has the column. */
  readonly model: Model;
  readonly field: Field;
  /** Relations that lead from the queryset's model to the column's, joined with `__`; empty for a column of its own. */
  readonly path: string;
  readonly comparison: "equal" | "in" | "range" | "other";
  /** The code writes down what it is compared with: a text, a number, a member of an enumeration. */
  readonly constant: boolean;
  readonly optional: boolean;
  readonly use: LookupUse | undefined;
}

export interface QueryShape {
  readonly queryset: Queryset;
  /** Conditions of this call and of those before it. */
  readonly conditions: readonly Condition[];
  /** The call that restricts the rows last. */
  readonly uses: readonly LookupUse[];
  /** False where conditions were added that are not understood. */
  readonly complete: boolean;
}

const ignoredContexts: ReadonlySet<string> = new Set(["migration", "test"]);

/** One shape for each last call of a chain: an earlier one asks for nothing by itself. */
export function queryShapes(context: RuleContext): readonly QueryShape[] {
  return remembered(known, context.facts, () => shapesOf(context));
}

const known = new AnswersOf<RuleContext["facts"], readonly QueryShape[]>();

function shapesOf(context: RuleContext): readonly QueryShape[] {
  const uses = factsOfKind(context.facts, "lookup").filter(
    ({ condition, root }) => condition && !ignoredContexts.has(root.context),
  );
  const byCall = groupBy(uses, ({ call }) => call);
  const refined = new Set(uses.flatMap(({ queryset }) => callsBefore(queryset)));
  const { models } = context.project;
  return [...byCall].flatMap(([call, group]): readonly QueryShape[] => {
    const [first] = group;
    if (!first || refined.has(call)) return [];
    const { queryset } = first;
    const own = group.map((use) => conditionOf(context, queryset, use));
    const before = callsBefore(queryset).flatMap((earlier) => byCall.get(earlier) ?? []);
    const earlier = before.map((use) => conditionOf(context, use.queryset, use));
    const written = [...own, ...earlier].filter((condition) => condition !== undefined);
    const conditions = [...written, ...inheritedConditions(models, queryset)];
    return [{ queryset, conditions, uses: group, complete: isUnderstood(call) }];
  });
}

/** Every condition is written down in the call. */
function isUnderstood({ function: callee, arguments: args, keywords }: Call): boolean {
  // The first argument of `get_object_or_404()` is the queryset.
  const isMethod =
    callee.kind === "Attribute" &&
    /^a?(?:filter|exclude|get|get_or_create|update_or_create)$/.test(callee.attribute.name);
  const conditions = isMethod ? args : args.slice(1);
  return (
    conditions.every(isWrittenDown) &&
    keywords.every(({ name, value }) => name !== undefined || value.kind === "DictLiteral")
  );
}

/** `Q(…) & ~Q(…)` */
function isWrittenDown(expression: Expression): boolean {
  switch (expression.kind) {
    case "Call":
      return true;
    case "BinaryOperation":
      return isWrittenDown(expression.left) && isWrittenDown(expression.right);
    case "UnaryOperation":
      return isWrittenDown(expression.operand);
    default:
      return false;
  }
}

function conditionOf(context: RuleContext, queryset: Queryset, use: LookupUse): Condition | undefined {
  const { project } = context;
  const condition = inheritedCondition(project.models, queryset, use.lookup);
  if (!condition) return undefined;
  const value = use.condition?.value;
  const isOther =
    value !== undefined &&
    (isNoneLiteral(value) || dependsOnRow(project, use, value) || isPastInRequest(context, use, value));
  return {
    ...condition,
    use,
    constant: value !== undefined && isConstant(value),
    comparison: isOther ? "other" : condition.comparison,
    optional: use.condition?.optional === true,
  };
}

/** `now - F("ttl")`: what is compared differs from row to row, and no index of the column has it. */
function dependsOnRow({ program }: DjangoProject, { location }: LookupUse, value: Expression): boolean {
  const module = program.moduleOfFile(location.path);
  let depends = false;
  walkExpressions(value, (part) => {
    if (module && part.kind === "Call" && !depends) {
      depends = symbolName(program.resolveExpression(module, part.function)) === "django.db.models.F";
    }
    return depends ? false : undefined;
  });
  return depends;
}

const clocks: ReadonlySet<string> = new Set([...clockCalls, "django.db.models.functions.Now"]);

/** What has begun by now, as pages ask, is most of a table; what has run out by now is what tasks look for and remove. */
function isPastInRequest(
  context: RuleContext,
  { lookup, location, root }: LookupUse,
  value: Expression,
): boolean {
  if (!/__lte?$/.test(lookup) || value.kind !== "Call") return false;
  if (!isInRequest(root, functionsInRequests(context))) return false;
  const { program } = context.project;
  const module = program.moduleOfFile(location.path);
  const called = module && symbolName(program.resolveExpression(module, value.function));
  return called !== undefined && clocks.has(called);
}

/** Conditions that methods of the project have added. */
export function inheritedConditions(models: ModelGraph, queryset: Queryset): readonly Condition[] {
  return queryset.filters.flatMap(({ method, lookup }) =>
    lookup === undefined || method === "exclude" ? [] : (inheritedCondition(models, queryset, lookup) ?? []),
  );
}

function inheritedCondition(models: ModelGraph, queryset: Queryset, lookup: string): Condition | undefined {
  const { annotations } = queryset;
  const result = resolveLookup(models, queryset.model, lookup, { annotations });
  if (result.kind !== "valid" || result.parts[0]?.kind === "annotation") return undefined;
  const column = result.parts.findLastIndex(({ kind }) => kind === "field" || kind === "relation");
  const part = result.parts[column];
  if (!part) return undefined;
  const relations = result.parts.slice(0, column);
  const model = modelBefore(models, queryset.model, relations);
  const field =
    part.kind === "field" ? part.field : part.kind === "relation" ? part.relation.field : undefined;
  if (!model || !field) return undefined;
  return {
    model,
    field,
    path: relations.map(({ name }) => name).join("__"),
    comparison: comparisonOf(result.parts.slice(column + 1)),
    constant: false,
    optional: false,
    use: undefined,
  };
}

function modelBefore(models: ModelGraph, start: Model, relations: readonly PathPart[]): Model | undefined {
  let model: Model | undefined = start;
  for (const part of relations) {
    const target: string | undefined = part.kind === "relation" ? part.relation.target : undefined;
    model = target === undefined ? undefined : models.model(target);
  }
  return model;
}

const comparisons: ReadonlyMap<string, Condition["comparison"]> = new Map([
  ["exact", "equal"],
  ["in", "in"],
  ["gt", "range"],
  ["gte", "range"],
  ["lt", "range"],
  ["lte", "range"],
  ["range", "range"],
]);

/** Transforms, and lookups that no B-tree of the column answers, are `other`. */
function comparisonOf(lookups: readonly PathPart[]): Condition["comparison"] {
  const [first, ...others] = lookups;
  if (!first) return "equal";
  return others.length > 0 ? "other" : (comparisons.get(first.name) ?? "other");
}

function isConstant(value: Expression): boolean {
  switch (value.kind) {
    case "StringLiteral":
    case "NumberLiteral":
    case "ConstantLiteral":
      return true;
    case "Name":
      return isConstantName(value.name);
    case "Attribute":
      return (
        isConstantName(value.attribute.name) || (value.attribute.name === "value" && isConstant(value.value))
      );
    case "ListLiteral":
    case "TupleLiteral":
    case "SetLiteral":
      return value.elements.every(isConstant);
    default:
      return false;
  }
}

/** `ACTIVE`, as constants and members of enumerations are called. */
function isConstantName(name: string): boolean {
  return /^_?[A-Z][A-Z0-9_]*$/.test(name);
}
