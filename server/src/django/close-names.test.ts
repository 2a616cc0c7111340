import { describe, expect, test } from "vitest";
import { closeNames } from "./close-names.ts";

describe("names that may have been meant", () => {
  test.each([
    ["owmer", ["owner", "order"], ["owner", "order"]],
    ["assigne", ["assignee", "assigned_by"], ["assignee"]],
    ["task_set", ["task", "title"], ["task"]],
    ["tasks", ["task", "titles"], ["task"]],
    ["owner_id", ["owner"], ["owner"]],
    ["nmae", ["name", "names"], ["name"]],
    ["taem", ["team", "name"], ["team"]],
    ["createdat", ["created_at"], ["created_at"]],
    ["xyz", ["owner", "title"], []],
    ["owner", ["owner"], []],
  ])("%s of %s: %s", (name, candidates, expected) => {
    expect(closeNames(name, candidates)).toEqual(expected);
  });

  test("are three at most, nearest first", () => {
    expect(closeNames("abcdefghi", ["abcdefghx", "abcdefgxy", "abcdefghij", "abcdefghik"])).toEqual([
      "abcdefghij",
      "abcdefghik",
      "abcdefghx",
    ]);
  });
});
