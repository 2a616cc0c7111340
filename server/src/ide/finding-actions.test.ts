import { describe, expect, it } from "vitest";
import { fakeAnalysis, fakeRules, finding, place } from "../../../test/support/fake-analysis.ts";
import { defaultConfiguration } from "../lint/configuration.ts";
import { lintAnalysis } from "../lint/lint.ts";
import { findingActionsAt } from "./finding-actions.ts";
import { createSnapshot } from "./snapshot.ts";

const files = {
  "shop/views.py":
    "a = Order.objects.all()\nb = Order.objects.filter(open=True)\nc = Invoice.objects.all()\n",
};

async function actionsAt(snippet: string, commands = { openRulePage: true, showPath: true, prove: true }) {
  const at = (text: string) => place(files, "shop/views.py", text);
  const withFix = (text: string, code: "QS101" | "QS102") => {
    const location = at(text);
    const edit = { path: location.path, range: { start: location.range.end, end: location.range.end } };
    return finding({
      code,
      at: location,
      accesses: [{ at: location }],
      fixes: [
        { title: "Load", safety: "safe", preferred: true, edits: [{ ...edit, newText: `.${code}()` }] },
      ],
    });
  };
  const findings = [
    withFix("Order.objects.all()", "QS101"),
    withFix("Order.objects.filter(open=True)", "QS101"),
    withFix("Invoice.objects.all()", "QS102"),
  ];
  const analysis = await fakeAnalysis(files, findings);
  const reported = lintAnalysis(analysis, defaultConfiguration, { rules: fakeRules }).findings;
  return findingActionsAt(createSnapshot(analysis, reported), "shop/views.py", at(snippet).range, commands);
}

describe("actions on a finding", () => {
  it("fix all findings of its rule in the file, and no other", async () => {
    const [action] = await actionsAt("Order.objects.all()");
    expect(action).toMatchObject({ title: "Fix all 2 QS101 findings in this file", kind: "quickfix" });
    expect(action?.edits.map(({ newText }) => newText)).toEqual([".QS101()", ".QS101()"]);
  });

  it("show its path and open the page of its rule, where somebody can", async () => {
    const actions = await actionsAt("Invoice.objects.all()");
    expect(actions.map(({ title, command }) => [title, command?.kind])).toEqual([
      ["Show the path of QS102", "showPath"],
      ["Open the page of QS102 (n-plus-one-to-many)", "openRulePage"],
    ]);
    expect(
      await actionsAt("Invoice.objects.all()", { openRulePage: false, showPath: false, prove: false }),
    ).toEqual([]);
  });
});
