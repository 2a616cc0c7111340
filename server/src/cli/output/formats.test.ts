/** The snapshots show what each format looks like. */
import { describe, expect, it } from "vitest";
import { finding, place } from "../../../../test/support/fake-analysis.ts";
import { fakeReport, shopReport } from "../../../../test/support/fake-report.ts";
import { colorStyles, plainStyles } from "../terminal/style.ts";
import { formatConcise } from "./concise.ts";
import { formatFull } from "./full.ts";
import { formatGithub } from "./github.ts";
import { formatGitlab } from "./gitlab.ts";
import { formatJson } from "./json.ts";
import { formatJunit } from "./junit.ts";
import { formatStatistics } from "./statistics.ts";
import { formatSummary } from "./summary.ts";

const odd = { "a b/ü,%.py": "def f():\n\tx = qs\u001b[31m  # <&>\n" };
/** Names and messages with the characters that formats must escape. */
const oddReport = () =>
  fakeReport(odd, [
    finding({
      code: "QS101",
      at: place(odd, "a b/ü,%.py", "qs\u001b[31m"),
      message: 'reads "a" & <b>,\n100 %: \u001b[31mred',
      help: "",
    }),
  ]);

describe("full", () => {
  it("shows the source, the chain of evidence, the estimate and the fixes", async () => {
    expect(formatFull(await shopReport(), plainStyles)).toMatchInlineSnapshot(`
      "shop/reports.py:2:32 QS116 fk-id-via-instance [info, certain]
      "project.team.id" loads a row for a key that "team_id" holds.
      2 |     return f"{project.owner}: {project.team.id}"
        |                                ^^^^^^^^^^^^^^^
        = fix: Replace with "team_id" [unsafe: fixable with --fix --unsafe-fixes]

      shop/views.py:7:9 QS101 n-plus-one-forward [warning, high]
      "project.owner" loads User once per row: 1 + N queries, 1 with eager loading.
       7 |         Project.objects
         |         ^^^^^^^^^^^^^^^
       8 |         .filter(tenant=request.tenant)
         |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
         = 1. The queryset of Project is built here
         = 2. Loop: project in projects
      10 |     return [line(project) for project in projects]
         = 3. Calls shop.reports.line
         = 4. Reads owner: project.owner (shop/reports.py:2:15)
       2 |     return f"{project.owner}: {project.team.id}"
         = queries: 1 + N → 1 (N = 50: 51 → 1)
         = help: Load "owner" with the queryset of Project.
         = fix: Add select_related("owner") [fixable with --fix]
         = fix: Load it in the manager [suggestion]

      "
    `);
  });

  it("differs in colour only where colours are on", async () => {
    const colored = formatFull(await shopReport(), colorStyles);
    expect(colored).toContain("\u001b[");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
    expect(colored.replace(/\u001b\[\d+m/g, "")).toBe(formatFull(await shopReport(), plainStyles));
  });

  it("shows control characters of the code instead of obeying them, and aligns after tabs", async () => {
    expect(formatFull(await oddReport(), plainStyles)).toMatchInlineSnapshot(`
      "a b/ü,%.py:2:6 QS101 n-plus-one-forward [warning, high]
      reads "a" & <b>,
      100 %: �[31mred
      2 |     x = qs�[31m  # <&>
        |         ^^^^^^^
        = 1. the queryset is built here

      "
    `);
  });
});

describe("concise", () => {
  it("is a line for each finding", async () => {
    expect(formatConcise(await shopReport(), plainStyles)).toMatchInlineSnapshot(`
      "shop/reports.py:2:32: QS116 info: "project.team.id" loads a row for a key that "team_id" holds.
      shop/views.py:7:9: QS101 warning: "project.owner" loads User once per row: 1 + N queries, 1 with eager loading. [*]
      "
    `);
    expect(formatConcise(await oddReport(), plainStyles).split("\n")).toHaveLength(2);
  });
});

describe("json", () => {
  it("is the documented contract", async () => {
    await expect(formatJson(await shopReport())).toMatchFileSnapshot("./snapshots/json.txt");
  });
});

describe("github", () => {
  it("is a workflow command for each finding", async () => {
    expect(formatGithub(await shopReport())).toMatchInlineSnapshot(`
      "::notice title=QS116 fk-id-via-instance,file=shop/reports.py,line=2,endLine=2,col=32,endColumn=47::"project.team.id" loads a row for a key that "team_id" holds.
      ::warning title=QS101 n-plus-one-forward,file=shop/views.py,line=7,endLine=8::"project.owner" loads User once per row: 1 + N queries, 1 with eager loading.%0ALoad "owner" with the queryset of Project.
      "
    `);
  });

  it("escapes what commands give a meaning to", async () => {
    expect(formatGithub(await oddReport())).toContain("file=a b/ü%2C%25.py");
    expect(formatGithub(await oddReport())).toContain('::reads "a" & <b>,%0A100 %25:');
  });
});

describe("gitlab", () => {
  it("is a code quality report", async () => {
    expect(JSON.parse(formatGitlab(await shopReport()))).toMatchInlineSnapshot(`
      [
        {
          "categories": [
            "Performance",
          ],
          "check_name": "QS116",
          "description": "QS116 fk-id-via-instance: "project.team.id" loads a row for a key that "team_id" holds.",
          "fingerprint": "f3a292661cc56266:1",
          "location": {
            "path": "shop/reports.py",
            "positions": {
              "begin": {
                "column": 32,
                "line": 2,
              },
              "end": {
                "column": 47,
                "line": 2,
              },
            },
          },
          "severity": "minor",
          "type": "issue",
        },
        {
          "categories": [
            "Performance",
          ],
          "check_name": "QS101",
          "description": "QS101 n-plus-one-forward: "project.owner" loads User once per row: 1 + N queries, 1 with eager loading.",
          "fingerprint": "a63ec3a340a4fd4a:1",
          "location": {
            "path": "shop/views.py",
            "positions": {
              "begin": {
                "column": 9,
                "line": 7,
              },
              "end": {
                "column": 39,
                "line": 8,
              },
            },
          },
          "severity": "major",
          "type": "issue",
        },
      ]
    `);
  });
});

describe("junit", () => {
  it("has a suite for each file", async () => {
    expect(formatJunit(await shopReport())).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="queryscope" tests="2" failures="2" errors="0">
        <testsuite name="shop/reports.py" tests="1" failures="1" errors="0">
          <testcase name="QS116 fk-id-via-instance" classname="shop/reports.py" file="shop/reports.py" line="2">
            <failure type="info" message="&quot;project.team.id&quot; loads a row for a key that &quot;team_id&quot; holds.">shop/reports.py:2:32: &quot;project.team.id&quot; loads a row for a key that &quot;team_id&quot; holds.</failure>
          </testcase>
        </testsuite>
        <testsuite name="shop/views.py" tests="1" failures="1" errors="0">
          <testcase name="QS101 n-plus-one-forward" classname="shop/views.py" file="shop/views.py" line="7">
            <failure type="warning" message="&quot;project.owner&quot; loads User once per row: 1 + N queries, 1 with eager loading.">shop/views.py:7:9: &quot;project.owner&quot; loads User once per row: 1 + N queries, 1 with eager loading.
      Load &quot;owner&quot; with the queryset of Project.</failure>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  it("is well-formed whatever stands in the code", async () => {
    const xml = formatJunit(await oddReport());
    expect(xml).toContain("reads &quot;a&quot; &amp; &lt;b&gt;");
    expect(xml).not.toContain("\u001b");
  });

  it("has a passed test when nothing was found, because an empty report counts as a broken run", async () => {
    expect(formatJunit(await fakeReport({}, []))).toContain('tests="1" failures="0"');
  });
});

describe("statistics", () => {
  it("counts by rule", async () => {
    expect(formatStatistics(await shopReport(), plainStyles)).toMatchInlineSnapshot(`
      "1  QS101  n-plus-one-forward  1 fixable
      1  QS116  fk-id-via-instance
      "
    `);
  });
});

describe("summary", () => {
  it("is one sentence", async () => {
    expect(formatSummary(await shopReport())).toMatchInlineSnapshot(
      `"Found 2 findings (1 warning, 1 info) in 2 files, 412 ms; 1 fixable with --fix; 1 more with --unsafe-fixes."`,
    );
    expect(formatSummary(await fakeReport({ "a.py": "" }, []))).toBe("No findings in 1 file, 412 ms.");
  });
});
