import { expect, test } from "vitest";
import { testParser } from "../../../test/support/python-parser.ts";
import { walkExpressions } from "../syntax/walk.ts";
import { addKeywordArgument } from "./keyword-argument.ts";
import { applyEdits } from "./text-edit.ts";

async function withTimeout(text: string): Promise<string> {
  const file = await testParser().then((parser) => parser.parse("views.py", text));
  let result = text;
  walkExpressions(file.tree, (node) => {
    if (node.kind === "Call") result = applyEdits(text, [addKeywordArgument(text, node, "timeout=10")]);
    return false;
  });
  return result;
}

test.each([
  ["get()", "get(timeout=10)"],
  ["get(url)", "get(url, timeout=10)"],
  ["get(url, json=data)", "get(url, json=data, timeout=10)"],
  ["get((url))", "get((url), timeout=10)"],
  ["get(url, )", "get(url, timeout=10, )"],
])("%s", async (before, after) => {
  expect(await withTimeout(before)).toBe(after);
});

test.each([
  ["    json=data,  # all of it", "    json=data,  # all of it\n    timeout=10,"],
  ["    json=data  # all of it", "    json=data,  # all of it\n    timeout=10"],
  ["    json=data,", "    json=data,\n    timeout=10,"],
  ["    json=(data)", "    json=(data),\n    timeout=10"],
])("arguments on lines of their own keep their commas and comments: %s", async (before, after) => {
  expect(await withTimeout(`get(\n    url,\n${before}\n)\n`)).toBe(`get(\n    url,\n${after}\n)\n`);
});
