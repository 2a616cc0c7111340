/** The caches of a project as its settings describe them. */
import { alternativesOf, isMapping, type MappingValue, mappingOf } from "../../django/static-value.ts";
import type { RuleContext } from "../rule-context.ts";

export type BackendKind =
  | "redis"
  | "djangoRedis"
  | "memcached"
  /** In the process, in files, in a table, or nowhere: nobody else's keys are there. */
  | "own"
  | "unknown";

export interface ConfiguredCache {
  readonly kind: BackendKind;
  /** There is no round trip: it lies in the memory of the process, or there is none. */
  readonly inProcess: boolean;
  /** What it connects to, as far as it is written down. */
  readonly locations: readonly string[];
  readonly options: MappingValue | undefined;
}

const kinds: readonly (readonly [RegExp, BackendKind])[] = [
  [/^django\.core\.cache\.backends\.redis\./, "redis"],
  [/^django_redis\.|^django_valkey\./, "djangoRedis"],
  [/^redis_cache\./, "redis"],
  [/^django\.core\.cache\.backends\.memcached\.|^django_bmemcached\.|^django_pylibmc\./, "memcached"],
  [/^django\.core\.cache\.backends\.(?:locmem|dummy|filebased|db)\./, "own"],
];

const ofDjango: ConfiguredCache = { kind: "own", inProcess: true, locations: [], options: undefined };

/** Each cache of `CACHES` by its alias; undefined where the setting is not known. */
export function configuredCaches({
  project: { program, settings },
}: RuleContext): ReadonlyMap<string, readonly ConfiguredCache[]> | undefined {
  const value = settings.evaluateSetting("CACHES");
  // Django's default: one in the memory of the process.
  if (value === undefined) return new Map([["default", [ofDjango]]]);
  const caches = mappingOf(value);
  if (!caches) return undefined;
  const kindOf = (name: string): BackendKind => {
    const symbol = program.resolveDottedName(name);
    const ancestors =
      symbol.kind === "class"
        ? program.mro(symbol).flatMap((base) => (base.kind === "external" ? [base.name] : []))
        : [];
    for (const each of [name, ...ancestors]) {
      const found = kinds.find(([pattern]) => pattern.test(each));
      if (found) return found[1];
    }
    return "unknown";
  };
  return new Map(
    [...caches.entries].map(([alias, options]) => [
      alias,
      alternativesOf(options).flatMap((each) => (isMapping(each) ? configurations(each, kindOf) : [])),
    ]),
  );
}

function configurations(
  options: MappingValue,
  kindOf: (name: string) => BackendKind,
): readonly ConfiguredCache[] {
  const backend = options.entries.get("BACKEND");
  const names = backend ? alternativesOf(backend).filter((name) => typeof name === "string") : [];
  const location = options.entries.get("LOCATION");
  const locations = location ? textsIn(alternativesOf(location)) : [];
  if (names.length === 0) return [{ kind: "unknown", inProcess: false, locations, options }];
  return names.map((name) => ({
    kind: kindOf(name),
    inProcess: /\.(?:locmem|dummy)\./.test(name),
    locations,
    options,
  }));
}

function textsIn(values: ReturnType<typeof alternativesOf>): readonly string[] {
  return values.flatMap((value) => {
    if (typeof value === "string") return [value];
    return typeof value === "object" && value?.type === "sequence"
      ? value.elements.flatMap((element) => textsIn(alternativesOf(element)))
      : [];
  });
}

/** The text of a setting, where it is one. */
export function textSettings({ project: { settings } }: RuleContext, name: string): readonly string[] {
  const value = settings.evaluateSetting(name);
  return value ? textsIn(alternativesOf(value)) : [];
}
