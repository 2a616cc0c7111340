import { describe, expect, it } from "vitest";
import { fakeRules } from "../../../test/support/fake-analysis.ts";
import { configurationCompletionsAt } from "./configuration-completions.ts";

/** @param marked text with `|` at the cursor */
function complete(marked: string, fileName = "queryscope.toml"): readonly string[] {
  const offset = marked.indexOf("|");
  const text = marked.replace("|", "");
  const found = configurationCompletionsAt(fileName, text, offset, fakeRules);
  return (found?.items ?? []).map(({ newText }) => newText);
}

describe("completion in the configuration", () => {
  it("offers keys at the start of a line, each with its description", () => {
    expect(complete('select = ["QS"]\nsm|')).toContain("small-loop = ");
    const [item] = configurationCompletionsAt("queryscope.toml", "s", 1, fakeRules)?.items ?? [];
    expect(item).toMatchObject({ label: "select", detail: expect.stringContaining("The rules that report") });
  });

  it("replaces the word at the cursor", () => {
    expect(configurationCompletionsAt("queryscope.toml", "small-loop", 3, fakeRules)?.range).toEqual({
      start: 0,
      end: 10,
    });
  });

  it("offers codes and names of rules where rules are named", () => {
    const rules = expect.arrayContaining(["QS101", "n-plus-one-forward"]);
    expect(complete('select = ["QS1|"]')).toEqual(rules);
    expect(complete('ignore = [\n  "QS1",\n  "|",\n]')).toEqual(rules);
    expect(complete('[per-file-ignores]\n"a.py" = ["|"]')).toEqual(rules);
  });

  it("offers levels, and the options of a rule", () => {
    expect(complete('rules.small-loop.level = "|"')).toEqual(["error", "warning", "info", "hint"]);
    expect(complete("[rules.n-plus-one-forward]\n|")).toEqual(["level = "]);
  });

  it("offers the keys of tables in lists and tables", () => {
    expect(complete("[[servers]]\n|")).toEqual(["name = ", "cpus = ", "memory = ", "cost = "]);
    expect(complete('[column-statistics."projects.Task.status"]\nd|')).toContain("distinct = ");
    expect(complete("[table-rows]\n|")).toEqual([]);
    expect(complete("[nothing]\n|")).toEqual([]);
  });

  it("knows its table of pyproject.toml, and leaves the others alone", () => {
    expect(complete("[tool.queryscope]\ns|", "pyproject.toml")).toContain("select = ");
    expect(complete("[tool.queryscope]\n[tool.ruff]\ns|", "pyproject.toml")).toEqual([]);
    expect(complete("s|", "pyproject.toml")).toEqual([]);
    expect(complete("s|", "other.toml")).toEqual([]);
  });

  it("offers nothing in other values and in an array that is open", () => {
    expect(complete('currency = "|"')).toEqual([]);
    expect(complete("select = [\n  |\n]")).toEqual([]);
    expect(complete("small-loop = |")).toEqual([]);
  });
});
