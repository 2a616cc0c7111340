/** What a lookup names: relations, the column behind them, and what is asked of it. */
import { resolveLookup } from "../../django/lookups.ts";
import type { Field, Model, Relation } from "../../django/model-graph.ts";
import { anyName, type Queryset } from "../../queryset/queryset.ts";
import type { RuleContext } from "../rule-context.ts";

export interface ResolvedLookup {
  readonly relations: readonly Relation[];
  /** The model behind the relations. */
  readonly model: Model;
  /** Undefined where the lookup ends at a relation. */
  readonly field: Field | undefined;
  /** Transforms and the comparison as written: `date` and `gte` of `created__date__gte`. */
  readonly operators: readonly string[];
}

/** Undefined for annotations, and where a name is not known. */
export function resolvedLookup(
  { project: { models } }: RuleContext,
  {
    queryset,
    lookup,
  }: { readonly queryset: Pick<Queryset, "model" | "annotations">; readonly lookup: string },
): ResolvedLookup | undefined {
  const { annotations, model: start } = queryset;
  const result = resolveLookup(models, start, lookup.replace(/^[-+]/, ""), {
    annotations,
    addsUnknownNames: annotations.has(anyName),
  });
  if (result.kind !== "valid" || result.parts[0]?.kind === "annotation") return undefined;
  const relations: Relation[] = [];
  const operators: string[] = [];
  let field: Field | undefined;
  for (const part of result.parts) {
    if (part.kind === "relation") relations.push(part.relation);
    else if (part.kind === "field") field = part.field;
    else operators.push(part.name);
  }
  const target = relations.at(-1)?.target;
  const model = relations.length === 0 ? start : target === undefined ? undefined : models.model(target);
  return model && { relations, model, field, operators };
}
