/**
 * One spelling per Django object. Django's public objects can be imported from several modules
 * (`django.db.models.ForeignKey` is `django.db.models.fields.related.ForeignKey`), and a library is either outside of
 * the program (an external name) or read from the environment (a class with source): both get the same name here.
 */
import type { PythonSymbol } from "../python/symbols.ts";

/** Modules whose public names Django's documentation imports from a shorter path, as `[module, public module]`. */
const publicModules: readonly (readonly [module: RegExp, publicModule: string])[] = [
  [
    /^django\.db\.models\.(?:fields(?:\.(?:related|files|json|generated|composite|proxy|reverse_related))?|base|manager|query|query_utils|indexes|constraints|expressions|aggregates|deletion|enums|lookups)$/,
    "django.db.models",
  ],
  [
    /^django\.db\.models\.functions\.(?:comparison|datetime|json|math|mixins|text|uuid|window)$/,
    "django.db.models.functions",
  ],
  [/^django\.contrib\.gis\.db\.models\.(?:fields|proxy)$/, "django.contrib.gis.db.models"],
  [
    /^django\.contrib\.postgres\.fields\.(?:array|citext|hstore|jsonb|ranges)$/,
    "django.contrib.postgres.fields",
  ],
  [/^django\.contrib\.auth\.base_user$/, "django.contrib.auth.models"],
  [/^django\.contrib\.sessions\.base_session$/, "django.contrib.sessions.models"],
  [/^django\.apps\.registry$/, "django.apps"],
  [/^django\.apps\.config$/, "django.apps"],
];

/** Names that live at two public paths; the first is an alias of the second. */
const aliases: ReadonlyMap<string, string> = new Map([
  ["django.contrib.postgres.fields.JSONField", "django.db.models.JSONField"],
]);

/** What `django.contrib.gis.db.models` has of its own; everything else in it is `django.db.models`'. */
const gisNames: ReadonlySet<string> = new Set([
  "Collect",
  "Extent",
  "Extent3D",
  "ExtentField",
  "GeometryCollectionField",
  "GeometryField",
  "LineStringField",
  "MakeLine",
  "MultiLineStringField",
  "MultiPointField",
  "MultiPolygonField",
  "PointField",
  "PolygonField",
  "RasterField",
  "Union",
]);

/** The public import path of a dotted name: `django.db.models.fields.CharField` → `django.db.models.CharField`. */
export function canonicalName(name: string): string {
  if (!name.startsWith("django.")) return name;
  const dot = name.lastIndexOf(".");
  const module = name.slice(0, dot);
  const member = name.slice(dot + 1);
  for (const [pattern, publicModule] of publicModules) {
    if (pattern.test(module)) return canonicalAlias(publicModule, member);
  }
  return canonicalAlias(module, member);
}

function canonicalAlias(module: string, member: string): string {
  if (module === "django.contrib.gis.db.models" && !gisNames.has(member)) {
    return `django.db.models.${member}`;
  }
  const name = `${module}.${member}`;
  return aliases.get(name) ?? name;
}

/** The canonical dotted name of what a symbol stands for; undefined where it has none (unknown). */
export function symbolName(symbol: PythonSymbol): string | undefined {
  switch (symbol.kind) {
    case "external":
      return canonicalName(symbol.name);
    case "class":
    case "function":
      return canonicalName(`${symbol.module.name}.${symbol.qualifiedName}`);
    case "variable":
      return canonicalName(
        symbol.owner
          ? `${symbol.module.name}.${symbol.owner.qualifiedName}.${symbol.name}`
          : `${symbol.module.name}.${symbol.name}`,
      );
    case "module":
      return symbol.module.name;
    case "unknown":
      return undefined;
  }
}
