/** What a project keeps, at which level, for how long, and where it is deleted. */
import type { Location } from "../base/text-range.ts";
import type { MemoisedFunction } from "../interpret/facts.ts";
import { cacheCalls } from "../rules/caching/cache-calls.ts";
import { keyPatterns, mayBeSame, shownPattern } from "../rules/caching/key-pattern.ts";
import { factsOfKind } from "../rules/rule-context.ts";
import { type Cache, cacheOption, productionCaches } from "../rules/settings/caches.ts";
import type { Product } from "./product.ts";
import type { CacheEntry, CacheMap } from "./report.ts";
import { type PlaceOf, reportFinding } from "./report-places.ts";
import { shownValue } from "./shown-values.ts";
import { cacheUses } from "./tasks/code.ts";

export function cacheMap(product: Product, placeOf: PlaceOf): CacheMap {
  const { production, findings } = product;
  return {
    backends: (production && productionCaches(production))?.map(backendOf) ?? [],
    entries: [
      ...applicationEntries(product, placeOf),
      ...memoised(product, placeOf),
      ...otherEntries(product, placeOf),
    ],
    gaps: findings
      .filter(({ code }) => /^QS(416|7\d\d)$/.test(code))
      .map((finding) => reportFinding(finding, placeOf)),
  };
}

function backendOf(cache: Cache): CacheMap["backends"][number] {
  const timeout = cacheOption(cache, "TIMEOUT");
  return {
    alias: cache.alias,
    backend: cache.backends.length > 0 ? cache.backends.join(" or ") : "decided where it is deployed",
    timeout: timeout && shownValue("TIMEOUT", timeout),
  };
}

function applicationEntries(product: Product, placeOf: PlaceOf): readonly CacheEntry[] {
  const { context } = product;
  const deletions = cacheCalls(context, "delete", "delete_many").flatMap(({ key, location }) =>
    keyPatterns(key).flatMap((pattern) => (pattern ? [{ pattern, location }] : [])),
  );
  return cacheUses(product).calls.map(({ key, timeout, location }) => {
    const [pattern] = keyPatterns(key);
    const places = pattern
      ? deletions.filter((deletion) => mayBeSame(deletion.pattern, pattern)).map((each) => each.location)
      : [];
    return {
      level: "application",
      what: pattern ? shownPattern(pattern) : key ? sourceOf(product, location.path, key.node) : "…",
      place: placeOf(location),
      timeout: timeout && sourceOf(product, location.path, timeout.node),
      deleted: places.map(placeOf),
    };
  });
}

/** `lru_cache` over rows: it lives as long as its process. */
function memoised({ context }: Product, placeOf: PlaceOf): readonly CacheEntry[] {
  const functions = factsOfKind(context.facts, "memoisedFunction").filter(({ touched }) => touched.size > 0);
  const unique = new Map<string, MemoisedFunction>(functions.map((fact) => [fact.function.id, fact]));
  return [...unique.values()].map(({ function: { qualifiedName, module }, location }) => ({
    level: "process",
    what: `${module.name}.${qualifiedName}()`,
    place: placeOf(location),
    timeout: "as long as the process lives",
    deleted: [],
  }));
}

function otherEntries(product: Product, placeOf: PlaceOf): readonly CacheEntry[] {
  const { fragments, pages } = cacheUses(product);
  const entry =
    (level: CacheEntry["level"]) =>
    (location: Location): CacheEntry => ({
      level,
      what: sourceOf(product, location.path, location.range),
      place: placeOf(location),
      timeout: undefined,
      deleted: [],
    });
  return [...fragments.map(entry("fragment")), ...pages.map(entry("page"))];
}

/** As the code has it, on one line. */
function sourceOf({ context }: Product, path: string, { start, end }: Location["range"]): string {
  const text = context.text(path).slice(start, end).replace(/\s+/g, " ").trim();
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

const longest = 80;
