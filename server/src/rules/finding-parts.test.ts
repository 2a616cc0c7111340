import { expect, test } from "vitest";
import { oncePerRound, stepOfLoop } from "./finding-parts.ts";

const location = { path: "projects/admin.py", range: { start: 0, end: 9 } };

test.each([
  ["task in tasks", "Loop: task in tasks", 'once per iteration of "task in tasks"'],
  ["TaskAdmin", "For each row of TaskAdmin", 'once for each row of "TaskAdmin"'],
])("the rounds of %s", (text, step, rounds) => {
  expect(stepOfLoop({ text, location })).toEqual({ message: step, location });
  expect(oncePerRound({ text, location })).toBe(rounds);
});
