import { describe, expect, it } from "vitest";
import type { SchemaColumn, SchemaTable } from "../queryset-compiler.ts";
import { assumedRows } from "./table-rows.ts";

const column = (name: string, changes: Partial<SchemaColumn> = {}): SchemaColumn => ({
  name,
  column: name,
  type: "bigint",
  fieldType: "IntegerField",
  fieldClass: "django.db.models.fields.IntegerField",
  maxLength: null,
  choices: [],
  default: null,
  automaticTime: false,
  null: false,
  unique: false,
  primaryKey: false,
  indexed: false,
  target: null,
  ...changes,
});

const to = (table: string, changes: Partial<SchemaColumn> = {}): SchemaColumn =>
  column(table, {
    column: `${table}_id`,
    target: { label: `shop.${table}`, table, column: "id" },
    ...changes,
  });

const table = (name: string, columns: readonly SchemaColumn[], autoCreated = false): SchemaTable => ({
  label: `shop.${name}`,
  table: name,
  managed: true,
  autoCreated,
  create: [],
  deferred: [],
  columns: [column("id", { primaryKey: true }), ...columns],
});

const sizes = (tables: readonly SchemaTable[], setting: Readonly<Record<string, number>> = {}) =>
  Object.fromEntries([...assumedRows(tables, setting)].map(([name, { rows }]) => [name, rows]));

const description = column("description", { type: "text" });

describe("the assumed number of rows", () => {
  it("is half a million where nothing is known", () => {
    expect(sizes([table("order", [])])).toEqual({ order: 500_000 });
  });

  it("grows from the tables that others belong to down to those that belong to them", () => {
    const tables = [
      table("tenant", [description]),
      table("team", [to("tenant")]),
      table("project", [to("team")]),
      table("task", [to("project")]),
      table("comment", [to("task"), to("tenant")]),
    ];
    expect(sizes(tables)).toEqual({
      tenant: 5_000,
      team: 5_000,
      project: 50_000,
      task: 500_000,
      comment: 2_000_000,
    });
  });

  it("is small for a few names that others refer to, and not for names alone", () => {
    const country = table("country", [column("name", { type: "varchar(80)" })]);
    expect(sizes([country, table("address", [to("country")])])).toEqual({ country: 100, address: 500_000 });
    expect(sizes([country])).toEqual({ country: 500_000 });
  });

  it("does not let a relation that may be missing decide", () => {
    const tables = [table("customer", [description]), table("order", [to("customer", { null: true })])];
    expect(sizes(tables)).toEqual({ customer: 500_000, order: 500_000 });
  });

  it("is twice the bigger side for a many-to-many relation", () => {
    const tables = [
      table("product", [description]),
      table("tag", [description]),
      table("product_tags", [to("product"), to("tag")], true),
    ];
    expect(sizes(tables)).toMatchObject({ product: 500_000, product_tags: 1_000_000 });
  });

  it("is what the setting says, by model or table, and for all others by *", () => {
    const tables = [table("order", []), table("invoice", []), table("visit", [])];
    expect(sizes(tables, { "shop.order": 2_000_000, invoice: 3, "*": 1_000 })).toEqual({
      order: 2_000_000,
      invoice: 3,
      visit: 1_000,
    });
  });

  it("ends for tables that need each other, and for one that needs itself", () => {
    const tables = [table("a", [to("b")]), table("b", [to("a")]), table("tree", [to("tree")])];
    expect(sizes(tables)).toMatchObject({ b: 500_000, tree: 500_000 });
  });
});
