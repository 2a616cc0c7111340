import { sequenceOf, stringsOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { productionSettings, settingPlace } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const cacheMiddlewareOrder: FactRule = {
  kind: "facts",
  code: "QS827",
  name: "cache-middleware-order",
  summary: "The middleware that caches whole pages is incomplete, or in the wrong order",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    const value = production?.settings.evaluateSetting("MIDDLEWARE");
    const elements = value && sequenceOf(value);
    if (!production || !value || !elements?.complete || elements.united) return [];
    const wrong = problemOf(stringsOf(value));
    if (wrong === undefined) return [];
    return [
      settingFinding(cacheMiddlewareOrder, production, {
        message: `${wrong}.`,
        help: "UpdateCacheMiddleware comes first, FetchFromCacheMiddleware last: what is between them decides by which headers pages differ.",
        location: settingPlace(production, "MIDDLEWARE"),
      }),
    ];
  },
};

/** What sets the Vary header, or changes the answer by it. */
const varying = /\.(SessionMiddleware|LocaleMiddleware|GZipMiddleware)$/;

function problemOf(names: readonly string[]): string | undefined {
  const update = names.indexOf("django.middleware.cache.UpdateCacheMiddleware");
  const fetch = names.indexOf("django.middleware.cache.FetchFromCacheMiddleware");
  if (update === -1 && fetch === -1) return undefined;
  if (fetch === -1)
    return "UpdateCacheMiddleware stores pages that nothing reads: FetchFromCacheMiddleware is missing";
  if (update === -1)
    return "FetchFromCacheMiddleware looks for pages that nothing stores: UpdateCacheMiddleware is missing";
  if (update > fetch)
    return "UpdateCacheMiddleware comes behind FetchFromCacheMiddleware: pages are stored before they are finished";
  const before = names.slice(0, update).find((name) => varying.test(name));
  if (before)
    return `${lastPart(before)} comes before UpdateCacheMiddleware: what it says about how pages differ is added when they are stored already`;
  const behind = names.slice(fetch + 1).find((name) => varying.test(name));
  if (behind)
    return `${lastPart(behind)} comes behind FetchFromCacheMiddleware: a page is looked up before it has said whose it is`;
  return undefined;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
