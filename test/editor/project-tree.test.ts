import { describe, expect, it, vi } from "vitest";
import type { OverviewEndpoint, OverviewFinding, ProjectOverview } from "../../src/project-overview.ts";
import { type ProjectNode, projectTree } from "../../src/project-tree.ts";

vi.mock("vscode", async () => ({
  ...(await import("./support/localization.ts")),
}));

const start = { line: 4, character: 0 };

function finding(code: string, file: string, stage: number): OverviewFinding {
  return {
    fingerprint: `${code}:${file}`,
    code,
    rule: `rule-of-${code}`,
    level: "warning",
    stage,
    message: `${code} in ${file}`,
    symbol: "shop.views.list",
    uri: `file:///work/shop/${file}`,
    range: { start, end: start },
  };
}

const overview: ProjectOverview = {
  files: 3,
  findings: [finding("QS301", "views.py", 1), finding("QS101", "a%20b.py", 2), finding("QS101", "api.py", 2)],
  known: [finding("QS101", "old.py", 2)],
  endpoints: null,
};

/** The tree as indented lines. */
function lines(nodes: readonly ProjectNode[], depth = 0): readonly string[] {
  return nodes.flatMap(({ label, description, children }) => [
    `${"  ".repeat(depth)}${label}${description === "" ? "" : ` | ${description}`}`,
    ...(children === undefined || children === "asked for" ? [] : lines(children, depth + 1)),
  ]);
}

describe("the tree of the project", () => {
  it("groups the findings by rule and by stage, and the baseline apart", () => {
    expect(lines(projectTree(overview, ""))).toEqual([
      "Endpoints by Queries",
      "Findings by Rule | 3",
      "  QS101 rule-of-QS101 | 2",
      "    QS101 in a%20b.py | a b.py:5",
      "    QS101 in api.py | api.py:5",
      "  QS301 rule-of-QS301 | 1",
      "    QS301 in views.py | views.py:5",
      "Findings by Stage | 3",
      "  Stage 1: MVP launch | 1",
      "    QS301 in views.py | views.py:5",
      "  Stage 2: first optimisation sprint | 2",
      "    QS101 in a%20b.py | a b.py:5",
      "    QS101 in api.py | api.py:5",
      "Baseline | 1",
      "  QS101 in old.py | old.py:5",
    ]);
  });

  it("shows endpoints with what they cost, when they are counted", () => {
    const place = { uri: "file:///work/shop/views.py", range: { start, end: start } };
    const endpoint = { complete: true, findings: 0, ...place };
    const endpoints: readonly OverviewEndpoint[] = [
      {
        ...endpoint,
        kind: "view",
        symbol: "shop.views.list",
        queries: "2 + N",
        complete: false,
        findings: 1,
      },
      { ...endpoint, kind: "task", symbol: "shop.tasks.send", queries: "1" },
      { ...endpoint, kind: "api", symbol: "shop.api.OrderSet.list", queries: "2" },
      { ...endpoint, kind: "command", symbol: "shop.management.commands.ship.Command.handle", queries: "3" },
    ];
    expect(lines(projectTree({ ...overview, findings: [], known: [], endpoints }, "")).slice(0, 5)).toEqual([
      "Endpoints by Queries | 4",
      "  list | at least 2 + N queries · 1 finding · shop.views",
      "  send | 1 query · shop.tasks",
      "  OrderSet.list | 2 queries · shop.api",
      "  ship | 3 queries · shop.management.commands",
    ]);
  });

  it("keeps what contains the filter's text", () => {
    expect(lines(projectTree(overview, " qs301"))).toContain("Findings by Rule | 1");
    expect(lines(projectTree(overview, "old.py")).at(-1)).toBe("  QS101 in old.py | old.py:5");
    expect(lines(projectTree(overview, "nothing"))).toEqual([
      "Endpoints by Queries",
      "Findings by Rule | 0",
      "Findings by Stage | 0",
    ]);
  });

  it("has nodes of different names, so that the view keeps them apart", () => {
    const ids = (nodes: readonly ProjectNode[]): readonly string[] =>
      nodes.flatMap(({ id, children }) => [id, ...(Array.isArray(children) ? ids(children) : [])]);
    const all = ids(projectTree(overview, ""));
    expect(new Set(all).size).toBe(all.length);
  });
});
