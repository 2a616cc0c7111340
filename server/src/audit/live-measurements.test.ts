import { expect, test } from "vitest";
import { liveChecks, nothingMeasured } from "./live-measurements.ts";

test("without a connection, every check says why it has no value", () => {
  const { results } = nothingMeasured;
  expect(results.map(({ code }) => code)).toEqual(liveChecks.map(({ code }) => code));
  expect(results[0]).toEqual({ kind: "skipped", code: "QS880", reason: "Not connected to PostgreSQL." });
});
