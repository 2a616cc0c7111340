import { z } from "zod";
import { quoted } from "./planted-relation.ts";
import type { Row } from "./postgres-thread.ts";

/** What is needed of an index to give it the size that it would have. */
export interface SizedIndex {
  readonly name: string;
  readonly table: string;
  readonly path: string;
  readonly condition: string | null;
  /** See `ExistingIndex`. */
  readonly keys: readonly { readonly text: string; readonly attribute: string }[];
}

/** A query for the indexes of these names, in the form that `readSizedIndexes` takes: a quarter of the work. */
export function sizedIndexesSql(names: readonly string[]): string {
  return `SELECT c.relname AS name, t.relname AS table, pg_relation_filepath(c.oid) AS path,
     pg_get_expr(x.indpred, x.indrelid) AS condition,
     ARRAY(SELECT json_build_array(pg_get_indexdef(c.oid, attnum, false), attname)
           FROM pg_attribute WHERE attrelid = c.oid ORDER BY attnum) AS keys
   FROM pg_class c JOIN pg_index x ON x.indexrelid = c.oid JOIN pg_class t ON t.oid = x.indrelid
   WHERE c.relname = ANY (ARRAY[${names.map(quoted).join(", ")}]::name[])`;
}

/** A query for the indexes of tables, in the form that `readIndexes` takes. */
export function indexesSql(tables: readonly string[]): string {
  return `SELECT i.relname AS name, t.relname AS table, pg_relation_filepath(i.oid) AS path, am.amname AS method,
     x.indisunique AS is_unique, pg_get_expr(x.indpred, x.indrelid) AS condition,
     (SELECT json_agg(json_build_object(
        'text', pg_get_indexdef(i.oid, n, false),
        'attribute', (SELECT attname FROM pg_attribute WHERE attrelid = i.oid AND attnum = n),
        'descending', x.indoption[n - 1] & 1 = 1,
        'usual', (SELECT opcdefault FROM pg_opclass WHERE oid = x.indclass[n - 1])) ORDER BY n)
      FROM generate_series(1, x.indnkeyatts) n) AS keys
   FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am am ON am.oid = i.relam
   JOIN pg_class t ON t.oid = x.indrelid
   WHERE t.relname IN (${tables.map(quoted).join(", ")})`;
}

const sizedIndexes = z.array(
  z.object({
    name: z.string(),
    table: z.string(),
    path: z.string(),
    condition: z.string().nullable(),
    keys: z.array(
      z
        .tuple([z.string(), z.string()])
        .transform(([text, attribute]) => ({ text: unquotedName(text), attribute })),
    ),
  }),
);

export function readSizedIndexes(rows: readonly Row[]): readonly SizedIndex[] {
  return sizedIndexes.parse(rows);
}

const existingIndexes = z.array(
  z
    .object({
      name: z.string(),
      table: z.string(),
      path: z.string(),
      method: z.string(),
      is_unique: z.boolean(),
      condition: z.string().nullable(),
      keys: z.array(
        z.object({ text: z.string(), attribute: z.string(), descending: z.boolean(), usual: z.boolean() }),
      ),
    })
    .transform(({ is_unique: isUnique, keys, ...index }) => ({
      ...index,
      isUnique,
      keys: keys.map((key) => ({ ...key, text: unquotedName(key.text) })),
    })),
);

/** `text` of a key is a column's name or an expression, which the index calls `attribute`; `usual` says whether it has the default operator class. */
export type ExistingIndex = Omit<ReadIndex, "table" | "path">;

/** With its table and the path of its file. */
export type ReadIndex = z.output<typeof existingIndexes>[number];

export function readIndexes(rows: readonly Row[]): readonly ReadIndex[] {
  return existingIndexes.parse(rows);
}

function unquotedName(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
