/** Which rows a search looks through: other conditions of the same query may have chosen a few of them. */
import { AnswersOf } from "../../base/answers-of.ts";
import { groupBy } from "../../base/group-by.ts";
import { remembered } from "../../base/remembered.ts";
import type { LookupUse } from "../../interpret/facts.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Call } from "../../syntax/ast.ts";
import { ownerOf } from "../indexes/indexable-columns.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { type QueryChain, queryChains } from "./query-chains.ts";
import { resolvedLookup } from "./resolved-lookup.ts";

export type SearchScope =
  /** The row is found by its key. */
  | "oneRow"
  /** Those of one object, or a slice. */
  | "someRows"
  /** Which ones is not known. */
  | "unknownRows"
  | "allRows";

const chainsOfCalls = new AnswersOf<RuleContext["facts"], ReadonlyMap<Call, readonly QueryChain[]>>();

/** As far as all queries go that the search is part of, also by conditions that are added behind it. */
export function scopeOfSearch(context: RuleContext, search: LookupUse): SearchScope {
  const { call, queryset } = search;
  const chains = chainsWith(context, call).filter(([first]) => first.queryset.model === queryset.model);
  const [scope, ...others] = new Set(chains.map((chain) => scopeOfChain(context, chain)));
  if (scope !== undefined && others.length === 0) return scope;
  return isNarrow(queryset) || (scope && scope !== "allRows" && !others.includes("allRows"))
    ? "someRows"
    : "allRows";
}

function chainsWith(context: RuleContext, call: Call): readonly QueryChain[] {
  const known = remembered(chainsOfCalls, context.facts, () => {
    const steps = queryChains(context).flatMap((chain) => chain.map((step) => ({ chain, call: step.call })));
    return new Map(
      [...groupBy(steps, (step) => step.call)].map(([each, group]) => [
        each,
        group.map(({ chain }) => chain),
      ]),
    );
  });
  return known.get(call) ?? [];
}

function isNarrow({ bound, related }: Queryset): boolean {
  return related !== undefined || bound.kind !== "none";
}

function scopeOfChain(context: RuleContext, chain: QueryChain): SearchScope {
  let scope: SearchScope = chain.some(({ queryset }) => isNarrow(queryset)) ? "someRows" : "allRows";
  for (const lookup of chain.flatMap(({ lookups }) => lookups)) {
    const chosen = chosenBy(context, lookup);
    if (chosen === "oneRow") return chosen;
    if (chosen) scope = chosen;
  }
  return scope;
}

/** `pk=…`, `project=…`, `task__project__in=…`: an index leads to these rows. */
function chosenBy(
  context: RuleContext,
  lookup: Pick<LookupUse, "queryset" | "lookup" | "condition">,
): "oneRow" | "someRows" | undefined {
  const { condition } = lookup;
  if (!condition || condition.optional) return undefined;
  const column = resolvedLookup(context, lookup);
  const [operator = "exact", ...others] = column?.operators ?? [];
  if (!column || others.length > 0 || (operator !== "exact" && operator !== "in")) return undefined;
  const { field, relations } = column;
  const isUnique = field !== undefined && (field.primaryKey || field.unique);
  if (isUnique && relations.length === 0 && operator === "exact") return "oneRow";
  return isUnique || field === undefined || field.kind === "foreignKey" ? "someRows" : undefined;
}

/** Which rows a class-based view lists that searches them as a declaration of this class says. */
export function scopeOfView(context: RuleContext, declaring: ClassSymbol): SearchScope {
  const { program } = context.project;
  const lists = factsOfKind(context.facts, "rowList").flatMap(({ rows, view }) => {
    const isShown =
      view?.kind === "class" &&
      (view === declaring || program.mro(view).includes(declaring) || filtersBy(context, view) === declaring);
    return isShown ? [rows] : [];
  });
  const overridden = program.lookupMember(declaring, "get_queryset");
  // What its own method gives was not understood.
  if (lists.length === 0) {
    return overridden.kind === "found" && overridden.owner.module.firstParty ? "unknownRows" : "allRows";
  }
  return lists.every((rows) => rows.kind === "queryset" && isNarrowed(context, rows))
    ? "someRows"
    : "allRows";
}

/** `filterset_class = TaskFilter` */
function filtersBy({ project: { program } }: RuleContext, view: ClassSymbol): ClassSymbol | undefined {
  const member = program.lookupMember(view, "filterset_class");
  if (member.kind !== "found" || member.symbol.kind !== "variable") return undefined;
  const { module, owner, values } = member.symbol;
  const [value] = values;
  const symbol = value && program.resolveExpression(module, value, owner);
  return symbol?.kind === "class" ? symbol : undefined;
}

function isNarrowed(context: RuleContext, queryset: Queryset): boolean {
  return (
    isNarrow(queryset) ||
    queryset.filters.some(
      ({ lookup, method }) =>
        lookup !== undefined &&
        method !== "exclude" &&
        chosenBy(context, { queryset, lookup, condition: { value: undefined, optional: false } }) !==
          undefined,
    )
  );
}

/** One of several conditions, of which another one is on the column of another table: no index on one of them helps. */
export function isJoinedWithOtherTables(context: RuleContext, search: LookupUse): boolean {
  const own = tableOf(context, search);
  return alternativesTo(context, search).some((other) => tableOf(context, other) !== own);
}

/** A comparison for which no index in the order of the column is used: the text may stand anywhere. */
export function isUnanchored(operator: string): boolean {
  return /^i?(?:contains|endswith|regex)$/.test(operator);
}

/** One of several conditions, of which another one looks inside of texts: that one reads all rows for all of them. */
export function isBesideUnanchored(context: RuleContext, search: LookupUse): boolean {
  return alternativesTo(context, search).some(({ lookup }) => isUnanchored(lookup.split("__").at(-1) ?? ""));
}

/** The conditions of the same call of which one is enough. */
function alternativesTo(context: RuleContext, { call, condition }: LookupUse): readonly LookupUse[] {
  if (!condition?.optional) return [];
  return chainsWith(context, call).flatMap((chain) =>
    chain
      .filter((step) => step.call === call)
      .flatMap(({ lookups }) => lookups.filter((other) => other.condition?.optional === true)),
  );
}

function tableOf(context: RuleContext, lookup: LookupUse): string | undefined {
  const column = resolvedLookup(context, lookup);
  if (!column) return undefined;
  const { field, model } = column;
  return (field && ownerOf(context.project.models, model, field)?.label) ?? model.label;
}
