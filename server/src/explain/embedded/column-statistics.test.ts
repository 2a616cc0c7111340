import { describe, expect, it } from "vitest";
import type { SchemaColumn } from "../queryset-compiler.ts";
import { distinctValues, guessStatistics } from "./column-statistics.ts";

const plain: SchemaColumn = {
  name: "field",
  column: "field",
  type: "varchar(20)",
  fieldType: "CharField",
  fieldClass: "django.db.models.fields.CharField",
  maxLength: 20,
  choices: [],
  default: null,
  automaticTime: false,
  null: false,
  unique: false,
  primaryKey: false,
  indexed: false,
  target: null,
};

const rows = 1_000;
const statisticsOf = (changes: Partial<SchemaColumn>, targetRows?: number) =>
  guessStatistics({ ...plain, ...changes }, { rows, targetRows, today: new Date("2026-01-01T00:00:00Z") });
const distinctOf = (changes: Partial<SchemaColumn>, targetRows?: number) =>
  distinctValues(statisticsOf(changes, targetRows), rows);

describe("assumed statistics", () => {
  it("take the default for the most frequent choice", () => {
    const { common } = statisticsOf({ choices: ["new", "open", "done"], default: "open" });
    expect(common.map(({ value }) => value)).toEqual(["open", "new", "done"]);
    expect(common.map(({ frequency }) => frequency.toFixed(2))).toEqual(["0.55", "0.27", "0.18"]);
  });

  it("leave room for missing values", () => {
    const { nullFraction, common } = statisticsOf({ choices: ["new"], null: true });
    expect(nullFraction).toBe(0.2);
    expect(common).toEqual([{ value: "new", frequency: 0.8 }]);
  });

  it("take a flag for what it is at first in nine of ten rows", () => {
    expect(statisticsOf({ type: "boolean", default: true }).common).toMatchObject([
      { value: "t", frequency: 0.9 },
      { value: "f" },
    ]);
    expect(statisticsOf({ type: "boolean" }).common).toMatchObject([{ frequency: 0.5 }, { frequency: 0.5 }]);
  });

  it("give a foreign key as many values as there are rows to refer to, and no more than there are rows", () => {
    const target = { label: "shop.Customer", table: "customer", column: "id" };
    expect(distinctOf({ type: "bigint", target }, 50)).toBe(50);
    expect(distinctOf({ type: "bigint", target }, 5_000)).toBe(rows);
  });

  it("make keys and unique columns all different", () => {
    expect(distinctOf({ type: "bigint", primaryKey: true })).toBe(rows);
    expect(distinctOf({ unique: true })).toBe(rows);
  });

  it("let times end today, in the order of the rows where Django writes them", () => {
    const created = statisticsOf({ type: "timestamp with time zone", automaticTime: true });
    expect(created.histogram.at(-1)).toBe("2026-01-01T00:00:00.000Z");
    expect(created.correlation).toBeGreaterThan(0.9);
    const due = statisticsOf({ type: "date" });
    expect(due.histogram.at(-1)).toBe("2026-01-01");
    expect(due.correlation).toBeLessThan(0.9);
  });

  it.for(["integer", "numeric(10, 2)", "date", "uuid", "varchar(20)", "timestamp with time zone"])(
    "keep the bounds of %s in order",
    (type) => {
      const { histogram } = statisticsOf({ type });
      const sorted = histogram.toSorted((a, b) =>
        /^[\d.]+$/.test(a) ? Number(a) - Number(b) : a < b ? -1 : 1,
      );
      expect(histogram).toEqual(sorted);
      expect(new Set(histogram).size).toBe(histogram.length);
    },
  );
});
