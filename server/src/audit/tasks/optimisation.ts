/** Stage 2: queries, indexes, a cache, background work. */
import { productionCaches } from "../../rules/settings/caches.ts";
import { profilerOf } from "../../rules/settings/monitoring.ts";
import type { ProductionSettings } from "../../rules/settings/production-settings.ts";
import {
  isAbsoluteUrl,
  isRemoteStorage,
  servesStatic,
  settingTexts,
  storageBackends,
} from "../../rules/settings/published-files.ts";
import { listPages, taskQueue } from "./code.ts";
import { listed, placeOf, setting, storagePlace } from "./settings.ts";
import {
  type AuditTask,
  codes,
  done,
  type Judgement,
  noProductionSettings,
  notApplicable,
  open,
  unknown,
  unknownLocally,
} from "./task.ts";

export const optimisationTasks: readonly AuditTask[] = [
  {
    id: "S2.1",
    stage: 2,
    title: "A profiler, and the slowest queries repaired",
    days: { from: 2, to: 3 },
    rules: codes([201, 234], 856),
    live: codes(885),
    judge({ project }) {
      const profiler = profilerOf(project);
      return profiler
        ? done("A profiler is installed, and nothing is left of what reads the code.", profiler)
        : open("No profiler is installed: django-silk or django-debug-toolbar show what pages really send.");
    },
  },
  {
    id: "S2.2",
    stage: 2,
    title: "Eager loading in every list",
    days: { from: 2, to: 2 },
    rules: codes([101, 118], 125),
    live: codes(885),
    judge(product) {
      const { all, clean } = listPages(product);
      if (all === 0) return unknown("No page was found that lists rows.");
      const share = `Pages that list rows without a query for each of them: ${clean} of ${all} (estimated).`;
      return clean === all ? done(share) : open(share);
    },
  },
  {
    id: "S2.3",
    byFindings: true,
    stage: 2,
    title: "Indexes for what queries filter and sort by",
    days: { from: 1, to: 1 },
    rules: codes([501, 511], 514),
    live: codes(883, 889),
    judge({ project }) {
      return project.models.models.size === 0
        ? notApplicable("The project has no models.")
        : done("The code filters and sorts by nothing that lacks an index, as far as it can be read.");
    },
  },
  {
    id: "S2.4",
    stage: 2,
    title: "Cache and sessions in Redis",
    days: { from: 1, to: 1 },
    rules: codes(820, [830, 832], 701),
    live: codes(890),
    judge({ production }) {
      return production ? cacheAndSessions(production) : noProductionSettings;
    },
  },
  {
    id: "S2.5",
    byFindings: true,
    stage: 2,
    title: "E-mail and heavy work in background tasks",
    days: { from: 2, to: 3 },
    rules: codes(401, 402, [404, 406], 409, 850, 860, 869, 876),
    live: codes(895),
    judge(product) {
      const queue = taskQueue(product);
      return queue
        ? done(
            `${queue.library} runs the project's tasks, and no request waits for what they could do.`,
            queue.evidence,
          )
        : product.ignored.has("QS401")
          ? unknown("The configuration turns off the rules that judge it.")
          : notApplicable("No request waits for other systems, so nothing needs a task queue yet.");
    },
  },
  {
    id: "S2.6",
    stage: 2,
    title: "Static files on a CDN",
    days: { from: 0.5, to: 0.5 },
    rules: codes(841, 844),
    judge({ production }) {
      return production ? staticOnCdn(production) : noProductionSettings;
    },
  },
  {
    id: "S2.7",
    byFindings: true,
    stage: 2,
    title: "Bulk writes, figures from the database, pages of bounded size",
    days: undefined,
    rules: codes([301, 306], 207, 106, 601, 603, 607),
    judge() {
      return done("No rows are written one by one, added up in Python, or listed without pages.");
    },
  },
];

/** `LocMemCache` is none of them. */
const sharedBackend = /redis|valkey|memcached/i;

function cacheAndSessions(production: ProductionSettings): Judgement {
  const caches = productionCaches(production);
  if (!caches) return unknown("The value of CACHES is decided where it is deployed.");
  const cache = caches.find(({ alias }) => alias === "default");
  const where = setting(production, "CACHES", "CACHES");
  if (!cache && !production.settings.isComplete()) return unknownLocally("may name a cache", where);
  if (!cache) return open("No cache is configured: each process keeps its own, in memory.", where);
  if (cache.backends.length === 0)
    return unknown("The backend of the cache is decided where it is deployed.", where);
  if (!cache.backends.every((name) => sharedBackend.test(name))) {
    const isShared = cache.backends.some((name) => sharedBackend.test(name));
    return isShared
      ? unknown("The environment decides whether the cache is shared.", where)
      : open("The cache is not shared by the processes.", where);
  }
  const engines = settingTexts(production, "SESSION_ENGINE");
  if (engines === undefined) return unknown("The engine of sessions is decided where it is deployed.", where);
  const [engine = "django.contrib.sessions.backends.db"] = engines;
  const hasSessions = listed(production, "MIDDLEWARE").some((name) => /\bSessionMiddleware$/.test(name));
  if (hasSessions && /\.backends\.(db|file)$/.test(engine)) {
    return open(
      `The cache is shared; sessions are still kept by ${engine}.`,
      where,
      setting(production, "SESSION_ENGINE", "SESSION_ENGINE"),
    );
  }
  return done(
    "Cache and sessions are shared by all processes.",
    where,
    setting(production, "SESSION_ENGINE", engine),
  );
}

function staticOnCdn(production: ProductionSettings): Judgement {
  if (!servesStatic(production)) return notApplicable("The project serves no static files.");
  const urls = settingTexts(production, "STATIC_URL");
  const where = setting(production, "STATIC_URL", "STATIC_URL");
  if (urls === undefined) return unknown("STATIC_URL is decided where it is deployed.", where);
  if (urls.length > 0 && urls.every(isAbsoluteUrl)) return done("STATIC_URL names another host.", where);
  const backends = storageBackends(production, "staticfiles") ?? [];
  if (backends.length > 0 && backends.every(isRemoteStorage)) {
    return done("Static files lie in a remote storage.", {
      text: backends[0] ?? "",
      location: storagePlace(production, "staticfiles"),
    });
  }
  if (urls.some(isAbsoluteUrl))
    return unknown("The environment decides whether STATIC_URL names another host.", where);
  return open(
    "Static files come from the product's own host.",
    ...(placeOf(production, "STATIC_URL") ? [where] : []),
  );
}
