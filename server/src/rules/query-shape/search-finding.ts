/** What the findings about searches of a column share. */
import type { Model } from "../../django/model-graph.ts";
import type { Finding, Fix, Level } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import type { RuleMetadata } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import type { ColumnSearch, SearchPlace } from "./column-searches.ts";
import { mayGrow } from "./growing-tables.ts";

const placesShown = 10;

export function searchFinding(
  context: RuleContext,
  rule: RuleMetadata,
  searches: readonly [ColumnSearch, ...ColumnSearch[]],
  text: { readonly message: string; readonly help: string },
  fixes: readonly Fix[],
): Finding {
  const [{ field, model, places: first }, ...others] = searches;
  const places = [...first, ...others.flatMap((search) => search.places)];
  const example = places.find(({ isNarrowed }) => !isNarrowed) ?? first[0];
  const more = places.length - 1;
  return {
    ...findingBase(rule),
    level: levelOf(context, rule.level, model, places),
    remedy: "index",
    confidence: "high",
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

/** Few rows are looked through, few people do so, or the project cannot give the table an index. */
function levelOf(context: RuleContext, level: Level, model: Model, places: readonly SearchPlace[]): Level {
  const isSerious =
    model.symbol?.module.firstParty === true &&
    model.managed &&
    mayGrow(context, model) &&
    places.some(({ isNarrowed, inAdmin }) => !isNarrowed && !inAdmin);
  return isSerious ? level : "hint";
}
