import { describe, expect, it } from "vitest";
import { auditOf, projectWith } from "../../../test/support/audited-project.ts";
import { formatAuditJson } from "./output/json.ts";
import type { AreaScore, ReportFinding, Summary, TaskReport, TaskStatus } from "./report.ts";
import { type EarlierReport, EarlierReportError, parseEarlierReport, trendSince } from "./trend.ts";

const summary = (score: number): Summary => ({
  currentStage: 0,
  nextStage: 1,
  reason: "",
  score,
  biggestWins: [],
});

const area = (name: string, score: number): AreaScore => ({ area: name, score, findings: 0 });

const task = (id: string, status: TaskStatus): TaskReport => ({
  id,
  stage: 1,
  title: `Task ${id}`,
  status,
  reason: "",
  evidence: [],
  findings: 0,
  rules: [],
  days: undefined,
  cost: undefined,
  estimated: false,
  due: false,
  priority: 0,
});

const finding = (fingerprint: string): ReportFinding => ({
  code: "QS101",
  rule: "n-plus-one",
  level: "warning",
  confidence: "high",
  message: "",
  help: "",
  place: { path: "shop/views.py", line: 1, column: 1 },
  symbol: "",
  fingerprint,
  fix: undefined,
});

const before = {
  summary: summary(60),
  scores: [area("Queries", 40), area("Caching", 90), area("Tasks", 70)],
  tasks: [task("S1.1", "open"), task("S1.2", "unknown"), task("S2.1", "done"), task("S2.2", "done")],
  findings: [finding("kept"), finding("repaired")],
};

const earlier: EarlierReport = {
  schemaVersion: 1,
  tool: { name: "queryscope" },
  date: "2026-09-01",
  ...before,
};

describe("the trend since an earlier report", () => {
  const trend = trendSince(earlier, {
    summary: summary(71),
    scores: [area("Queries", 75), area("Caching", 80), area("Tasks", 70), area("Writes", 50)],
    tasks: [
      task("S1.1", "done"),
      task("S1.2", "done"),
      task("S2.1", "open"),
      task("S2.2", "done"),
      task("S4.1", "done"),
      task("S4.2", "open"),
    ],
    findings: [finding("kept"), finding("added")],
  });

  it("has the health then and now", () => {
    expect(trend).toMatchObject({ since: "2026-09-01", score: { before: 60, now: 71 } });
  });

  it("has the areas that improved or got worse, not those that stayed or are new", () => {
    expect(trend.areas).toEqual([
      { area: "Queries", before: 40, now: 75 },
      { area: "Caching", before: 90, now: 80 },
    ]);
  });

  it("has the tasks that were done since then and those that are open again; new tasks are neither", () => {
    expect(trend.done).toEqual(["S1.1 Task S1.1", "S1.2 Task S1.2"]);
    expect(trend.reopened).toEqual(["S2.1 Task S2.1"]);
  });

  it("has the new findings and counts those that are gone", () => {
    expect(trend.newFindings).toEqual([finding("added")]);
    expect(trend.fixedFindings).toBe(1);
  });

  it("is empty where nothing changed", () => {
    expect(trendSince(earlier, before)).toEqual({
      since: "2026-09-01",
      score: { before: 60, now: 60 },
      areas: [],
      done: [],
      reopened: [],
      newFindings: [],
      fixedFindings: 0,
    });
  });
});

describe("an earlier report", () => {
  it("is read from the JSON that audit writes", async () => {
    const report = await auditOf(projectWith(""));
    if (!report) throw new Error("no report");
    const read = parseEarlierReport(formatAuditJson(report));
    expect(trendSince(read, report)).toMatchObject({
      areas: [],
      done: [],
      newFindings: [],
      fixedFindings: 0,
    });
  });

  it.each([
    { text: "# Scaling report", reason: "it is not JSON" },
    { text: "[]", reason: /^its top: / },
    { text: '{ "schemaVersion": 2, "tool": { "name": "queryscope" } }', reason: /^schemaVersion: / },
    { text: '{ "schemaVersion": 1, "tool": { "name": "other" } }', reason: /^tool\.name: / },
  ])("is refused with the reason: $text", ({ text, reason }) => {
    expect(() => parseEarlierReport(text)).toThrow(EarlierReportError);
    expect(() => parseEarlierReport(text)).toThrow(reason);
  });
});
