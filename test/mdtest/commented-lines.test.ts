import { describe, expect, test } from "vitest";
import { testParser } from "../support/python-parser.ts";
import { commentedLines, lostComments } from "./commented-lines.ts";

const { parse } = await parserOf();

describe("a comment behind each line", () => {
  test("stands where one can stand", () => {
    const text = 'query = """\nSELECT 1\n"""\nnames = [\n    "a",\n\n    "#b",\n]\ntotal = 1 + \\\n    2\n';
    expect(commentedLines(text, parse(text), "a.py").text).toBe(
      'query = """\nSELECT 1\n"""  # a.py 3.\nnames = [  # a.py 4.\n    "a",  # a.py 5.\n\n    "#b",\n]  # a.py 8.\n' +
        "total = 1 + \\\n    2  # a.py 10.\n",
    );
  });

  test("is lost where it is gone, and where code stands in it", () => {
    const fixed = parse("f()  # a.py 1.\ng()  # a.py 2..count()\nh()  # a.py 4.  # a.py 5.\n");
    const comments = [1, 2, 3, 4, 5].map((line) => `# a.py ${line}.`);
    expect(lostComments(comments, [fixed])).toEqual(["# a.py 2.", "# a.py 3."]);
  });
});

async function parserOf() {
  const parser = await testParser();
  return { parse: (text: string) => parser.parse("a.py", text).tree };
}
