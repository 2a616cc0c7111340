import { describe, expect, it } from "vitest";
import { finding } from "../../../test/support/fake-analysis.ts";
import { lint } from "../../../test/support/lint-findings.ts";
import { baselineOf, changeBaseline, formatBaseline, parseBaseline } from "./baseline.ts";

describe("fingerprints and baseline", () => {
  const inText = (text: string) => {
    const files = { "shop/a.py": text };
    const places = [...text.matchAll(/Project\.objects\s*\.all\(\)/g)].map((match) => ({
      path: "shop/a.py",
      range: { start: match.index, end: match.index + match[0].length },
    }));
    return lint(
      files,
      places.map((at) => finding({ code: "QS101", at })),
    );
  };
  const fingerprints = async (text: string) =>
    (await inText(text)).findings.map(({ fingerprint }) => fingerprint);

  it("survive moved lines and changed spacing", async () => {
    const [before] = await fingerprints("x = Project.objects.all()\n");
    expect(before).toMatch(/^[0-9a-f]{16}:1$/);
    expect(await fingerprints("import os\n\n\ny = 1\nx  =  Project.objects.all()\n")).toEqual([before]);
  });

  it("differ for another text, and for the second of two equal findings", async () => {
    const [first, second, ...rest] = await fingerprints(
      "x = Project.objects.all()\ny = Project.objects.all()\n",
    );
    expect(rest).toEqual([]);
    expect(first?.split(":")[0]).toBe(second?.split(":")[0]);
    expect([first?.split(":")[1], second?.split(":")[1]]).toEqual(["1", "2"]);
    const [other] = await fingerprints("x = Project.objects .all()\n");
    expect(other?.split(":")[0]).not.toBe(first?.split(":")[0]);
  });

  it("make known findings silent, as many as there were", async () => {
    const two = "x = Project.objects.all()\ny = Project.objects.all()\n";
    const known = parseBaseline(formatBaseline((await inText(two)).findings));
    expect(known).toEqual(baselineOf((await inText(two)).findings));
    const three = `z = Project.objects.all()\n${two}`;
    const files = { "shop/a.py": three };
    const at = (start: number) => ({ path: "shop/a.py", range: { start, end: start + 21 } });
    const findings = [4, 30, 56].map((start) => finding({ code: "QS101", at: at(start) }));
    const result = await lint(files, findings, {}, { baseline: known });
    expect(result.baselined).toHaveLength(2);
    expect(result.findings).toHaveLength(1);
  });

  it("are kept in a file that people can read and that gives small diffs", async () => {
    expect(formatBaseline((await inText("x = Project.objects.all()\n")).findings)).toMatchInlineSnapshot(`
      "{
        "version": 1,
        "findings": [
          {
            "fingerprint": "4c50f5adba08c51b",
            "count": 1,
            "code": "QS101",
            "path": "shop/a.py",
            "symbol": "shop.views.dashboard"
          }
        ]
      }
      "
    `);
  });

  it("change in a file one by one, and leave what they do not name", async () => {
    const { findings } = await inText("x = Project.objects.all()\n");
    const other = { fingerprint: "1", count: 1, code: "QS301", path: "old.py", symbol: "old" };
    const present = JSON.stringify({ version: 1, findings: [other] });
    const added = changeBaseline(present, { add: findings, remove: [] });
    expect(JSON.parse(added).findings).toMatchObject([other, { path: "shop/a.py", count: 1 }]);
    const removed = changeBaseline(added, { add: [], remove: findings });
    expect(JSON.parse(removed).findings).toEqual([other]);
  });

  it("refuse a file that is not a baseline", () => {
    expect(() => parseBaseline("[]")).toThrow(/expected object/);
    expect(() => parseBaseline("{")).toThrow("it is not JSON");
    expect(() => parseBaseline('{"version": 2, "findings": []}')).toThrow(/version/);
  });
});
