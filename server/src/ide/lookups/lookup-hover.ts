/** What a name in a lookup is, and what it costs. */
import type { Location, TextRange } from "../../base/text-range.ts";
import { isIndexed } from "../../django/indexes.ts";
import { type Field, isToOne, type Model, type ModelGraph, type Relation } from "../../django/model-graph.ts";
import type { Code } from "./code.ts";
import { describeField, describeRelation } from "./descriptions.ts";
import { type Lookup, lookupAt } from "./lookup-at.ts";
import { type PlacedPart, partAt } from "./resolve.ts";

export interface LookupDescription {
  readonly range: TextRange;
  /** Markdown. */
  readonly text: string;
}

export function describeLookupAt(code: Code, offset: number): LookupDescription | undefined {
  const { models } = code.project;
  const lookup = lookupAt(code, offset);
  const placed = lookup && partAt(models, lookup, offset);
  if (lookup === undefined || placed === undefined) return undefined;
  const text = describe(models, lookup, placed);
  return { range: placed.range, text };
}

/** Where the field at the offset is declared: that of the relation, on whichever side it stands. */
export function declarationAt(
  code: Code,
  offset: number,
): { readonly range: TextRange; readonly declaration: Location } | undefined {
  const lookup = lookupAt(code, offset);
  const placed = lookup && partAt(code.project.models, lookup, offset);
  if (placed === undefined) return undefined;
  const declaration = fieldOf(placed)?.location;
  return declaration && { range: placed.range, declaration };
}

function fieldOf({ part, previous }: PlacedPart): Field | undefined {
  switch (part.kind) {
    case "relation":
      return part.relation.field;
    case "field":
      return part.field;
    case "lookup":
      // `owner__isnull` says something about `owner`.
      return previous?.kind === "field" ? previous.field : undefined;
    case "annotation":
      return undefined;
  }
}

function describe(models: ModelGraph, lookup: Lookup, { part, model, isLast }: PlacedPart): string {
  switch (part.kind) {
    case "relation": {
      const head = `**${model.label}.${part.name}**: ${describeRelation(models, part.relation)}`;
      return [head, costOf(lookup, part.relation, model, isLast)].filter(Boolean).join("\n\n");
    }
    case "field": {
      const head = `**${model.label}.${part.field.name}**: ${describeField(model, part.field)}`;
      return [head, indexOf(lookup, model, part.field)].filter(Boolean).join("\n\n");
    }
    case "annotation":
      return `**${part.name}**: added to the rows by the queryset`;
    case "lookup":
      return `**${part.name}**: lookup or transform`;
  }
}

/** What following the relation does to the query. */
function costOf({ dialect }: Lookup, relation: Relation, model: Model, isLast: boolean): string {
  const many = !isToOne(relation) && !(relation.kind === "reverseForeignKey" && relation.field.unique);
  const join = relation.nullable || many ? "a left join" : "an inner join";
  switch (dialect) {
    case "select":
      return `Comes with the rows: ${join}, no query of its own.`;
    case "prefetch":
      return "One query of its own, however many rows there are.";
    case "attribute":
      return many
        ? "A query for each row, unless it is prefetched."
        : "A query for each row, unless it is loaded by `select_related` or prefetched.";
    case "own":
      return "";
    case "condition":
    case "column":
    case "field": {
      const hasColumn = relation.kind === "foreignKey" || relation.kind === "oneToOne";
      if (isLast && hasColumn)
        return `No join: \`${relation.field.attributeName}\` is a column of ${model.label}.`;
      return many ? "A join that repeats a row for each of its related rows." : "A join to one row.";
    }
  }
}

/** Whether a condition on the column can use an index. */
function indexOf({ dialect }: Lookup, model: Model, field: Field): string {
  if (dialect !== "condition" && dialect !== "column") return "";
  return isIndexed(model, field.name) ? "" : "No index of its own begins with this column.";
}
