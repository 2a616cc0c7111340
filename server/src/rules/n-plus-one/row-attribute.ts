/** Names for what a queryset adds to its rows: `done_task_count`, `open_tasks`. */
import type { Model, Relation } from "../../django/model-graph.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { RuleContext } from "../rule-context.ts";
import { type MethodCall, methodName } from "./query-expression.ts";

/** `TimeEntry` → `time_entry` */
export function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g, "$1$3_$2$4").toLowerCase();
}

const keywords: ReadonlySet<string> = new Set(
  "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield match case type".split(
    " ",
  ),
);

/** A name for one row of the model that is not among `taken`. */
export function rowName(model: Model, taken: ReadonlySet<string>): string {
  const plain = snakeCase(model.name);
  const name = keywords.has(plain) ? `${plain}_row` : plain;
  return taken.has(name) ? `${name}_` : name;
}

/** The related rows in the plural: the accessor, where it is not `task_set`. */
export function pluralOf(relation: Relation, model: Model): string {
  return relation.accessor.endsWith("_set") ? `${snakeCase(model.name)}_list` : relation.accessor;
}

/** One of the related rows: the accessor without its plural ending, where it is not `task_set`. */
export function singularOf(relation: Relation, model: Model): string {
  const { accessor } = relation;
  if (accessor.endsWith("_set") || !/[a-z]s$/.test(accessor) || accessor.endsWith("ss"))
    return snakeCase(model.name);
  return accessor.endsWith("ies") ? `${accessor.slice(0, -3)}y` : accessor.slice(0, -1);
}

/** What the first condition says, as an adjective: `done`, `open`, `matching`; empty without conditions. */
export function qualifierOf(steps: readonly MethodCall[], isRowCondition: (name: string) => boolean): string {
  for (const step of steps) {
    const method = methodName(step);
    if (method !== "filter" && method !== "exclude") continue;
    if (step.arguments.length > 0) return "matching_";
    const conditions = step.keywords.filter(({ name }) => name === undefined || !isRowCondition(name.name));
    const [condition] = conditions;
    if (!condition) continue;
    const word = condition.name && wordFor(condition.name.name, condition.value);
    if (word === undefined || conditions.length > 1) return "matching_";
    return method === "exclude" ? `not_${word}_`.replace("not_not_", "") : `${word}_`;
  }
  return "";
}

function wordFor(lookup: string, value: Expression): string | undefined {
  if (lookup.includes("__")) return undefined;
  if (value.kind === "ConstantLiteral") {
    const field = lookup.replace(/^(is|has)_/, "");
    return value.value === "True" ? field : value.value === "False" ? `not_${field}` : undefined;
  }
  if (value.kind === "StringLiteral")
    return /^[a-z][a-z0-9_]{0,20}$/i.test(value.value) ? value.value.toLowerCase() : undefined;
  if (value.kind === "Attribute" && /^[A-Z][A-Z0-9_]+$/.test(value.attribute.name))
    return value.attribute.name.toLowerCase();
  return undefined;
}

/**
 * The name, or a longer one where the model has it already: as a field, a method, an annotation. Undefined where both
 * are taken, or where not all attributes of the model are known.
 */
export function freeAttribute(
  context: RuleContext,
  rows: Queryset,
  wanted: string,
  taken: ReadonlySet<string> = new Set(),
): string | undefined {
  if (!rows.model.complete) return undefined;
  const name = wanted.toLowerCase();
  return [name, `${name}_of_row`].find(
    (candidate) => !taken.has(candidate) && !hasAttribute(context, rows, candidate),
  );
}

function hasAttribute(
  { project }: RuleContext,
  { model, annotations, prefetch }: Queryset,
  name: string,
): boolean {
  if (model.fields.has(name) || model.relations.has(name) || model.lookupRelations.has(name)) return true;
  if ([...model.fields.values()].some(({ attributeName }) => attributeName === name)) return true;
  if (annotations.has(name) || [...prefetch.values()].some(({ toAttribute }) => toAttribute === name))
    return true;
  return model.symbol !== undefined && project.program.lookupMember(model.symbol, name).kind === "found";
}
