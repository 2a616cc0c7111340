/** What the findings about searches of a column share. */
import type { Model } from "../../django/model-graph.ts";
import type { Finding, Fix, Level } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import type { RuleMetadata } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import type { ColumnSearch, SearchPlace } from "./column-searches.ts";
import { isSureToGrow, mayGrow } from "./growing-tables.ts";

const placesShown = 10;

export function searchFinding(
  context: RuleContext,
  rule: RuleMetadata,
  searches: readonly [ColumnSearch, ...ColumnSearch[]],
  text: { readonly message: string; readonly help: string; readonly isCertain: boolean },
  fixes: readonly Fix[],
): Finding {
  const [{ field, model, places: first }, ...others] = searches;
  const places = [...first, ...others.flatMap((search) => search.places)];
  const example = places.find(({ scope }) => scope === "allRows") ?? first[0];
  const more = places.length - 1;
  const serious = seriousPlaces(context, model, places);
  const isSure =
    text.isCertain &&
    isSureToGrow(context, model) &&
    field.choices === undefined &&
    serious.some(({ isJoined, scope }) => scope === "allRows" && !isJoined);
  return {
    ...findingBase(rule),
    level: levelOf(context, rule, serious),
    remedy: "index",
    confidence: isSure ? "high" : "medium",
    message: `"${example.text}" ${text.message}${more > 0 ? ` (and ${more} more ${more === 1 ? "search" : "searches"})` : ""}`,
    help: text.help,
    location: example.location,
    origin: example.location,
    symbol: example.symbol,
    model: model.label,
    fields: searches.map((search) => search.field.name),
    accesses: places.map(({ location }) => ({ location, relationPath: "", code: rule.code })),
    evidence: [
      { message: `"${field.name}" has no index for it`, location: field.location ?? example.location },
      ...[...new Set([example, ...places])].slice(0, placesShown).map((place) => ({
        message: `Asks for "${place.text}" in ${place.symbol}`,
        location: place.location,
      })),
    ],
    fixes,
  };
}

function levelOf(context: RuleContext, { level }: RuleMetadata, serious: readonly SearchPlace[]): Level {
  if (serious.length === 0) return "hint";
  const uses = serious.flatMap(({ use }) => use ?? []);
  return uses.length < serious.length ? level : levelInRoots(context, level, uses);
}

/**
 * Not where few rows are looked through, few people search (nearly every list of an admin has a search), or the project
 * cannot give the table an index.
 */
function seriousPlaces(
  context: RuleContext,
  model: Model,
  places: readonly SearchPlace[],
): readonly SearchPlace[] {
  const canGrow = model.symbol?.module.firstParty === true && model.managed && mayGrow(context, model);
  return canGrow ? places.filter(({ scope, inAdmin }) => scope !== "someRows" && !inAdmin) : [];
}
