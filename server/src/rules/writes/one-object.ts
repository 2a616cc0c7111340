/** Rows that belong to one object: how many one object has, only the data tell. */
import { resolveLookup } from "../../django/lookups.ts";
import { isToOne, type Model, type ModelGraph } from "../../django/model-graph.ts";
import type { Loop, Write } from "../../interpret/facts.ts";
import type { LoopSet } from "../../queryset/loop-set.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { filterCalls } from "../filter-calls.ts";
import type { RuleContext } from "../rule-context.ts";
import { fieldsNamed } from "./written-fields.ts";

/** `project.tasks.all()`, `Task.objects.filter(project=project)`: of the same project in all rounds of the loops. */
export function isOfOneObject(
  { project: { models } }: RuleContext,
  { model, filters, related }: Queryset,
  loops: readonly Loop[],
): boolean {
  const changes = (varies: LoopSet): boolean => loops.some(({ id }) => varies.includes(id));
  if (related) return !changes(related.instance.varies);
  return filters.some(
    ({ method, lookup, varies }) =>
      method === "filter" &&
      lookup !== undefined &&
      !changes(varies) &&
      (fieldsNamed(model, lookup).some(({ kind }) => kind !== "column") ||
        namesObject(models, model, lookup)),
  );
}

/** `for step in workflow.steps.all(): step.save()`, whether or not the loop stands in one over the parents. */
export function isRowOfOneObject(context: RuleContext, { innermostLoop, receiver }: Write): boolean {
  const ofReceiver =
    receiver.kind === "instance" && receiver.source?.path.length === 0 ? receiver.source.queryset : undefined;
  const rows = innermostLoop?.source ?? ofReceiver;
  return rows !== undefined && isOfOneObject(context, rows, []);
}

/** `member__user__id`: one foreign key, then what each object has one of, and what identifies it. */
function namesObject(models: ModelGraph, model: Model, lookup: string): boolean {
  return pathToOne(models, model, lookup)?.length === 1;
}

/** The foreign keys that lead from the row to the one object that has the value. */
function pathToOne(models: ModelGraph, model: Model, lookup: string): readonly string[] | undefined {
  const result = resolveLookup(models, model, lookup);
  if (result.kind !== "valid") return undefined;
  const keys: string[] = [];
  for (const part of result.parts) {
    if (part.kind === "relation") {
      if (!isToOne(part.relation)) return undefined;
      if (part.relation.kind === "foreignKey") keys.push(part.relation.accessor);
    } else if (part.kind !== "field" || !(part.field.primaryKey || part.field.unique)) return undefined;
  }
  return keys;
}

/**
 * `Membership.objects.filter(user=user, project=project)`, `project.memberships.filter(user=user)`: what joins two given
 * objects, or three of which each is found through others, a row or two.
 */
export function joinsGivenObjects(
  { project: { models } }: RuleContext,
  { filters, fixedFields, model, related }: Queryset,
): boolean {
  const own = new Set([...fixedFields].filter((name) => model.fields.get(name)?.kind === "foreignKey"));
  if (related?.relation.kind === "reverseForeignKey") own.add(related.relation.field.name);
  const further = new Set<string>();
  for (const { lookup, method } of filters) {
    const path = method === "filter" && lookup !== undefined ? pathToOne(models, model, lookup) : undefined;
    const [key, ...others] = path ?? [];
    if (path && key !== undefined) (others.length > 0 ? further : own).add(path.join("__"));
  }
  return own.size > 1 || (own.size === 1 && further.size > 1);
}

/** `Customer.objects.filter(data__source=source.pk)`: how many name it, the structure of the tables does not say. */
export function namesObjectInJson(queryset: Queryset): boolean {
  return filterCalls(queryset).some((call) =>
    keywordsIn(call).some((name) => isKeyInJson(queryset.model, name)),
  );
}

/** Those of `Q(…)`, too. */
function keywordsIn(call: Call): readonly string[] {
  const names = call.keywords.flatMap(({ name }) => name?.name ?? []);
  for (const argument of call.arguments) {
    const collect = (node: Expression): undefined => {
      if (node.kind === "Call") names.push(...node.keywords.flatMap(({ name }) => name?.name ?? []));
      return undefined;
    };
    collect(argument);
    walkExpressions(argument, collect);
  }
  return names;
}

function isKeyInJson(model: Model, lookup: string): boolean {
  const [name = "", key, ...others] = lookup.split("__");
  const isComparison = key === undefined || (others.length === 0 && jsonLookups.has(key));
  return !isComparison && model.fields.get(name)?.baseClassName === "JSONField";
}

/** What follows a column that holds JSON and is no key in it. */
const jsonLookups: ReadonlySet<string> = new Set([
  "contained_by",
  "contains",
  "exact",
  "has_any_keys",
  "has_key",
  "has_keys",
  "isnull",
]);
