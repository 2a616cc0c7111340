/** Conditions that at most one row of a table meets. */
import { containsRange, type Location } from "../../base/text-range.ts";
import { uniqueColumnSets } from "../../django/indexes.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import { alternativesOf } from "../../queryset/join.ts";
import { type Bound, noNames, type Queryset } from "../../queryset/queryset.ts";
import { conditionOf } from "../../queryset/row-facts.ts";
import type { Condition, Value } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";

/** What the arguments of `filter()` say about how many rows there are. */
export function narrowedTo(
  queryset: Queryset,
  args: Arguments,
  node: Call,
): Pick<Queryset, "bound" | "fixedFields"> {
  const conditions = conditionsOf(args, node);
  const fixedFields = new Set([
    ...queryset.fixedFields,
    ...conditions.flatMap((condition) => fieldsFixedBy(queryset.model, condition)),
  ]);
  return {
    fixedFields: fixedFields.size === 0 ? noNames : fixedFields,
    bound: boundOf(queryset, fixedFields, conditions),
  };
}

function boundOf(
  queryset: Queryset,
  fixedFields: ReadonlySet<string>,
  conditions: readonly Condition[],
): Bound {
  if (isSingleRow(queryset, fixedFields)) return { kind: "unique" };
  const isListed =
    queryset.bound.kind === "none" &&
    conditions.some((condition) => isOneOfListed(queryset.model, condition));
  return isListed ? { kind: "listed" } : queryset.bound;
}

/** `filter(name__in=settings.DEFAULT_GROUPS)`, where names are unique. */
function isOneOfListed(model: Model, condition: Condition): boolean {
  if (condition.kind === "all") return condition.parts.some((part) => isOneOfListed(model, part));
  if (condition.kind !== "lookup" || !condition.lookup.endsWith("__in")) return false;
  const field = fieldAskedFor(model, condition.lookup.slice(0, -"__in".length));
  return field !== undefined && (field.primaryKey || field.unique) && isWrittenDown(condition.value);
}

function isWrittenDown(value: Value): boolean {
  if (value.kind === "external") return value.name.startsWith("django.conf.settings.");
  return value.kind === "collection" && value.items !== undefined && value.size.kind === "constant";
}

/**
 * `Settings.objects.get()`, `Line.objects.get(order=order)`: whoever writes that knows of one row only, unless a condition
 * says when that is so.
 */
export function recordOnlyRow(
  interpreter: Interpreter,
  queryset: Queryset,
  args: Arguments,
  node: Call,
): void {
  const { model, related, filters, bound, unknownOperations } = queryset;
  if (related || filters.length > 0 || bound.kind !== "none" || unknownOperations) return;
  const keys = args.positional.length > 0 ? undefined : keysOf(queryset, args);
  const { guards, root } = interpreter.state;
  const location = interpreter.location(node);
  if (!keys || guards.length > 0 || root.context === "migration" || !isWrittenIn(location, queryset)) return;
  interpreter.record({ kind: "tableUse", model, use: "onlyRow", keys, newParents: [], location });
}

/** The chain begins with the manager: nobody else has chosen the rows. */
function isWrittenIn(place: Location, { origin }: Queryset): boolean {
  return (
    origin.sites.length > 0 &&
    origin.sites.every(
      ({ kind, location }) =>
        kind !== "model" && location.path === place.path && containsRange(place.range, location.range),
    )
  );
}

/** A row is made: by a call that finds it the next time by what it is asked for, or another one each time. */
export function recordCreated(
  interpreter: Interpreter,
  model: Model,
  node: Call,
  values: ReadonlyMap<string, Value>,
  foundAgain?: { readonly queryset: Queryset; readonly args: Arguments },
): void {
  interpreter.record({
    kind: "tableUse",
    model,
    use: "created",
    keys: foundAgain && keysOf(foundAgain.queryset, foundAgain.args),
    newParents: [...values].flatMap(([name, value]) =>
      isMadeHere(interpreter, value) ? (fieldAskedFor(model, name)?.name ?? []) : [],
    ),
    location: interpreter.location(node),
  });
}

/** A new object in each round of the loops that run. */
function isMadeHere({ state }: Interpreter, value: Value): boolean {
  return (
    value.kind === "instance" &&
    value.isNew &&
    state.whiles.length === 0 &&
    state.loops.every(({ id }) => value.varies.includes(id))
  );
}

/** Undefined where not all of them are known. */
function keysOf({ model, related }: Queryset, { keywords, open }: Arguments): readonly string[] | undefined {
  const lookups = [...keywords.keys()].filter((name) => name !== "defaults" && name !== "create_defaults");
  const keys = lookups.map((lookup) => fieldAskedFor(model, lookup)?.name);
  if (related?.relation.kind === "reverseForeignKey") keys.push(related.relation.field.name);
  const known = keys.filter((key) => key !== undefined);
  return open || known.length < keys.length ? undefined : known;
}

function conditionsOf(args: Arguments, node: Call): readonly Condition[] {
  return [
    // What a dictionary holds may have been put into it on one way only.
    ...node.keywords.flatMap(({ name }): Condition[] => {
      const value = name && args.keywords.get(name.name);
      return value ? [{ kind: "lookup", lookup: name.name, value }] : [];
    }),
    ...args.positional.map(conditionOf),
  ];
}

/** Whether at most one row has one value in each of these fields. */
function isSingleRow({ model, related }: Queryset, fixedFields: ReadonlySet<string>): boolean {
  const fields = new Set(fixedFields);
  if (related?.relation.kind === "reverseForeignKey") fields.add(related.relation.field.name);
  for (const name of fields) if (name === model.primaryKey || model.fields.get(name)?.unique) return true;
  return (
    fields.size > 1 &&
    uniqueColumnSets(model).some((columns) => columns.every((column) => fields.has(column)))
  );
}

function fieldsFixedBy(model: Model, condition: Condition): readonly string[] {
  switch (condition.kind) {
    case "all":
      return condition.parts.flatMap((part) => fieldsFixedBy(model, part));
    case "lookup": {
      const field = fieldAskedFor(model, condition.lookup);
      // Where a column is never empty, no row has None in it.
      return field && !(field.null && mayBeNull(condition.value)) ? [field.name] : [];
    }
    case "any":
    case "not":
    case "unknown":
      return [];
  }
}

function mayBeNull(value: Value): boolean {
  return alternativesOf(value).some((item) => item.kind === "literal" && item.value === null);
}

/** The field that the lookup compares by equality: `code`, `pk`, `owner`, `owner_id`, `owner__pk`, `code__exact`. */
function fieldAskedFor({ fields, primaryKey }: Model, lookup: string): Field | undefined {
  const name = lookup.replace(/__exact$/, "");
  if (name === "pk") return fields.get(primaryKey);
  const relation = fields.get(name.replace(/__(pk|id)$|_id$/, ""));
  const isKey = relation?.kind === "foreignKey" || relation?.kind === "oneToOne";
  return fields.get(name) ?? (isKey ? relation : undefined);
}
