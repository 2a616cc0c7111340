/** Conditions that a row or a few meet, whatever becomes of the table: there is little to save where these are asked for. */
import { type PathResult, resolveLookup } from "../../django/lookups.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import { anyName, type Queryset } from "../../queryset/queryset.ts";
import { filterCalls } from "../filter-calls.ts";
import type { RuleContext } from "../rule-context.ts";

/**
 * `filter(session=key)`, where an index serves the column; of what one object has, `user.groups.filter(name__in=names)`;
 * `filter(**{field: slug})` and columns of a class that is not there, of which nobody knows whether they are unique.
 */
export function mayPickFew({ project: { models } }: RuleContext, queryset: Queryset): boolean {
  const { annotations, filters, model, related } = queryset;
  const options = { annotations, addsUnknownNames: annotations.has(anyName) };
  return (
    filters.some(
      ({ lookup, method }) =>
        method === "filter" &&
        lookup !== undefined &&
        (isOneValue(model, lookup) ||
          (related !== undefined && isOneOfUnique(model, lookup)) ||
          isUnknown(resolveLookup(models, model, lookup, options))),
    ) || comparesAnyColumn(queryset)
  );
}

function isUnknown(result: PathResult): boolean {
  return result.kind === "unknown" && result.index === 0;
}

function isOneValue({ fields }: Model, lookup: string): boolean {
  const field = fields.get(lookup.replace(/__i?exact$/, ""));
  return field?.indexed === true && isText(field);
}

/**
 * An index on a number or a date serves ranges and orders; on a text, those who look for one. What is called an id or a
 * key names a row of another table, or of another system: many rows may name the same.
 */
function isText({ baseClassName, choices, kind, name }: Field): boolean {
  return (
    kind === "column" && choices === undefined && texts.has(baseClassName) && !/_(?:id|key|uuid)$/.test(name)
  );
}

const texts: ReadonlySet<string> = new Set([
  "CharField",
  "EmailField",
  "GenericIPAddressField",
  "SlugField",
  "TextField",
  "URLField",
  "UUIDField",
]);

function isOneOfUnique({ fields }: Model, lookup: string): boolean {
  const field = lookup.endsWith("__in") ? fields.get(lookup.slice(0, -"__in".length)) : undefined;
  return field?.unique === true && isText(field);
}

function comparesAnyColumn(queryset: Queryset): boolean {
  return filterCalls(queryset).some(({ keywords }) =>
    keywords.some(
      ({ name, value }) =>
        name === undefined &&
        value.kind === "DictLiteral" &&
        value.entries.some(({ key }) => key?.kind === "Name"),
    ),
  );
}
