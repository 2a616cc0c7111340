/** The fix that declares an index in `class Meta`. */
import { hashOf } from "../../base/hash.ts";
import { canonicalName } from "../../django/canonical-names.ts";
import type { Model, ModelGraph } from "../../django/model-graph.ts";
import { tableName } from "../../django/table-name.ts";
import { type ImportedNames, importAll, importName, importNames } from "../../edits/imports.ts";
import { addToMeta } from "../../edits/model-meta.ts";
import type { ClassSymbol, Module } from "../../python/symbols.ts";
import type { Fix } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";
import { indexMigration } from "./index-migration.ts";
import { withoutSign } from "./served-columns.ts";

/** An index as code. */
export interface IndexCode {
  /** For the fix's title: `an index on "email"`. */
  readonly title: string;
  /** What the project needs for it, beside a migration. */
  readonly needs?: string;
  /** What it is on, for its name. */
  readonly columns: readonly string[];
  /** Other names than `Index` that it needs. */
  readonly imports: readonly { readonly module: string; readonly names: readonly string[] }[];
  /** @param names how the file writes `Index` and the imported names */
  write(names: ReadonlyMap<string, string>, quote: string, indexName: string): string;
  readonly safety: Fix["safety"];
}

/**
 * @param columns in order, `-` for descending
 * @param named what the index is named after: two on the same columns have different conditions, and need different names
 */
export function indexFixes(
  context: RuleContext,
  model: Model,
  columns: readonly string[],
  condition?: string,
  named: readonly string[] = columns,
): readonly Fix[] {
  const listed = columns.map((column) => `"${column}"`).join(", ");
  return indexCodeFixes(context, model, {
    title: `${condition === undefined ? "an index" : "a partial index"} on ${listed}`,
    columns: named,
    imports: condition === undefined ? [] : [{ module: "django.db.models", names: ["Q"] }],
    write(names, quote, name) {
      const fields = columns.map((column) => `${quote}${column}${quote}`).join(", ");
      const where = condition === undefined ? "" : `condition=${names.get("Q")}(${condition}), `;
      return `${names.get("Index")}(fields=[${fields}], ${where}name=${quote}${name}${quote})`;
    },
    safety: "unsafe",
  });
}

/** The edit of `class Meta`, alone and together with the migration that makes the index. */
export function indexCodeFixes(context: RuleContext, model: Model, code: IndexCode): readonly Fix[] {
  const { symbol } = model;
  if (!symbol) return [];
  const { module, node } = symbol;
  const base = metaBase(context, model, symbol);
  const imported = importedNames(context, module, code);
  if (base === "unknown" || !imported) return [];
  const quote = module.file.text.split("'").length > module.file.text.split('"').length ? "'" : '"';
  const name = indexName(context.project.models, model, code.columns);
  const edit = addToMeta(module.file, node, model.meta.indexesLocation?.range, {
    option: "indexes",
    element: code.write(imported.expressions, quote, name),
    base: base?.text,
  });
  if (!edit) return [];
  const edits = [...imported.edits, edit].map((change) => ({ path: module.file.path, ...change }));
  const { safety } = code;
  const needs = code.needs ? `, ${code.needs}` : "";
  const title = `Add ${code.title} to ${model.name}.Meta`;
  const migration = indexMigration(context, model, name, code);
  return [
    { title: `${title} (needs a migration${needs})`, safety, preferred: true, edits },
    ...(migration
      ? [
          {
            title: `${title}, with a migration${migration.concurrent ? " that does not block writes" : ""}${needs && ` (needs ${code.needs})`}`,
            safety,
            preferred: false,
            edits: [...edits, migration.edit],
          },
        ]
      : []),
  ];
}

function importedNames(
  context: RuleContext,
  module: Module,
  { imports }: IndexCode,
): ImportedNames | undefined {
  const index = indexClass(context, module);
  const edits = importAll(module.file, imports);
  if (!index || !edits) return undefined;
  const expressions = new Map([["Index", index.expression]]);
  for (const { module: source, names } of imports) {
    for (const [name, written] of importNames(module.file, source, names)?.expressions ?? []) {
      expressions.set(name, written);
    }
  }
  const needsIndex = imports.length === 0 || index.edits.length === 0;
  return { expressions, edits: needsIndex ? [...index.edits, ...edits] : edits };
}

/** `models.Index`, also where `models` is that of GeoDjango, or the name under which the file imports it. */
function indexClass({ project: { program } }: RuleContext, module: Module): ReturnType<typeof importName> {
  const models = program.resolveName(module, "models");
  if (models.kind === "external" && /(?:^|\.)db\.models$/.test(canonicalName(models.name) ?? models.name)) {
    return { expression: "models.Index", edits: [] };
  }
  return importName(module.file, "django.db.models", "Index");
}

const longestName = 30;
const hashLength = 4;

/**
 * `<table>_<columns>_idx`, shortened to what every database takes, and unlike every other index of the project: where
 * that could be the name of another one, it has a hash, as the names have that Django makes.
 */
function indexName(models: ModelGraph, model: Model, columns: readonly string[]): string {
  const all = [...models.models.values()];
  const taken = new Set(all.flatMap(({ meta }) => meta.indexes.flatMap(({ name }) => name ?? [])));
  const fields = columns.map(withoutSign);
  const joined = fields.join("_");
  const name = shortName(tableName(model), joined);
  const isOfOthers = all.some(
    (other) =>
      other !== model &&
      fields.every((field) => other.fields.has(field)) &&
      shortName(tableName(other), joined) === name,
  );
  if (!isOfOthers && !taken.has(name) && joined.length <= roomForColumns("")) return name;
  for (let attempt = 0; ; attempt++) {
    const hash = hashOf([model.label, ...columns, attempt].join(" ")).slice(0, hashLength);
    const hashed = shortName(tableName(model), joined, `_${hash}`);
    if (!taken.has(hashed)) return hashed;
  }
}

/** At least a few letters of the table. */
function roomForColumns(hash: string): number {
  return longestName - "tab_".length - hash.length - "_idx".length;
}

function shortName(table: string, columns: string, hash = ""): string {
  const kept = columns.slice(0, roomForColumns(hash));
  const end = `_${kept}${hash}_idx`;
  const prefix = table.replace(/\W+/g, "_").slice(0, longestName - end.length);
  return `${prefix}${end}`.replace(/__+/g, "_").replace(/^[_\d]+/, "");
}

type MetaBase = { readonly text: string } | undefined | "unknown";

/**
 * What `class Meta` has to derive from to keep what the model inherits without one: a model's own `Meta` takes the place
 * of that of its abstract bases. Indexes of the bases would be lost, so that there is no answer for those.
 */
function metaBase({ project }: RuleContext, model: Model, symbol: ClassSymbol): MetaBase {
  const { program, models } = project;
  const { meta } = model;
  const inherits = !meta.indexesLocation && meta.indexes.some(({ origin }) => origin === "index");
  if (inherits) return "unknown";
  if (meta.location) return undefined;
  const { text } = symbol.module.file;
  for (const base of symbol.node.bases) {
    const resolved = program.resolveExpression(symbol.module, base);
    const source = { text: `${text.slice(base.start, base.end)}.Meta` };
    if (resolved.kind === "external") {
      const library = models.modelOfExternal(resolved.name);
      if (library?.abstract) return source;
      continue;
    }
    if (resolved.kind !== "class") return "unknown";
    const own = program.lookupMember(resolved, "Meta");
    if (own.kind === "found" && own.symbol.kind === "class") {
      const declaring = models.modelOfClass(own.owner);
      if (declaring && !declaring.abstract) continue;
      return isPlain(own.symbol) ? undefined : source;
    }
    // A library's abstract model further up has a `Meta` that is inherited as well.
    const above = program
      .mro(resolved)
      .some((entry) => entry.kind === "external" && models.modelOfExternal(entry.name)?.abstract);
    if (above) return source;
  }
  return undefined;
}

/** `abstract = True` and nothing else, which is not inherited. */
function isPlain({ node }: ClassSymbol): boolean {
  return (
    node.bases.length === 0 &&
    node.body.every(
      (statement) =>
        statement.kind === "Pass" ||
        (statement.kind === "Assign" &&
          statement.targets.every((target) => target.kind === "Name" && target.name === "abstract")),
    )
  );
}
