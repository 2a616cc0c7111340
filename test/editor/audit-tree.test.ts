import { describe, expect, it, vi } from "vitest";
import { type AuditReport, auditMessage } from "../../src/audit-report.ts";
import { type AuditNode, auditTree } from "../../src/audit-tree.ts";

vi.mock("vscode", async () => ({
  ...(await import("./support/localization.ts")),
}));

const report: AuditReport = {
  project: { name: "shop" },
  stages: [
    { number: 1, title: "MVP launch", done: 1, open: 0, unknown: 0 },
    { number: 2, title: "First optimisation sprint", done: 0, open: 1, unknown: 1 },
  ],
  tasks: [
    {
      id: "S1.1",
      stage: 1,
      title: "PostgreSQL instead of SQLite",
      status: "done",
      reason: "It is.",
      evidence: [],
      due: false,
    },
    {
      id: "S2.2",
      stage: 2,
      title: "Eager loading in every list",
      status: "open",
      reason: "1 finding speaks against it.",
      evidence: [
        { text: "QS101 …", place: { path: "shop/views.py", line: 9, column: 5 } },
        { text: "Without a place" },
      ],
      days: { from: 2, to: 2.5 },
      due: true,
    },
    {
      id: "S2.5",
      stage: 2,
      title: "Background tasks",
      status: "notApplicable",
      reason: "None.",
      evidence: [],
      due: false,
    },
  ],
};

/** The tree as indented lines. */
function lines(nodes: readonly AuditNode[], depth = 0): readonly string[] {
  return nodes.flatMap(({ label, description, icon, children = [] }) => [
    `${"  ".repeat(depth)}${icon}: ${label} | ${description}`,
    ...lines(children, depth + 1),
  ]);
}

describe("the tree of the scaling report", () => {
  it("has the tasks by stage, with the places that they rest on", () => {
    expect(lines(auditTree(report))).toEqual([
      "pass: Stage 1: MVP launch | 1 of 1 done",
      "  pass: S1.1 PostgreSQL instead of SQLite | done",
      "milestone: Stage 2: First optimisation sprint | 0 of 2 done",
      "  circle-large-outline: S2.2 Eager loading in every list | open · 2–2.5 days · due",
      "    go-to-file: QS101 … | views.py:9",
      "  circle-slash: S2.5 Background tasks | not applicable",
    ]);
  });
});

describe("what the page posts", () => {
  it("is taken only where it has the form that the page's own script gives it", () => {
    const open = { kind: "open", path: "a.py", line: 1, column: 1 };
    const fix = { kind: "fix", fingerprint: "0:1", index: 0 };
    expect(auditMessage(open)).toEqual(open);
    expect(auditMessage(fix)).toEqual(fix);
    for (const wrong of [
      null,
      "open",
      { kind: "run" },
      { ...open, line: 0 },
      { ...open, path: 1 },
      { ...fix, index: "0" },
    ])
      expect(auditMessage(wrong)).toBeUndefined();
  });
});
