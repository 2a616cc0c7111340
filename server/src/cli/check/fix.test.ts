import { describe, expect, it } from "vitest";
import { type Files, fakeAnalysis, fakeRules, finding } from "../../../../test/support/fake-analysis.ts";
import { mergeLayers } from "../../lint/configuration.ts";
import { lintAnalysis } from "../../lint/lint.ts";
import type { Analysis, Workspace } from "../../program/workspace.ts";
import type { FileEdit, Finding, Safety } from "../../rules/finding.ts";
import { type FixRequest, fixFindings } from "./fix.ts";

interface Find {
  readonly path: string;
  readonly match: RegExpExecArray;
}

/** A workspace with one rule: what matches the pattern is a finding, with the fix that the test gives. */
function workspaceOf(
  files: Files,
  pattern: RegExp,
  editsOf: (find: Find) => readonly FileEdit[],
  safety: Safety = "safe",
) {
  const texts = new Map(Object.entries(files));
  let analyses = 0;
  const workspace: Workspace = {
    setBuffer: (path, text) => void texts.set(path, text),
    closeBuffer: () => {},
    dispose: () => {},
    filesChanged: () => {},
    preview: () => undefined,
    analyze: () => analyze(),
  };
  const analyze = (): Promise<Analysis> => {
    analyses += 1;
    const findings = [...texts].flatMap(([path, text]): readonly Finding[] =>
      [...text.matchAll(pattern)].map((match) =>
        finding({
          code: "QS101",
          at: { path, range: { start: match.index, end: match.index + match[0].length } },
          relationPaths: [match[0]],
          fixes: [{ title: "Fix", safety, preferred: true, edits: editsOf({ path, match }) }],
        }),
      ),
    );
    return fakeAnalysis(Object.fromEntries(texts), findings);
  };
  const request: FixRequest = {
    workspace,
    mode: "safe",
    analyze,
    lint: (analysis) => lintAnalysis(analysis, mergeLayers([]), { rules: fakeRules }),
  };
  return { request, texts, analyses: () => analyses };
}

function replaceMatch({ path, match }: Find, newText: string): FileEdit {
  return { path, range: { start: match.index, end: match.index + match[0].length }, newText };
}

async function fix(workspace: ReturnType<typeof workspaceOf>, request: Partial<FixRequest> = {}) {
  const complete = { ...workspace.request, ...request };
  return fixFindings(complete, await complete.analyze());
}

describe("fixFindings", () => {
  it("fixes every file and says what changed", async () => {
    const files = { "a.py": "bad_1 = bad_2\n", "b.py": "bad_3\n", "c.py": "good\n" };
    const workspace = workspaceOf(files, /bad_\d/g, (find) => [replaceMatch(find, "good")]);
    const outcome = await fix(workspace);
    expect(outcome.changes).toEqual([
      { path: "a.py", before: "bad_1 = bad_2\n", after: "good = good\n" },
      { path: "b.py", before: "bad_3\n", after: "good\n" },
    ]);
    expect(outcome.fixed).toHaveLength(3);
    expect(outcome.rejected).toEqual([]);
    expect(outcome.result.findings).toEqual([]);
    expect(workspace.analyses()).toBe(2);
  });

  it("takes conflicting fixes one after the other", async () => {
    const workspace = workspaceOf({ "a.py": "call(bad_1, bad_2)\n" }, /bad_\d/g, ({ path, match }) => {
      const whole = { start: 0, end: match.input.length };
      return [{ path, range: whole, newText: match.input.replace(match[0], "good") }];
    });
    const outcome = await fix(workspace);
    expect(outcome.changes).toMatchObject([{ after: "call(good, good)\n" }]);
    expect(workspace.analyses()).toBe(3);
  });

  it("takes a fix back that leaves its finding, and keeps the others", async () => {
    const workspace = workspaceOf({ "a.py": "bad_1 = bad_2\n" }, /bad_\d/g, (find) => [
      replaceMatch(find, find.match[0] === "bad_1" ? "(bad_1)" : "good"),
    ]);
    const outcome = await fix(workspace);
    expect(outcome.changes).toMatchObject([{ after: "bad_1 = good\n" }]);
    expect(outcome.rejected).toMatchObject([
      { reason: "the finding would remain", finding: { relationPaths: ["bad_1"] } },
    ]);
    expect(outcome.result.findings).toHaveLength(1);
    expect(workspace.texts.get("a.py")).toBe("bad_1 = good\n");
  });

  it("takes a fix back that breaks the syntax", async () => {
    const workspace = workspaceOf({ "a.py": "x = bad_1\n" }, /bad_\d/g, (find) => [replaceMatch(find, "(")]);
    const outcome = await fix(workspace);
    expect(outcome.changes).toEqual([]);
    expect(outcome.rejected).toMatchObject([{ reason: "the file would no longer be valid Python" }]);
    expect(workspace.texts.get("a.py")).toBe("x = bad_1\n");
  });

  it("ends where every fix makes a new finding", async () => {
    const workspace = workspaceOf({ "a.py": "bad_1\n" }, /bad_\d+/g, (find) => [
      replaceMatch(find, `bad_${Number(find.match[0].slice(4)) + 1}`),
    ]);
    const outcome = await fix(workspace);
    expect(outcome.fixed).toHaveLength(10);
    expect(outcome.changes).toMatchObject([{ after: "bad_11\n" }]);
  });

  it("applies unsafe fixes only on request, and suggestions never", async () => {
    const files = { "a.py": "bad_1\n" };
    const unsafe = () => workspaceOf(files, /bad_\d/g, (find) => [replaceMatch(find, "good")], "unsafe");
    expect((await fix(unsafe())).changes).toEqual([]);
    expect((await fix(unsafe(), { mode: "unsafe" })).changes).toHaveLength(1);
    const suggestion = workspaceOf(files, /bad_\d/g, (find) => [replaceMatch(find, "good")], "suggestion");
    expect((await fix(suggestion, { mode: "unsafe" })).changes).toEqual([]);
  });

  it("leaves files alone that must not change", async () => {
    const files = { "a.py": "bad_1\n", "b.py": "bad_2\n" };
    const workspace = workspaceOf(files, /bad_\d/g, (find) => [replaceMatch(find, "good")]);
    const outcome = await fix(workspace, { mayChange: (path) => path === "a.py" });
    expect(outcome.changes.map(({ path }) => path)).toEqual(["a.py"]);
  });

  it("may bring a new file", async () => {
    const workspace = workspaceOf({ "a.py": "bad_1\n" }, /bad_\d/g, (find) => [
      replaceMatch(find, "good"),
      { path: "tasks.py", range: { start: 0, end: 0 }, newText: "def task(): ...\n" },
    ]);
    expect((await fix(workspace)).changes).toEqual([
      { path: "a.py", before: "bad_1\n", after: "good\n" },
      { path: "tasks.py", before: "", after: "def task(): ...\n" },
    ]);
  });
});
