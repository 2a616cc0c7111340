import { describe, expect, it } from "vitest";
import { withSetting } from "./column-setting.ts";
import type { ColumnStatistics } from "./column-statistics.ts";

const guess: ColumnStatistics = {
  nullFraction: 0.2,
  averageWidth: 8,
  distinct: 3,
  common: [
    { value: "new", frequency: 0.4 },
    { value: "open", frequency: 0.24 },
    { value: "done", frequency: 0.16 },
  ],
  histogram: [],
  correlation: 0.3,
};

const shares = ({ common }: ColumnStatistics) =>
  Object.fromEntries(common.map(({ value, frequency }) => [value, Number(frequency.toFixed(3))]));

describe("what the user says of a column", () => {
  it("replaces the guessed values by those that are given", () => {
    const known = withSetting(
      { ...guess, histogram: ["a", "b"] },
      { nulls: 0, common: { done: 0.95, open: 0.05 } },
    );
    expect(shares(known)).toEqual({ done: 0.95, open: 0.05 });
    // They are all there are.
    expect(known).toMatchObject({ nullFraction: 0, distinct: 2, histogram: [] });
  });

  it("leaves room for other values", () => {
    const known = withSetting({ ...guess, distinct: 1_000 }, { nulls: 0.1, common: { done: 0.5 } });
    expect(known).toMatchObject({ nullFraction: 0.1, distinct: 1_000 });
    expect(shares(known)).toEqual({ done: 0.5 });
  });

  it("keeps the guessed shares among the rows that have a value", () => {
    expect(shares(withSetting(guess, { nulls: 0.6 }))).toEqual({ new: 0.2, open: 0.12, done: 0.08 });
  });

  it("takes the number of values", () => {
    const unique = { ...guess, distinct: -1, common: [] };
    expect(withSetting(unique, { distinct: 40 }).distinct).toBe(40);
    expect(withSetting(unique, { nulls: 0.5 }).distinct).toBe(-1);
    // Fewer than were guessed share the rows.
    expect(shares(withSetting(guess, { distinct: 2 }))).toEqual({ new: 0.5, open: 0.3 });
  });

  it("does not believe in more than all rows", () => {
    expect(shares(withSetting(guess, { nulls: 0.5, common: { a: 0.6, b: 0.4 } }))).toEqual({
      a: 0.3,
      b: 0.2,
    });
  });
});
