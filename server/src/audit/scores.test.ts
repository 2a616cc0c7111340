import { expect, it } from "vitest";
import { totalScore } from "./scores.ts";

const area = (score: number) => ({ area: "Queries", score, findings: 1 });

it("takes from the whole what each area lost", () => {
  expect(totalScore([area(92), area(96), area(100), area(98)])).toBe(86);
});

it("lets one area take 30 points at most", () => {
  expect(totalScore([area(0), area(100)])).toBe(70);
  expect(totalScore([area(0), area(0), area(0), area(0)])).toBe(0);
});
