/** Rows that belong to one object or to one person: as few as these have, whatever becomes of their table. */
import type { Location } from "../base/text-range.ts";
import type { Model, ModelGraph } from "../django/model-graph.ts";
import type { Queryset } from "../queryset/queryset.ts";
import type { Expression } from "../syntax/ast.ts";
import { pathTo, walkExpressions } from "../syntax/walk.ts";
import { flowingInto, flowsOf } from "./flows.ts";
import type { RuleContext } from "./rule-context.ts";
import { functionAround } from "./writes/syntax-queries.ts";

/** What a related manager gives, what one parent has, what leads to one user. */
export function belongToOne(
  { project: { models } }: RuleContext,
  queryset: Queryset,
  mayBeParent: (parent: Model | undefined) => boolean = () => true,
): boolean {
  const { filters, fixedFields, model, related } = queryset;
  if (related && mayBeParent(related.instance.model)) return true;
  if (filters.some(({ lookup }) => leadsToUser(models, model, lookup))) return true;
  return [...fixedFields].some((name) => {
    const field = model.fields.get(name);
    const isKey = field?.kind === "foreignKey" || field?.kind === "oneToOne";
    return isKey && mayBeParent(field.target === undefined ? undefined : models.model(field.target));
  });
}

/** `filter(speakers__user=request.user)`: what belongs to one person. */
function leadsToUser(models: ModelGraph, model: Model, lookup: string | undefined): boolean {
  let current: Model | undefined = model;
  for (const segment of lookup?.split("__") ?? []) {
    const target: string | undefined = current?.lookupRelations.get(segment)?.target;
    if (target === undefined) return false;
    current = models.model(target);
  }
  return lookup !== undefined && current !== undefined && current.label === models.userModel?.label;
}

/**
 * The code that builds the queryset names whoever asks: in a condition, in one of several, in a subquery, as the argument of
 * a method of the project. What the names in it were assigned before counts as well.
 */
export function namesUserOfRequest(
  context: RuleContext,
  { origin }: Queryset,
  last: { readonly location: Location; readonly call: Expression },
): boolean {
  const places = [
    { path: last.location.path, node: last.call },
    ...origin.sites.map(({ location, node }) => ({ path: location.path, node })),
  ];
  return places.some(({ path, node }) => {
    const module = context.project.program.moduleOfFile(path);
    if (!module || !pathTo(module.file.tree, node).includes(node)) return false;
    const scope = functionAround(module.file.tree, node);
    const parts = scope ? flowingInto(flowsOf(scope), node) : [node];
    return parts.some(readsUser);
  });
}

function readsUser(expression: Expression): boolean {
  let found = false;
  walkExpressions(expression, (node) => {
    found ||= node.kind === "Attribute" && node.attribute.name === "user" && isRequest(node.value);
    return !found;
  });
  return found;
}

/** `request`, `self.request` */
export function isRequest(node: Expression): boolean {
  return node.kind === "Name"
    ? node.name === "request"
    : node.kind === "Attribute" && node.attribute.name === "request";
}
