import { describe, expect, test } from "vitest";
import { parseSpec } from "./markdown-spec.ts";
import { formatShape } from "./query-shape.ts";

const fence = "```";

function spec(...lines: string[]): string {
  return lines.map((line) => line.replaceAll("~~~", fence)).join("\n");
}

const small = spec(
  "# some-rule",
  "",
  "Project: tracker",
  "",
  "`shared.py`:",
  "~~~python",
  "SHARED = 1",
  "~~~",
  "",
  "## Group",
  "",
  "Prose only.",
  "",
  "### First",
  "",
  "`views.py`:",
  "",
  "~~~python",
  "def view(request):  # queries: 1 + N",
  '    # error: [some-rule] "owner" paths=owner,team',
  "    # error: [other-rule]",
  "    for project in projects:  # error: [third-rule] level=hint",
  "        print(project.owner)  # read: [some-rule] owner",
  "~~~",
  "",
  "Fixed `views.py`:",
  "",
  "~~~python",
  "def view(request):  # queries: 1",
  "    pass",
  "~~~",
  "",
  'Fixed `views.py` by "another way":',
  "",
  "~~~python",
  "def view(request):  # queries: 2",
  "    pass",
  "~~~",
  "",
  "### Second",
  "",
  "Django: 6.0, 6.1",
  "",
  "~~~toml",
  "select = []",
  "~~~",
  "",
  "`views.py`:",
  "~~~python",
  "async def broken():  # raises: FieldError",
  "    pass",
  "~~~",
);

describe("a spec", () => {
  const parsed = parseSpec("some-rule.md", small);
  const [first, second] = parsed.sections;

  test("has a title, a base project and a section for each heading with files", () => {
    expect(parsed).toMatchObject({ title: "some-rule", project: "tracker" });
    expect(parsed.sections.map((section) => section.name)).toEqual(["Group › First", "Group › Second"]);
  });

  test("shares the files before the first heading", () => {
    expect(first?.files.map((file) => file.path)).toEqual(["shared.py", "views.py"]);
    expect(second?.files.map((file) => file.path)).toEqual(["shared.py", "views.py"]);
  });

  test("keeps the code without assertions", () => {
    expect(first?.files[1]?.text).toBe(
      "def view(request):\n    for project in projects:\n        print(project.owner)\n",
    );
  });

  test("states findings on the line that follows or precedes the assertion", () => {
    const errors = first?.files[1]?.errors.map(({ line, rule, message, properties }) => ({
      line,
      rule,
      message,
      properties: Object.fromEntries(properties),
    }));
    expect(errors).toEqual([
      { line: 2, rule: "some-rule", message: "owner", properties: { paths: "owner,team" } },
      { line: 2, rule: "other-rule", message: undefined, properties: {} },
      { line: 2, rule: "third-rule", message: undefined, properties: { level: "hint" } },
    ]);
    expect(first?.files[1]?.reads).toEqual([{ line: 3, rule: "some-rule", relationPath: "owner" }]);
  });

  test("names the functions to measure and what they cost or raise", () => {
    const [measure] = first?.files[1]?.measures ?? [];
    expect(measure).toMatchObject({ name: "view", kind: "view", line: 1, sourceLine: 1 });
    expect(measure?.expected.kind === "queries" && formatShape(measure.expected.shape)).toBe("1 + N");
    expect(second?.files[1]?.measures).toMatchObject([
      { name: "broken", kind: "function", expected: { kind: "raises", exception: "FieldError" } },
    ]);
  });

  test("has the code after the preferred fix, and after others", () => {
    expect(first?.fixes.map(({ title }) => title)).toEqual([undefined, "another way"]);
    expect(first?.fixes[0]?.files[0]?.text).toBe("def view(request):\n    pass\n");
  });

  test("may be limited to versions and have a configuration", () => {
    expect(first?.djangoVersions).toBeUndefined();
    expect(second).toMatchObject({ djangoVersions: ["6.0", "6.1"], configuration: "select = []\n" });
  });
});

describe("a mistake in a spec is reported with its line", () => {
  const file = (...code: string[]) =>
    spec("# rule", "", "## Section", "", "`a.py`:", "", "~~~python", ...code, "~~~");

  test.each([
    ["no title", "## Section", "1: A spec starts with"],
    ["an open block", spec("# rule", "`a.py`:", "~~~python", "x"), "3: This code block is not closed"],
    [
      "a block without a path",
      spec("# rule", "## Section", "~~~python", "x", "~~~"),
      "3: A code block needs",
    ],
    ["a finding without its fix", file("x  # error: [rule]"), '3: "Section" needs its fixed code'],
    ["an assertion that cannot be read", file("x", "y  # error: rule"), "9: Expected [rule-name]"],
    ["an unknown property", file("x  # error: [rule] colour=red"), '8: Unknown property "colour"'],
    ["a count that is no sum", file("def f():  # queries: N squared"), "8: Not a sum of terms"],
    ["a function with arguments", file("def f(pk):  # queries: 1"), "8: A measured function takes"],
    ["a method", file("class A:", "    def f(self):  # queries: 1"), "9: Only a function or class"],
  ])("%s", (_, markdown, message) => {
    expect(() => parseSpec("rule.md", markdown)).toThrow(`rule.md:${message}`);
  });
});
