/** The runner itself, with an analyser that finds what the test wants. */
import { describe, expect, test } from "vitest";
import type { Finding } from "../../server/src/rules/finding.ts";
import { type Files as FakeFiles, fakeRules, finding, place } from "../support/fake-analysis.ts";
import { parseSpec, type Section } from "../support/markdown-spec.ts";
import type { Files } from "./apply-fixes.ts";
import { type Analyze, checkSection } from "./check-section.ts";
import type { Analyzed } from "./compare-findings.ts";

const before = "for project in Project.objects.all():\n    print(project.owner)\n";
const after = before.replace("all()", 'select_related("owner")');

function section(assertion: string, rest: string): Section {
  const code = before.replace("\n", `  ${assertion}\n`);
  const text = ["# n-plus-one-forward", "## Section", "`views.py`:", "```python", `${code}\`\`\``, rest];
  const [first] = parseSpec("spec.md", text.join("\n")).sections;
  if (first === undefined) throw new Error("no section");
  return first;
}

const fixed = ["Fixed `views.py`:", "```python", `${after}\`\`\``].join("\n");

/** Finds the loop that reads `owner` until `select_related` is there. */
const analyze: Analyze = async (files: Files): Promise<Analyzed> => {
  const table: FakeFiles = Object.fromEntries(files);
  const findings = table["views.py"]?.includes("all()") ? [ownerFinding(table)] : [];
  return {
    findings,
    refactorings: [],
    text: (path) => files.get(path),
    ruleName: (code) => fakeRules.find((rule) => rule.code === code)?.name ?? "",
  };
};

function ownerFinding(files: FakeFiles): Finding {
  const { range } = place(files, "views.py", "all()");
  return finding({
    code: "QS101",
    at: place(files, "views.py", "Project.objects.all()"),
    accesses: [{ at: place(files, "views.py", "project.owner") }],
    message: "owner is loaded for each project",
    fixes: [
      {
        title: "Add select_related",
        safety: "safe",
        preferred: true,
        edits: [{ path: "views.py", range, newText: 'select_related("owner")' }],
      },
    ],
  });
}

async function check(stated: Section): Promise<string> {
  const { complaints } = await checkSection(stated, new Map([["views.py", before]]), analyze);
  return complaints.join("\n");
}

describe("a section", () => {
  test("passes when findings and fixed code are as stated", async () => {
    const assertion = '# error: [n-plus-one-forward] "owner" paths=owner confidence=high fix=safe';
    expect(await check(section(assertion, fixed))).toBe("");
  });

  test("fails with a finding that is not stated", async () => {
    expect(await check(section("", ""))).toContain(
      'views.py:1 | for project in Project.objects.all():\n    + [n-plus-one-forward] "owner is loaded',
    );
  });

  test("fails with a stated finding of another rule, message or property", async () => {
    for (const assertion of [
      "[create-in-loop]",
      '[n-plus-one-forward] "team"',
      "[n-plus-one-forward] paths=team",
    ]) {
      expect(await check(section(`# error: ${assertion}`, fixed))).toContain(`    - ${assertion}`);
    }
  });

  test("fails when the fixed code differs", async () => {
    const other = fixed.replace("owner", "team");
    const complaint = await check(section("# error: [n-plus-one-forward]", other));
    expect(complaint).toContain('-for project in Project.objects.select_related("team"):');
    expect(complaint).toContain('+for project in Project.objects.select_related("owner"):');
  });

  test("fails when it expects no fix and there is one", async () => {
    expect(await check(section("# error: [n-plus-one-forward]", "No fix."))).toContain(
      "offers a fix where none is expected: Add select_related",
    );
  });

  test("fails when the fixed code is offered another fix of the rule", async () => {
    const neverDone: Analyze = async (files) => {
      const analyzed = await analyze(files);
      const at = place(Object.fromEntries(files), "views.py", "Project.objects");
      const edits = [{ path: "views.py", range: at.range, newText: "Project.objects" }];
      const again = { title: "Add it again", safety: "safe", preferred: true, edits } as const;
      return analyzed.findings.length > 0
        ? analyzed
        : { ...analyzed, findings: [finding({ code: "QS101", at, fixes: [again] })] };
    };
    const stated = section("# error: [n-plus-one-forward]", fixed);
    const { complaints } = await checkSection(stated, new Map([["views.py", before]]), neverDone);
    expect(complaints).toContain(
      "after the fixes: a fix is offered again: [n-plus-one-forward] views.py: Add it again",
    );
  });

  test("fails when a stated access is missing", async () => {
    const stated = section("# error: [n-plus-one-forward] # read: [n-plus-one-forward] team", fixed);
    expect(await check(stated)).toContain("    - read [n-plus-one-forward] team");
  });

  test("fails with a finding outside of the files", async () => {
    const analyzed: Analyze = async (files) => ({
      findings: [finding({ code: "QS101", at: { path: "views.py", range: { start: 0, end: 9999 } } })],
      refactorings: [],
      text: (path) => files.get(path),
      ruleName: () => "n-plus-one-forward",
    });
    const stated = section("# error: [n-plus-one-forward]", "No fix.");
    const { complaints } = await checkSection(stated, new Map([["views.py", before]]), analyzed);
    expect(complaints.join("\n")).toContain("its location lies outside of views.py: 0–9999");
  });
});
