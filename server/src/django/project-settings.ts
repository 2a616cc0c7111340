/** The settings that the analysis of queries depends on, in a form that needs no knowledge of how they are written. */
import { engineByScheme } from "./connection-urls.ts";
import { installedApps, type Settings } from "./settings.ts";
import {
  alternativesOf,
  type MappingValue,
  mappingOf,
  type StaticValue,
  sequenceOf,
  stringOf,
  stringsOf,
} from "./static-value.ts";

/** Names that were understood; more may be there when it is not complete. */
export interface NamedSettings {
  readonly names: readonly string[];
  readonly complete: boolean;
}

/** `ENGINE` of every database, URLs translated. Alternatives of branches all count. */
export function databaseEngines(settings: Settings): NamedSettings {
  const databases = settings.evaluateSetting("DATABASES");
  const mapping = databases && mappingOf(databases);
  if (!mapping) return { names: [], complete: false };
  const engines = [...mapping.entries.values()].map((database) => enginesOf(database));
  return {
    names: [...new Set(engines.flat())],
    complete: mapping.complete && engines.every((names) => names.length > 0),
  };
}

function enginesOf(database: StaticValue): readonly string[] {
  return alternativesOf(database).flatMap((alternative) => {
    if (typeof alternative === "string") return engineOfUrl(alternative);
    if (typeof alternative !== "object" || alternative?.type !== "mapping") return [];
    const engine = alternative.entries.get("ENGINE");
    return engine ? alternativesOf(engine).filter((name) => typeof name === "string") : [];
  });
}

function engineOfUrl(url: string): readonly string[] {
  const scheme = /^([\w+]+):/.exec(url)?.[1]?.split("+")[0];
  const engine = scheme === undefined ? undefined : engineByScheme.get(scheme);
  return engine === undefined ? [] : [engine];
}

/** Whether all databases that are known are of one kind: `postgresql`, `mysql`, `sqlite3`. */
export function usesOnly(engines: NamedSettings, kind: string): boolean {
  return engines.complete && engines.names.length > 0 && engines.names.every((name) => name.includes(kind));
}

/** Dotted names of classes in `DATABASE_ROUTERS`. */
export function databaseRouters(settings: Settings): NamedSettings {
  return namesOf(settings.evaluateSetting("DATABASE_ROUTERS"));
}

export function middleware(settings: Settings): NamedSettings {
  return namesOf(settings.evaluateSetting("MIDDLEWARE"));
}

/** Dotted names of the backends that send mail where code names none; Django's SMTP backend where the settings don't say. */
export function emailBackends(settings: Settings): NamedSettings {
  // From Django 6.1 on.
  const mailers = settings.evaluateSetting("MAILERS");
  const mailer = mailers && mappingOf(mailers)?.entries.get("default");
  if (mailers && !mailer) return { names: [], complete: false };
  const value = mailer
    ? mappingOf(mailer)?.entries.get("BACKEND")
    : settings.evaluateSetting("EMAIL_BACKEND");
  if (value === undefined) return { names: ["django.core.mail.backends.smtp.EmailBackend"], complete: true };
  const names = alternativesOf(value).filter((name) => typeof name === "string");
  return { names, complete: value.kind !== "unknown" };
}

/** `DIRS` of all template engines, relative to the workspace root where they are written relative to the settings. */
export function templateFolders(settings: Settings): NamedSettings {
  return ofTemplateEngines(settings, ({ entries }) => entries.get("DIRS"));
}

/** Dotted names of the functions that add to the context of every template, of all template engines. */
export function contextProcessors(settings: Settings): NamedSettings {
  return ofTemplateEngines(settings, ({ entries }) => {
    const options = entries.get("OPTIONS");
    return options && (mappingOf(options)?.entries.get("context_processors") ?? options);
  });
}

function ofTemplateEngines(
  settings: Settings,
  select: (engine: MappingValue) => StaticValue | undefined,
): NamedSettings {
  const engines = settings.evaluateSetting("TEMPLATES");
  const sequence = engines && sequenceOf(engines);
  if (!sequence) return { names: [], complete: engines === undefined };
  const selected = sequence.elements.map((engine) => {
    const mapping = mappingOf(engine);
    return mapping ? namesOf(select(mapping)) : { names: [], complete: false };
  });
  return {
    names: [...new Set(selected.flatMap(({ names }) => names))],
    complete: sequence.complete && selected.every(({ complete }) => complete),
  };
}

export interface RestFrameworkPagination {
  /** Dotted name of the class; undefined for none. */
  readonly paginationClass: string | undefined;
  /** Rows on a page; undefined where it is not set or not known. */
  readonly pageSize: number | undefined;
  /** The settings certainly name no size. */
  readonly hasNoPageSize: boolean;
  readonly known: boolean;
}

/** How Django REST framework's generic views paginate unless they say otherwise. */
export function restFrameworkPagination(settings: Settings): RestFrameworkPagination {
  const value = settings.evaluateSetting("REST_FRAMEWORK");
  if (value === undefined) {
    // An app without settings of its own is used with those of others.
    const hasNoPageSize = settings.module !== undefined;
    return { paginationClass: undefined, pageSize: undefined, hasNoPageSize, known: true };
  }
  const options = mappingOf(value);
  if (!options)
    return { paginationClass: undefined, pageSize: undefined, hasNoPageSize: false, known: false };
  const paginationClass = options.entries.get("DEFAULT_PAGINATION_CLASS");
  const pageSize = options.entries.get("PAGE_SIZE");
  return {
    paginationClass: paginationClass && stringOf(paginationClass),
    pageSize: pageSize?.kind === "known" && typeof pageSize.value === "number" ? pageSize.value : undefined,
    hasNoPageSize:
      pageSize === undefined ? options.complete : pageSize.kind === "known" && pageSize.value === null,
    known: paginationClass === undefined ? options.complete : paginationClass.kind === "known",
  };
}

/** The filter backends of Django REST framework's views that name none. */
export function restFrameworkFilterBackends(settings: Settings): NamedSettings {
  const value = settings.evaluateSetting("REST_FRAMEWORK");
  if (value === undefined) return { names: [], complete: true };
  const options = mappingOf(value);
  const backends = options?.entries.get("DEFAULT_FILTER_BACKENDS");
  if (backends) return namesOf(backends);
  return { names: [], complete: options?.complete ?? false };
}

/** Whether the settings speak of Celery. */
export function configuresCelery(settings: Settings): boolean {
  const apps = installedApps(settings)?.names ?? [];
  return (
    settings.names().some((name) => name.startsWith("CELERY_") || name === "BROKER_URL") ||
    apps.some((name) => name.startsWith("django_celery_"))
  );
}

function namesOf(value: StaticValue | undefined): NamedSettings {
  if (value === undefined) return { names: [], complete: true };
  const sequence = sequenceOf(value);
  const names = stringsOf(value);
  return { names, complete: sequence?.complete === true && names.length === sequence.elements.length };
}
