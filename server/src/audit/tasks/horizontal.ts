/** Stage 4: several servers. */

import { databaseRouters } from "../../django/project-settings.ts";
import { mappingOf } from "../../django/static-value.ts";
import { databaseOfCache, productionCaches, redisDatabase } from "../../rules/settings/caches.ts";
import { queueSetting } from "../../rules/settings/celery.ts";
import { configuredDatabases, textsOf } from "../../rules/settings/databases.ts";
import { importOf } from "../../rules/settings/mentions.ts";
import type { ProductionSettings } from "../../rules/settings/production-settings.ts";
import {
  isAbsoluteUrl,
  isRemoteStorage,
  servesStatic,
  settingTexts,
  storageBackends,
} from "../../rules/settings/published-files.ts";
import { processesOf } from "../processes.ts";
import type { Product } from "../product.ts";
import { hasTenants } from "./code.ts";
import { healthCheck } from "./health-check.ts";
import {
  defaultDatabase,
  fileFields,
  hasApp,
  isOfMachine,
  placeOf,
  setting,
  usesSqlite,
} from "./settings.ts";
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

export const horizontalTasks: readonly AuditTask[] = [
  {
    id: "S4.1",
    stage: 4,
    title: "A load balancer and two or more application servers without state",
    days: { from: 2, to: 3 },
    estimated: true,
    rules: codes(716, 820, 833, 842),
    judge(product) {
      const { production, context } = product;
      const servers = processesOf(context.deployment, "web");
      const header = "SECURE_PROXY_SSL_HEADER";
      // Behind a load balancer that ends TLS, Django takes every request for unencrypted without it.
      const told = [...(production ? [setting(production, header, header)] : []), healthCheck(product)];
      const several = servers.find(({ replicas }) => replicas > 1);
      if (several) {
        return done(
          `${several.replicas} copies of the application are started.`,
          { text: `Starts ${several.name}`, location: several.location },
          ...told,
        );
      }
      const [one] = servers;
      return unknown(
        "Where the product is deployed tells how many servers it has.",
        ...(one ? [{ text: `Starts ${one.name} once`, location: one.location }] : []),
        ...told,
      );
    },
  },
  {
    id: "S4.2",
    stage: 4,
    title: "A replica for reading, and a router",
    days: { from: 2, to: 3 },
    estimated: true,
    rules: codes([811, 813]),
    live: codes(887),
    judge({ production }) {
      if (!production) return noProductionSettings;
      if (usesSqlite(production)) return open("SQLite has no replicas.");
      const databases = configuredDatabases(production);
      const routers = databaseRouters(production.settings);
      const where = setting(production, "DATABASES", "DATABASES");
      if (databases.length >= 2 && routers.names.length > 0) {
        return done(
          "Several databases, and a router that chooses among them.",
          where,
          setting(production, "DATABASE_ROUTERS", routers.names[0] ?? ""),
        );
      }
      if (!isWritten(production, "DATABASES")) {
        return unknown("The databases are decided where it is deployed.", where);
      }
      const found = defaultDatabase(production);
      return found && isOfMachine(production, found.database)
        ? unknownLocally("will name the databases", where)
        : open("There is one database for reading and writing.", where);
    },
  },
  {
    id: "S4.3",
    stage: 4,
    title: "Redis on its own, the broker apart from the cache",
    days: { from: 0.5, to: 1 },
    estimated: true,
    rules: codes(821, 831),
    live: codes(892, 893),
    judge({ production }) {
      return production ? dedicatedRedis(production) : noProductionSettings;
    },
  },
  {
    id: "S4.4",
    byFindings: true,
    stage: 4,
    title: "Second pass over the queries: aggregations, materialised views, deep pages",
    days: { from: 3, to: 5 },
    estimated: true,
    rules: codes(214, 226, 232, 602, 606, 608),
    live: codes(885),
    judge({ endpoints }) {
      return endpoints.length === 0
        ? unknown("No entry into the project was found.")
        : done("No expensive aggregation, total or deep page was found in the code.");
    },
  },
  {
    id: "S4.5",
    stage: 4,
    title: "WebSockets over a shared channel layer",
    days: { from: 2, to: 4 },
    estimated: true,
    rules: codes(410, 817),
    judge({ project, production }) {
      const channels = importOf(project, /channels/);
      const isInstalled = production !== undefined && hasApp(production, /^channels(\.|$)/);
      if (!channels && !isInstalled) return notApplicable("The project has no WebSockets.");
      if (!production) return noProductionSettings;
      const value = production.settings.evaluateSetting("CHANNEL_LAYERS");
      const layer = value && mappingOf(value)?.entries.get("default");
      const backends = textsOf(layer && mappingOf(layer)?.entries.get("BACKEND"));
      const where = setting(production, "CHANNEL_LAYERS", "CHANNEL_LAYERS");
      if (value === undefined)
        return open("CHANNEL_LAYERS is not set: processes cannot reach each other's clients.");
      if (backends.length === 0) return unknown("The channel layer is decided where it is deployed.", where);
      return backends.every((name) => /redis|rabbit|postgres/i.test(name))
        ? done("The channel layer is shared.", where)
        : open("The channel layer lies in the memory of one process.", where);
    },
  },
  {
    id: "S4.6",
    stage: 4,
    title: "A CDN for static files and public media",
    days: { from: 0.5, to: 1 },
    estimated: true,
    rules: codes(843, 844),
    judge(product) {
      return product.production ? onCdn(product, product.production) : noProductionSettings;
    },
  },
  {
    id: "S4.7",
    byFindings: true,
    stage: 4,
    title: "Tasks, caches and indexes that know their tenant",
    days: { from: 1, to: 2 },
    estimated: true,
    always: true,
    rules: codes(504, 707, 915, 916),
    judge(product) {
      return hasTenants(product)
        ? done("No task, cache key or index leaves out the tenant, as far as the code can be read.")
        : notApplicable("No tenants were recognised; tenant-field names their key.");
    },
  },
];

function isWritten({ settings }: ProductionSettings, name: string): boolean {
  const value = settings.evaluateSetting(name);
  return value !== undefined && mappingOf(value)?.complete === true;
}

function dedicatedRedis(production: ProductionSettings): Judgement {
  const brokers = textsOf(queueSetting(production, "broker_url")).flatMap((url) => redisDatabase(url) ?? []);
  const caches = (productionCaches(production) ?? []).flatMap((cache) => databaseOfCache(cache) ?? []);
  const [broker] = brokers;
  const [cache] = caches;
  if (!broker && !cache) {
    const named = production.settings.evaluateSetting("CACHES") !== undefined;
    return named
      ? unknown("Where Redis runs is decided where the product is deployed.")
      : notApplicable("The settings use no Redis.");
  }
  const where = [
    setting(production, "CACHES", "CACHES"),
    setting(production, "CELERY_BROKER_URL", "Broker"),
  ].filter(({ location }) => location !== undefined);
  if (!broker || !cache) return unknown("Only one of cache and broker is known to be on Redis.", ...where);
  if (broker.host !== cache.host || broker.port !== cache.port) {
    return done("Cache and broker are different servers.", ...where);
  }
  return open(
    "Cache and broker share one Redis: what is evicted when it is full does not depend on the database number.",
    ...where,
  );
}

function onCdn(product: Product, production: ProductionSettings): Judgement {
  const parts: { readonly name: string; readonly answer: boolean | undefined; readonly setting: string }[] =
    [];
  if (servesStatic(production)) {
    parts.push({
      name: "Static files",
      answer: isElsewhere(production, "STATIC_URL", "staticfiles"),
      setting: "STATIC_URL",
    });
  }
  if (fileFields(product).length > 0) {
    parts.push({
      name: "Uploads",
      answer: isElsewhere(production, "MEDIA_URL", "default"),
      setting: "MEDIA_URL",
    });
  }
  if (parts.length === 0) return notApplicable("The project has neither static files nor uploads.");
  const evidence = parts
    .filter((part) => placeOf(production, part.setting))
    .map((part) => setting(production, part.setting, part.setting));
  const own = parts.filter(({ answer }) => answer === false);
  if (own.length > 0) {
    return open(
      `${own.map(({ name }) => name).join(" and ")} come from the product's own host.`,
      ...evidence,
    );
  }
  return parts.every(({ answer }) => answer === true)
    ? done("All files come from another host.", ...evidence)
    : unknown("Which host serves the files is decided where it is deployed.", ...evidence);
}

/** Undefined where the environment decides. */
function isElsewhere(
  production: ProductionSettings,
  name: string,
  alias: "default" | "staticfiles",
): boolean | undefined {
  const urls = settingTexts(production, name);
  const backends = storageBackends(production, alias);
  if (urls?.length && urls.every(isAbsoluteUrl)) return true;
  if (backends?.length && backends.every(isRemoteStorage)) return true;
  if (urls === undefined || backends === undefined) return undefined;
  return urls.some(isAbsoluteUrl) || backends.some(isRemoteStorage) ? undefined : false;
}
