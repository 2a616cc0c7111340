import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { type Cache, cacheOption, productionCaches } from "./caches.ts";
import { deployedProcesses } from "./deployed.ts";
import { productModules } from "./product-code.ts";
import {
  entryPlace,
  type ProductionSettings,
  productionSettings,
  settingPlace,
} from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const noSharedCache: FactRule = {
  kind: "facts",
  code: "QS820",
  name: "no-shared-cache",
  summary: "The cache of production is private to each process, or no cache at all",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    const caches = production && productionCaches(production);
    if (!production || !caches) return [];
    const isUsed = usesCache(context, production);
    const isSet = production.settings.evaluateSetting("CACHES") !== undefined;
    // Nobody has chosen it, and whoever takes it for a cache finds out late.
    if (!isUsed && isSet) return [];
    const cache = caches.find(({ alias }) => alias === "default");
    const kind = isSet ? cache && kindOf(cache) : "locmem";
    if (kind === undefined) return [];
    return [
      settingFinding(noSharedCache, production, {
        message: `${cache ? `The cache "default" ${consequences[kind]}` : `Without CACHES the cache is LocMemCache: it ${consequences[kind]}`}.`,
        help: "Use Redis: django.core.cache.backends.redis.RedisCache, with its URL from the environment.",
        location: cache
          ? entryPlace(production, "CACHES", cache.options, "BACKEND")
          : settingPlace(production, "CACHES"),
        subject: "default",
        level: !isUsed ? "hint" : kind === "db" ? "info" : noSharedCache.level,
        confidence: isChosen(caches) ? "low" : isUsed && hasProcesses(context) ? "high" : "medium",
        isOfMachine: true,
        restsOn: [cache && cacheOption(cache, "BACKEND")],
      }),
    ];
  },
};

type Kind = keyof typeof consequences;

const consequences = {
  locmem:
    "lies in the memory of each process: few hits, and nothing that one process deletes is gone for the others",
  dummy: "keeps nothing",
  filebased: "lies in files of one machine, and each write looks through them",
  db: "is a table: each read is a query",
} as const;

/** Undefined for a cache that is shared, or of which nothing is known. */
function kindOf({ backends }: Cache): Kind | undefined {
  const kinds = backends.map(
    (name) => /^django\.core\.cache\.backends\.(locmem|dummy|filebased|db)\./.exec(name)?.[1],
  );
  const [first] = kinds;
  return kinds.every((kind) => kind === first) ? (first as Kind | undefined) : undefined;
}

/** Beside a cache that is shared: what goes into the private one may be meant to. */
function isChosen(caches: readonly Cache[]): boolean {
  return caches.some(
    ({ backends }) => backends.length > 0 && !backends.some((name) => privateOrNone.test(name)),
  );
}

const privateOrNone = /^django\.core\.cache\.backends\.(locmem|dummy|filebased|db)\./;

/** Files say that there are several: threads of one process share what is in its memory. */
function hasProcesses(context: RuleContext): boolean {
  const workers = deployedProcesses(context, "celeryWorker").length;
  return deployedProcesses(context, "web").some(
    ({ replicas, workers: own }) =>
      workers > 0 || replicas > 1 || (own !== undefined && (own === "unknown" || own.value > 1)),
  );
}

/** Whether it matters: some code or setting of the project keeps something in the cache. */
function usesCache({ project: { program } }: RuleContext, { settings }: ProductionSettings): boolean {
  const engine = settings.evaluateSetting("SESSION_ENGINE");
  if (engine?.kind === "known" && /cache/.test(String(engine.value))) return true;
  return productModules(program).some(({ file: { text } }) =>
    /django\.core\.cache import|\bcache_page\(/.test(text),
  );
}
