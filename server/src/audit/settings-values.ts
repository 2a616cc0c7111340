/** The settings that decide how far a product scales, with their values and what they should be. */
import type { Location } from "../base/text-range.ts";
import type { StaticValue } from "../django/static-value.ts";
import { productionCaches } from "../rules/settings/caches.ts";
import { queueSetting, usesCelery } from "../rules/settings/celery.ts";
import {
  configuredDatabases,
  databaseOption,
  databasePlace,
  driverOption,
} from "../rules/settings/databases.ts";
import { entryPlace, type ProductionSettings } from "../rules/settings/production-settings.ts";
import type { Product } from "./product.ts";
import type { SettingsReport, SettingValue } from "./report.ts";
import { type PlaceOf, reportFinding } from "./report-places.ts";
import { shownValue } from "./shown-values.ts";
import { placeOf as placeOfSetting, variableOf } from "./tasks/settings.ts";

interface Row {
  readonly name: string;
  readonly value: StaticValue | undefined;
  /** What Django takes where it is not set. */
  readonly fallback: string;
  readonly location: Location | undefined;
  readonly advice: string;
}

export function settingsReport({ production, findings }: Product, placeOf: PlaceOf): SettingsReport {
  const rows = production
    ? [
        ...databaseRows(production),
        ...cacheRows(production),
        ...plainRows(production),
        ...queueRows(production),
      ]
    : [];
  return {
    values: rows.map((row) => settingValue(row, placeOf)),
    findings: findings
      .filter(({ code }) => /^QS8[0-7]/.test(code))
      .map((finding) => reportFinding(finding, placeOf)),
  };
}

function settingValue({ name, value, fallback, location, advice }: Row, placeOf: PlaceOf): SettingValue {
  return {
    name,
    value: value === undefined ? `not set (${fallback})` : shownValue(name, value),
    variable: variableOf(value) || undefined,
    place: location && placeOf(location),
    advice,
  };
}

function databaseRows(production: ProductionSettings): readonly Row[] {
  return configuredDatabases(production).flatMap((database) => {
    const location = databasePlace(production, database.alias);
    const row = (key: string, fallback: string, advice: string): Row => {
      const value = databaseOption(database, key);
      const isWritten = database.options.places?.has(key) === true;
      return {
        name: `DATABASES["${database.alias}"]["${key}"]`,
        value,
        fallback,
        location: isWritten ? entryPlace(production, "DATABASES", database.options, key) : location,
        advice,
      };
    };
    return [
      row("ENGINE", "none", "PostgreSQL from the first users on."),
      row("HOST", "a local socket", "Stage 3: a server of its own, or the pooler in front of it."),
      row("CONN_MAX_AGE", "0", "Stage 2: 60. 0 with a pool of Django's, and with ASGI."),
      row("CONN_HEALTH_CHECKS", "False", "True, where connections are kept."),
      {
        name: `DATABASES["${database.alias}"]["OPTIONS"]["pool"]`,
        value: driverOption(database, "pool"),
        fallback: "no pool",
        location,
        advice: "Stage 3: a pool (Django 5.1, psycopg 3), or PgBouncer in transaction mode.",
      },
    ];
  });
}

function cacheRows(production: ProductionSettings): readonly Row[] {
  const caches = productionCaches(production) ?? [];
  if (caches.length === 0) {
    return [
      {
        name: "CACHES",
        value: production.settings.evaluateSetting("CACHES"),
        fallback: "memory of each process",
        location: placeOfSetting(production, "CACHES"),
        advice: "Stage 2: Redis, shared by all processes.",
      },
    ];
  }
  return caches.flatMap(({ alias, options }) =>
    ["BACKEND", "TIMEOUT", "KEY_PREFIX"].map((key) => ({
      name: `CACHES["${alias}"]["${key}"]`,
      value: options.entries.get(key) ?? (options.complete ? undefined : ({ kind: "unknown" } as const)),
      fallback: key === "TIMEOUT" ? "300" : "none",
      location: entryPlace(production, "CACHES", options, key),
      advice: cacheAdvice[key] ?? "",
    })),
  );
}

const cacheAdvice: Readonly<Record<string, string>> = {
  BACKEND: "Stage 2: Redis, shared by all processes.",
  TIMEOUT: "Minutes to hours; None keeps what nobody deletes.",
  KEY_PREFIX: "Where several products or environments share one Redis.",
};

const plain: readonly (readonly [name: string, fallback: string, advice: string])[] = [
  ["DEBUG", "False", "False."],
  [
    "DATABASE_ROUTERS",
    "none",
    "Stage 4: a router that reads from the replica, and from the primary after writes.",
  ],
  ["SESSION_ENGINE", "the database", "Stage 2: cached_db, or cache with a Redis that evicts nothing."],
  ["SESSION_SAVE_EVERY_REQUEST", "False", "False."],
  ["STATIC_URL", "none", "Stage 2: the address of a CDN."],
  ["MEDIA_URL", "none", "Stage 3: a storage with signed URLs."],
  ["EMAIL_BACKEND", "SMTP", "Stage 2: sent from a task."],
  ["EMAIL_TIMEOUT", "none", "10 seconds: a silent mail server blocks whoever sends."],
];

function plainRows(production: ProductionSettings): readonly Row[] {
  return plain.map(([name, fallback, advice]) => ({
    name,
    value: production.settings.evaluateSetting(name),
    fallback,
    location: placeOfSetting(production, name),
    advice,
  }));
}

const queueSettings: readonly (readonly [name: string, fallback: string, advice: string])[] = [
  ["broker_url", "AMQP on localhost", "A Redis of its own from stage 4 on, without eviction."],
  ["result_backend", "none", "Only where results are read."],
  ["task_soft_time_limit", "none", "300 seconds."],
  ["task_time_limit", "none", "330 seconds: what hangs gives its place free."],
  ["task_routes", "one queue", "Stage 3: urgent, ordinary and slow work apart."],
  ["worker_prefetch_multiplier", "4", "1 for workers of long tasks."],
];

function queueRows(production: ProductionSettings): readonly Row[] {
  if (!usesCelery(production)) return [];
  return queueSettings.map(([name, fallback, advice]) => {
    return {
      name: `Celery: ${name}`,
      value: queueSetting(production, name),
      fallback,
      location: placeOfSetting(production, `CELERY_${name.toUpperCase()}`),
      advice,
    };
  });
}
