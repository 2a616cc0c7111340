/**
 * The keys of `[tool.queryscope]`. This schema is the only place where a key, its type, default and meaning are
 * written: types, JSON schema, VS Code settings and `docs/configuration.md` are generated from it.
 */
import * as z from "zod";

const selectors = z.array(z.string());

const count = z.int().min(1);

const server = z.strictObject({
  name: z.string().meta({ description: "What the server is called in the report." }),
  cpus: count.meta({ description: "Number of virtual processors." }),
  memory: z.number().positive().meta({ description: "Memory in GB." }),
  cost: z.number().min(0).optional().meta({ description: "Price per month, in `currency`." }),
});

const share = z.number().min(0).max(1);

const columnStatistics = z.strictObject({
  distinct: count.optional().meta({ description: "Number of different values." }),
  nulls: share.optional().meta({ description: "Share of the rows without a value, 0 to 1." }),
  common: z
    .record(z.string(), share)
    .optional()
    .meta({ description: "The most frequent values with their shares of all rows." }),
});

const ruleOptions = z.strictObject({
  level: z
    .enum(["error", "warning", "info", "hint"])
    .optional()
    .meta({ description: "Reports the rule's findings with this level, whatever their context." }),
});

/** Keys as they are written in TOML. */
export const configurationSchema = z.strictObject({
  select: selectors.default(["QS"]).meta({
    description: "The rules that report: codes (`QS101`), prefixes (`QS1`) or names (`n-plus-one-forward`).",
    examples: [["QS1", "QS301"]],
  }),
  ignore: selectors.default([]).meta({
    description:
      "Rules that do not report. Where `select` and `ignore` name the same rule, the more specific selector decides; `ignore` does where both are equal.",
    examples: [["QS120", "fk-id-via-instance"]],
  }),
  "extend-select": selectors.default([]).meta({
    description: "Rules that report in addition to those of `select`.",
    examples: [["QS5"]],
  }),
  exclude: z
    .array(z.string())
    .default([])
    .meta({
      description:
        "Glob patterns of files and folders whose findings are left out, relative to the configuration file. A pattern without `/` matches in every folder. Their models are still known to the analysis.",
      examples: [["legacy", "apps/*/reports/**"]],
    }),
  "include-tests": z
    .boolean()
    .default(false)
    .meta({
      description:
        "Reports findings in tests, their helpers, factories, fixtures and notebooks too, with the level `hint`.",
      examples: [true],
    }),
  "per-file-ignores": z
    .record(z.string(), selectors)
    .default({})
    .meta({
      description: "Rules that do not report in the files that match a glob pattern.",
      examples: [{ "*/management/commands/*.py": ["QS3"] }],
    }),
  baseline: z
    .string()
    .min(1)
    .default("queryscope-baseline.json")
    .meta({
      description:
        "A file with known findings, which are counted and not reported, relative to the configuration file. Where it does not exist, nothing is known. `queryscope check --baseline FILE` takes another one.",
      examples: ["config/queryscope-baseline.json"],
    }),
  "slow-statements": z
    .string()
    .min(1)
    .optional()
    .meta({
      description:
        "A file that `queryscope statements --output-format json --output-file FILE` has written, relative to the configuration file. Findings then come in the order of the time that their querysets take in the database, and hovers show it.",
      examples: ["slow-statements.json"],
    }),
  rules: z
    .record(z.string(), ruleOptions)
    .default({})
    .meta({
      description: "Options of single rules, by name.",
      examples: [{ "fk-id-via-instance": { level: "warning" } }],
    }),
  "settings-module": z
    .string()
    .min(1)
    .optional()
    .meta({
      description: "The settings module of the project, where `manage.py` does not tell.",
      examples: ["config.settings.production"],
    }),
  "small-loop": count.default(5).meta({
    description: "Queries in a loop over at most this many rows are reported as a hint.",
  }),
  "query-budget": count.default(10).meta({
    description: "More queries than this on one page are suspect.",
  }),
  "tenant-field": z
    .string()
    .min(1)
    .optional()
    .meta({
      description:
        "The foreign key that separates tenants. Without it, a foreign key that most queries filter by is taken.",
      examples: ["organization"],
    }),
  "table-rows": z
    .record(z.string(), z.int().min(0))
    .default({})
    .meta({
      description:
        'Rows of tables, for plans without a database and for rules about indexes (below 1,000 none reports, from 100,000 on they warn; `queryscope check --connection` asks a database for those that are not named), by model (`projects.Task`) or table; `"*"` for all that are not named.',
      examples: [{ "projects.Task": 2_000_000, "*": 100_000 }],
    }),
  "column-statistics": z
    .record(z.string(), columnStatistics)
    .default({})
    .meta({
      description:
        "Values of columns, for plans without a database, by field (`projects.Task.status`): what is not given is guessed from the field. `queryscope explain` shows what it assumed.",
      examples: [
        {
          "projects.Task.status": { common: { open: 0.05, done: 0.95 } },
          "projects.Task.assignee": { distinct: 40, nulls: 0.3 },
        },
      ],
    }),
  users: count.optional().meta({ description: "Users of the product today, for the scaling report." }),
  "concurrent-users": count.optional().meta({
    description: "Users at the same time in the busiest hour, for the scaling report.",
  }),
  "target-users": count.optional().meta({ description: "Users that the product shall serve." }),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "expected a currency code of three letters, such as EUR")
    .default("EUR")
    .meta({ description: "Currency of the scaling report (ISO 4217)." }),
  "day-rate": z.number().min(0).default(450).meta({
    description: "Price of a developer's day in `currency`, for the scaling report.",
  }),
  servers: z
    .array(server)
    .default([])
    .meta({
      description: "The servers that the product runs on today, for the scaling report.",
      examples: [[{ name: "app", cpus: 2, memory: 4, cost: 12 }]],
    }),
});

type FileKeys = z.output<typeof configurationSchema>;

export type ConfigurationKey = keyof FileKeys;

/** Every key with its value in camel case, as VS Code's settings spell them. */
export type Configuration = {
  readonly [Key in ConfigurationKey as CamelCase<Key>]: Immutable<FileKeys[Key]>;
};

/** What one source says: the editor's settings, a file, or the command line. */
export type ConfigurationLayer = Partial<Configuration>;

export const configurationKeys = Object.keys(configurationSchema.shape) as readonly ConfigurationKey[];

export const defaultConfiguration: Configuration = toConfiguration(configurationSchema.parse({}));

export function toConfiguration(values: FileKeys): Configuration;
export function toConfiguration(values: Partial<FileKeys>): ConfigurationLayer;
export function toConfiguration(values: Partial<FileKeys>): ConfigurationLayer {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[camelCase(key), value]])),
  );
}

/**
 * Later layers win key by key. A layer with `select` starts the choice of rules anew; without it, its `ignore` and
 * `extendSelect` add to what lower layers say.
 */
export function mergeLayers(layers: readonly ConfigurationLayer[]): Configuration {
  return layers.reduce<Configuration>(addLayer, defaultConfiguration);
}

function addLayer(lower: Configuration, layer: ConfigurationLayer): Configuration {
  const { ignore, extendSelect } = layer.select === undefined ? lower : { ignore: [], extendSelect: [] };
  return {
    ...lower,
    ...layer,
    ignore: [...ignore, ...(layer.ignore ?? [])],
    extendSelect: [...extendSelect, ...(layer.extendSelect ?? [])],
  };
}

/** `small-loop` → `smallLoop` */
export function camelCase(key: string): string {
  return key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** `smallLoop` → `small-loop` */
export function kebabCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

type CamelCase<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Text;

type Immutable<Value> = Value extends readonly (infer Item)[]
  ? readonly Immutable<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Immutable<Value[Key]> }
    : Value;
