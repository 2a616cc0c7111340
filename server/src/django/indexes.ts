/**
 * The indexes of a model's table as the database will have them: what `Meta` declares and what Django makes by itself
 * for primary keys, unique columns, foreign keys and `db_index=True`.
 */
import { remembered } from "../base/remembered.ts";
import type { Field, Index, Model } from "./model-graph.ts";

/** An index with the columns by which it can be searched. */
export interface TableIndex extends Index {
  /** Names of fields in order, `-` for descending. Empty for an index on an expression. */
  readonly columns: readonly string[];
}

/** All indexes of the model's own table: declared ones first, then implicit ones in order of the fields. */
export function indexesOf(model: Model): readonly TableIndex[] {
  const declared = model.meta.indexes.map((index): TableIndex => ({ columns: index.fields ?? [], ...index }));
  const implicit = [...model.fields.values()]
    .filter((field) => field.indexed && isColumn(field) && !isInherited(model, field))
    .map(implicitIndex);
  return [...declared, ...implicit];
}

function isColumn(field: Field): boolean {
  return field.kind === "column" || field.kind === "foreignKey" || field.kind === "oneToOne";
}

/** Columns of a multi-table parent are indexed in the parent's table. */
function isInherited(model: Model, field: Field): boolean {
  return model.parents.includes(field.model);
}

function implicitIndex(field: Field): TableIndex {
  return {
    fields: [field.name],
    columns: [field.name],
    unique: field.unique || field.primaryKey,
    partial: false,
    name: undefined,
    origin: "field",
  };
}

/** The names of the first columns of all indexes that hold every row, without direction. */
export function leadingColumns(model: Model): ReadonlySet<string> {
  const leading = new Set<string>();
  for (const index of indexesOf(model)) {
    const [first] = index.columns;
    if (first !== undefined && !index.partial && isOrdered(index)) leading.add(first.replace(/^-/, ""));
  }
  return leading;
}

/** Whether the index finds a row by equality and reads rows in order: only B-trees do both. */
function isOrdered(index: Index): boolean {
  return index.method === undefined || index.method === "btree";
}

/**
 * Whether an index finds the rows of `column = value`. The name may be that of the raw value (`owner_id`) or `pk`.
 * Partial indexes don't count: they serve only queries that repeat their condition.
 */
export function isIndexed(model: Model, column: string): boolean {
  const name = column === "pk" ? model.primaryKey : column;
  const leading = leadingColumns(model);
  if (leading.has(name)) return true;
  const field = model.fields.get(name) ?? model.fields.get(name.replace(/_id$/, ""));
  if (!field) return false;
  // A parent's column is searched in the parent's table.
  return leading.has(field.name) || (field.indexed && isInherited(model, field));
}

/** Whether equality with a value that is not empty finds its rows by an index, which may leave out the others. */
export function findsByValue(model: Model, column: string): boolean {
  return (
    isIndexed(model, column) ||
    indexesOf(model).some(
      (index) => index.hasEveryValue && isOrdered(index) && index.columns[0]?.replace(/^-/, "") === column,
    )
  );
}

/** Sets of columns of which at most one row has the same values; nulls aside. */
export function uniqueColumnSets(model: Model): readonly (readonly string[])[] {
  return remembered(columnSets, model, () =>
    indexesOf(model)
      .filter((index) => index.unique && !index.partial && index.columns.length > 0)
      .map((index) => index.columns.map((column) => column.replace(/^-/, ""))),
  );
}

const columnSets = new WeakMap<Model, readonly (readonly string[])[]>();
