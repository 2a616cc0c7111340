import { describe, expect, it } from "vitest";
import { type Files, fakeAnalysis, fakeRules, finding, place } from "../../../test/support/fake-analysis.ts";
import { defaultConfiguration } from "../lint/configuration.ts";
import { lintAnalysis } from "../lint/lint.ts";
import type { Finding } from "../rules/finding.ts";
import { diagnosticsIn } from "./diagnostics.ts";
import { fixAllIn } from "./fix-all.ts";
import { quickFixesAt } from "./quick-fixes.ts";
import { createSnapshot, type Snapshot } from "./snapshot.ts";

const files: Files = {
  "shop/views.py":
    "def first(request):\n    return show(Order.objects.all())\n\ndef second(request):\n    return show(Order.objects.filter(open=True))\n",
  "shop/helpers.py": "def show(rows):\n    return [row.owner.team for row in rows]\n",
};

const first = place(files, "shop/views.py", "Order.objects.all()");
const second = place(files, "shop/views.py", "Order.objects.filter(open=True)");
const read = place(files, "shop/helpers.py", "row.owner");

const append = (title: string, at: Finding["location"]) => ({
  title,
  safety: "safe" as const,
  preferred: true,
  edits: [
    { path: at.path, range: { start: at.range.end, end: at.range.end }, newText: '.select_related("owner")' },
  ],
});

async function snapshotOf(findings: readonly Finding[]): Promise<Snapshot> {
  const analysis = await fakeAnalysis(files, findings);
  return createSnapshot(
    analysis,
    lintAnalysis(analysis, defaultConfiguration, { rules: fakeRules }).findings,
  );
}

const twoQuerysets = [
  finding({
    code: "QS101",
    at: first,
    symbol: "shop.views.first",
    accesses: [{ at: read }],
    fixes: [append("Load owner", first)],
  }),
  finding({
    code: "QS101",
    at: second,
    symbol: "shop.views.second",
    accesses: [{ at: read }],
    fixes: [append("Load owner", second)],
  }),
];

describe("diagnostics", () => {
  it("stand on the queryset; one hint where several of them are read leads to all", async () => {
    const snapshot = await snapshotOf(twoQuerysets);
    expect(diagnosticsIn(snapshot, "shop/views.py").map(({ level, range }) => [level, range])).toEqual([
      ["warning", first.range],
      ["warning", second.range],
    ]);
    expect(diagnosticsIn(snapshot, "shop/helpers.py")).toMatchObject([
      {
        level: "hint",
        range: read.range,
        message: 'Each row read here runs a query for "owner": not loaded by 2 querysets.',
        related: [{ location: first }, { location: second }],
      },
    ]);
  });

  it("name every path that is read at one place", async () => {
    const accesses = [
      { at: read, path: "owner" },
      { at: read, path: "owner__team" },
    ];
    const snapshot = await snapshotOf([finding({ code: "QS101", at: first, accesses })]);
    expect(diagnosticsIn(snapshot, "shop/helpers.py")[0]?.message).toBe(
      'Each row read here runs a query for "owner", "owner__team": not loaded by the queryset in shop.views.dashboard.',
    );
  });

  it("do not mark an expression twice that both is the queryset and reads its rows", async () => {
    const snapshot = await snapshotOf([finding({ code: "QS101", at: first, accesses: [{ at: first }] })]);
    expect(diagnosticsIn(snapshot, "shop/views.py")).toHaveLength(1);
  });
});

describe("quick fixes", () => {
  it("at the place of reading say to which queryset they belong", async () => {
    const snapshot = await snapshotOf(twoQuerysets);
    expect(quickFixesAt(snapshot, "shop/helpers.py", read.range)).toMatchObject([
      { title: "Load owner", elsewhere: first },
      { title: "Load owner", elsewhere: second },
    ]);
  });

  it("are offered where the cursor touches the finding", async () => {
    const snapshot = await snapshotOf(twoQuerysets);
    const at = (offset: number) =>
      quickFixesAt(snapshot, "shop/views.py", { start: offset, end: offset }).length;
    expect([first.range.start - 1, first.range.start, first.range.end, first.range.end + 1].map(at)).toEqual([
      0, 1, 1, 0,
    ]);
  });
});

describe("fix all", () => {
  it("takes the safe fixes of the file, and none that reaches into another", async () => {
    const [safe] = twoQuerysets;
    const { edits, ...rest } = append("Load owner and index it", second);
    const elsewhere = {
      ...rest,
      edits: [...edits, { path: "shop/helpers.py", range: { start: 0, end: 0 }, newText: "#\n" }],
    };
    const snapshot = await snapshotOf([
      ...(safe ? [safe] : []),
      finding({
        code: "QS101",
        at: second,
        fixes: [elsewhere, { ...append("Unsafe", second), safety: "unsafe" }],
      }),
    ]);
    expect(fixAllIn(snapshot, "shop/views.py")?.edits).toEqual(append("", first).edits);
    expect(fixAllIn(snapshot, "shop/helpers.py")).toBeUndefined();
  });
});
