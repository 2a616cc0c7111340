import { describe, expect, it } from "vitest";
import { lineIndexOf } from "../base/line-index.ts";
import { defaultConfiguration } from "./configuration.ts";
import { parseConfigurationFile } from "./configuration-file.ts";

const rules = [
  { code: "QS101", name: "n-plus-one-forward" },
  { code: "QS116", name: "fk-id-via-instance" },
] as const;

/** The problems of a file as `line:column message`, both from 1. */
function problemsOf(fileName: string, text: string): readonly string[] {
  const lines = lineIndexOf(text);
  const parsed = parseConfigurationFile(fileName, text, rules);
  return (parsed?.problems ?? []).map(({ range, message }) => {
    const { line, column } = lines.positionAt(range.start);
    return `${line + 1}:${column + 1} ${message}`;
  });
}

describe("parseConfigurationFile", () => {
  it("reads the table of pyproject.toml", () => {
    const text = `
[tool.queryscope]
select = ["QS1"]
include-tests = true
small-loop = 3

[tool.queryscope.per-file-ignores]
"*/commands/*.py" = ["QS101"]
`;
    expect(parseConfigurationFile("pyproject.toml", text, rules)).toEqual({
      layer: {
        select: ["QS1"],
        includeTests: true,
        smallLoop: 3,
        perFileIgnores: { "*/commands/*.py": ["QS101"] },
      },
      problems: [],
    });
  });

  it("reads queryscope.toml from its top", () => {
    expect(parseConfigurationFile("queryscope.toml", 'ignore = ["QS116"]', rules)?.layer).toEqual({
      ignore: ["QS116"],
    });
  });

  it("has nothing to say about a pyproject.toml without the table", () => {
    expect(
      parseConfigurationFile("pyproject.toml", "[tool.ruff]\nline-length = 100\n", rules),
    ).toBeUndefined();
  });

  it("reports unknown keys and wrong types where they stand, and keeps the rest", () => {
    const text = `[tool.queryscope]
selekt = ["QS1"]
small-loop = "five"
include-tests = true
exclude = ["a", 1]
[[tool.queryscope.servers]]
name = "app"
cpus = 2
ram = 4
`;
    expect(problemsOf("pyproject.toml", text)).toEqual([
      "2:1 unknown key `selekt`; did you mean `select`?",
      "3:14 `small-loop`: expected number, received string",
      "5:17 `exclude`: expected string, received number",
      "6:3 `memory` is missing",
      "9:1 unknown key `ram` in `servers`",
    ]);
    expect(parseConfigurationFile("pyproject.toml", text, rules)?.layer).toEqual({ includeTests: true });
  });

  it("reports rules that do not exist", () => {
    const text = `select = ["QS101", "QS999", "n-plus-one-forwards"]
[rules.fk-id-via-instanc]
level = "info"
`;
    expect(problemsOf("queryscope.toml", text)).toEqual([
      '1:20 unknown rule "QS999"',
      '1:29 unknown rule "n-plus-one-forwards"; did you mean "n-plus-one-forward"?',
      '2:8 unknown rule "fk-id-via-instanc"; did you mean "fk-id-via-instance"?',
    ]);
  });

  it("reports an option value that is none of the choices", () => {
    expect(problemsOf("queryscope.toml", '[rules.fk-id-via-instance]\nlevel = "loud"')).toEqual([
      '2:9 `level`: expected one of "error"|"warning"|"info"|"hint"',
    ]);
  });

  it("accepts a group of codes before its rules exist", () => {
    expect(problemsOf("queryscope.toml", 'ignore = ["QS6"]')).toEqual([]);
  });

  it("reports a syntax error with its place and leaves the defaults", () => {
    expect(problemsOf("queryscope.toml", "select = [\n  oops\n]\n")).toEqual([
      expect.stringMatching(/^2:3 Invalid TOML document: /),
    ]);
    expect(parseConfigurationFile("queryscope.toml", "=", rules)?.layer).toEqual({});
  });

  it("does not take a table's inherited members or another type for a configuration", () => {
    expect(problemsOf("queryscope.toml", 'constructor = "x"\n__proto__ = 1')).toHaveLength(2);
    expect(problemsOf("pyproject.toml", "[tool]\nqueryscope = 1")).toEqual([
      "2:14 `tool.queryscope` must be a table",
    ]);
  });
});

describe("defaults", () => {
  it("are the documented ones", () => {
    expect(defaultConfiguration).toMatchObject({
      select: ["QS"],
      includeTests: false,
      smallLoop: 5,
      queryBudget: 10,
      currency: "EUR",
      dayRate: 450,
    });
  });
});
