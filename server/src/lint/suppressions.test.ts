import { describe, expect, it } from "vitest";
import { type Files, fakeAnalysis, fakeRules, finding, place } from "../../../test/support/fake-analysis.ts";
import { codes, lint } from "../../../test/support/lint-findings.ts";
import { twoFiles, twoReads, views } from "../../../test/support/two-reads.ts";
import type { FileEdit, Finding } from "../rules/finding.ts";
import { type ConfigurationLayer, defaultConfiguration } from "./configuration.ts";
import { lintAnalysis } from "./lint.ts";

/** The edits must not overlap. */
function applied(text: string, edits: readonly FileEdit[]): string {
  return edits
    .toSorted((first, second) => second.range.start - first.range.start)
    .reduce(
      (result, { range, newText }) => result.slice(0, range.start) + newText + result.slice(range.end),
      text,
    );
}

/** Puts a comment at the end of the line with `snippet`, or above it. */
function commented(text: string, snippet: string, comment: string, where: "end" | "above" = "end"): string {
  const lines = text.split("\n").flatMap((line) => {
    if (!line.includes(snippet)) return [line];
    const indentation = /^ */.exec(line)?.[0] ?? "";
    return where === "end" ? [`${line}  ${comment}`] : [`${indentation}${comment}`, line];
  });
  return lines.join("\n");
}

describe("suppression", () => {
  const suppressedBy = async (snippet: string, comment: string, where: "end" | "above" = "end") => {
    const files = { ...twoFiles, "shop/views.py": commented(views, snippet, comment, where) };
    const { findings, suppressed } = await lint(files, [twoReads(files)], { ignore: ["QS0"] });
    return { codes: findings.map(({ code }) => code), suppressed };
  };

  it.each(["QS109", "QS10", "n-plus-one-in-serializer"])(
    "on the finding's line takes the whole finding: %s",
    async (selector) => {
      const comment = `# queryscope: ignore[${selector}]: few rows`;
      expect(await suppressedBy("Project.objects", comment)).toEqual({ codes: [], suppressed: 1 });
      expect(await suppressedBy("Project.objects", comment, "above")).toEqual({ codes: [], suppressed: 1 });
    },
  );

  it("where rows are read takes that access", async () => {
    expect(await suppressedBy("project.owner", "# queryscope: ignore[QS101]")).toEqual({
      codes: ["QS109"],
      suppressed: 0,
    });
    const files = {
      ...twoFiles,
      "shop/api.py": commented(
        twoFiles["shop/api.py"] ?? "",
        "UserSerializer",
        "# queryscope: ignore[QS109]",
      ),
    };
    expect(await codes(files, [twoReads(files)])).toEqual(["QS101"]);
  });

  it("takes the finding when no access is left", async () => {
    const files = {
      "shop/views.py": commented(views, "project.owner", "# queryscope: ignore[QS101]"),
      "shop/api.py": commented(
        twoFiles["shop/api.py"] ?? "",
        "UserSerializer",
        "# queryscope: ignore[QS109]",
        "above",
      ),
    };
    expect(await lint(files, [twoReads(files)])).toMatchObject({ findings: [], suppressed: 1 });
  });

  it("is for its own rules and its own line", async () => {
    expect((await suppressedBy("Project.objects", "# queryscope: ignore[QS3]")).codes).toEqual(["QS109"]);
    expect((await suppressedBy("import Project", "# queryscope: ignore[QS1]")).codes).toEqual(["QS109"]);
    expect((await suppressedBy("for project", "# queryscope: ignore[QS1]")).codes).toEqual(["QS109"]);
  });

  it("of a file matches by prefix, anywhere in the file", async () => {
    expect(await suppressedBy("import Project", "# queryscope: ignore-file[QS1]", "above")).toEqual({
      codes: [],
      suppressed: 1,
    });
  });

  it("covers a statement of several lines, from its last line, from within and from above", async () => {
    const statement = (last: string, within: string, above: string) => `${above}
projects = list(
    ${within}
    Project.objects.all()
)${last}
`;
    for (const text of [
      statement("  # queryscope: ignore[QS101]", "", ""),
      statement("", "# queryscope: ignore[QS101]", ""),
      statement("", "", "# queryscope: ignore[QS101]\n# because three rows exist"),
    ]) {
      const files = { "shop/a.py": text };
      expect(
        await codes(files, [
          finding({ code: "QS101", at: place(files, "shop/a.py", "Project.objects.all()") }),
        ]),
      ).toEqual([]);
    }
  });

  it("does not reach over a blank line", async () => {
    const files = { "shop/a.py": "# queryscope: ignore[QS101]\n\nprojects = Project.objects.all()\n" };
    const here = finding({ code: "QS101", at: place(files, "shop/a.py", "Project.objects.all()") });
    expect(await codes(files, [here])).toEqual(["QS001", "QS101"]);
  });
});

describe("suppressions that are wrong", () => {
  /** What is said about the comments of a file, and the file after the fixes. */
  const check = async (
    text: string,
    findings: (files: Files) => readonly Finding[] = () => [],
    configuration: ConfigurationLayer = {},
  ) => {
    const files = { "shop/a.py": text };
    const result = await lint(files, findings(files), configuration);
    const about = result.findings.filter(({ remedy }) => remedy === "suppression");
    const edits = about.flatMap(({ fixes }) => fixes.flatMap((fix) => fix.edits));
    return {
      messages: about.map(({ code, message }) => `${code} ${message}`),
      fixed: applied(text, edits),
    };
  };

  it("are removed when they suppress nothing", async () => {
    expect(await check("def f():\n    a = 1  # queryscope: ignore[QS101]\n")).toEqual({
      messages: ["QS001 Nothing here is suppressed by `QS101`."],
      fixed: "def f():\n    a = 1\n",
    });
    expect((await check("def f():\r\n    # queryscope: ignore[QS101]: few\r\n    a = 1\r\n")).fixed).toBe(
      "def f():\r\n    a = 1\r\n",
    );
    expect(await check("# queryscope: ignore-file[QS1]\n")).toEqual({
      messages: ["QS001 Nothing in this file is suppressed by `QS1`."],
      fixed: "",
    });
  });

  it("keep the codes that are needed and the directives of other tools", async () => {
    const owner = (files: Files) => [finding({ code: "QS101", at: place(files, "shop/a.py", "a.owner") })];
    expect(await check("a.owner  # queryscope: ignore[QS102, QS101, QS301]: few rows\n", owner)).toEqual({
      messages: ["QS001 Nothing here is suppressed by `QS102` and `QS301`."],
      fixed: "a.owner  # queryscope: ignore[QS101]: few rows\n",
    });
    expect((await check("a = 1  # noqa: E501  # queryscope: ignore[QS101]\n")).fixed).toBe(
      "a = 1  # noqa: E501\n",
    );
    expect((await check("a = 1  # queryscope: ignore[QS101]: x  # noqa: E501\n")).fixed).toBe(
      "a = 1  # noqa: E501\n",
    );
  });

  it("are not judged for rules that do not report there", async () => {
    const text = "a = 1  # queryscope: ignore[QS101]\n";
    expect((await check(text, () => [], { select: ["QS0", "QS3"] })).messages).toEqual([]);
    expect((await check("a = 1  # queryscope: ignore[QS6]\n")).messages).toEqual([]);
    expect((await check(text, () => [], { perFileIgnores: { "a.py": ["QS101"] } })).messages).toEqual([]);
  });

  it("are not judged while the file is half typed", async () => {
    expect((await check("def f(:\n    a.  # queryscope: ignore[QS101]\n")).messages).toEqual([]);
  });

  it("are not judged in a file that was analysed in part", async () => {
    const analysis = await fakeAnalysis({ "shop/a.py": "a = 1  # queryscope: ignore[QS101]\n" }, []);
    const problems = [{ path: "shop/a.py", message: "analysed in part" }];
    const { findings } = lintAnalysis({ ...analysis, problems }, defaultConfiguration, { rules: fakeRules });
    expect(findings).toEqual([]);
  });

  it("are reported when they name no rule or an unknown one", async () => {
    expect((await check("a = 1  # queryscope: ignore\n")).messages).toEqual([
      "QS003 This comment has no effect: no rules are named: write `ignore[QS101]`.",
    ]);
    expect((await check("a = 1  # queryscope: ignore[QS999, create-in-lop]\n")).messages).toEqual([
      'QS002 This comment suppresses nothing: unknown rule "QS999"',
      'QS002 This comment suppresses nothing: unknown rule "create-in-lop"; did you mean "create-in-loop"?',
    ]);
  });

  it("can be ignored and suppressed like every finding", async () => {
    expect((await check("a = 1  # queryscope: ignore\n", () => [], { ignore: ["QS0"] })).messages).toEqual(
      [],
    );
    expect((await check("# queryscope: ignore-file[QS003]\na = 1  # queryscope: ignore\n")).messages).toEqual(
      [],
    );
  });

  it("are placed in the function around them", async () => {
    const { findings } = await lint(
      { "shop/a.py": "class A:\n    def f(self):\n        return 1  # queryscope: ignore\n" },
      [],
    );
    expect(findings).toMatchObject([{ symbol: "shop.a.A.f", confidence: "certain", level: "warning" }]);
  });
});
