import { describe, expect, it } from "vitest";
import { fakeAnalysis, fakeRules, finding, place } from "../../../test/support/fake-analysis.ts";
import { applyEdits } from "../edits/text-edit.ts";
import { defaultConfiguration } from "../lint/configuration.ts";
import { lintAnalysis } from "../lint/lint.ts";
import { createSnapshot } from "./snapshot.ts";
import { suppressionsAt } from "./suppressions.ts";

/** The text after the action at `snippet`, which is checked to silence the finding there. */
async function suppressed(
  text: string,
  snippet: string,
  where: "on this line" | "in this file",
): Promise<string> {
  const files = { "shop/views.py": text };
  const at = place(files, "shop/views.py", snippet);
  const analysis = await fakeAnalysis(files, [finding({ code: "QS101", at })]);
  const { findings } = lintAnalysis(analysis, defaultConfiguration, { rules: fakeRules });
  const actions = suppressionsAt(createSnapshot(analysis, findings), at.path, at.range);
  const action = actions.find(({ title }) => title === `Suppress QS101 ${where}`);
  const after = applyEdits(text, action?.edits ?? []);

  const changed = { "shop/views.py": after };
  const stillThere = finding({ code: "QS101", at: place(changed, at.path, snippet) });
  const again = lintAnalysis(await fakeAnalysis(changed, [stillThere]), defaultConfiguration, {
    rules: fakeRules,
  });
  expect(again.findings.filter(({ code }) => code === "QS101")).toEqual([]);
  expect(again.suppressed).toBe(1);
  return after;
}

describe("suppress on this line", () => {
  it("writes the comment above a statement of several lines", async () => {
    const text = "def view(request):\n    rows = (\n        Order.objects\n        .all()\n    )\n";
    expect(await suppressed(text, "Order.objects", "on this line")).toBe(
      "def view(request):\n    # queryscope: ignore[QS101]\n    rows = (\n        Order.objects\n        .all()\n    )\n",
    );
  });

  it("leaves strings and continued lines whole", async () => {
    const text = 'rows = Order.objects.raw("""\n  SELECT 1\n""") \\\n  .all()\n';
    expect(await suppressed(text, "Order.objects", "on this line")).toBe(
      `# queryscope: ignore[QS101]\n${text}`,
    );
  });

  it("marks the head of a loop, not its body", async () => {
    const text = "for row in Order.objects.all():\n    print(row.owner)\n";
    expect(await suppressed(text, "Order.objects.all()", "on this line")).toBe(
      "for row in Order.objects.all():  # queryscope: ignore[QS101]\n    print(row.owner)\n",
    );
  });

  it("keeps the line breaks of the file", async () => {
    const text = "rows = f(\r\n    Order.objects.all(),\r\n)\r\n";
    expect(await suppressed(text, "Order.objects", "on this line")).toBe(
      "# queryscope: ignore[QS101]\r\nrows = f(\r\n    Order.objects.all(),\r\n)\r\n",
    );
  });

  it("adds to the comment of a statement of several lines, wherever it stands", async () => {
    const text = "rows = f(  # queryscope: ignore[QS301]\n    Order.objects.all(),\n)\n";
    expect(await suppressed(text, "Order.objects", "on this line")).toBe(
      "rows = f(  # queryscope: ignore[QS301, QS101]\n    Order.objects.all(),\n)\n",
    );
  });

  it("does not add to the comment of the line before", async () => {
    const text = "a = Order.objects.none()  # queryscope: ignore[QS301]\nb = Order.objects.all()\n";
    expect(await suppressed(text, "Order.objects.all()", "on this line")).toBe(
      "a = Order.objects.none()  # queryscope: ignore[QS301]\nb = Order.objects.all()  # queryscope: ignore[QS101]\n",
    );
  });
});

describe("suppress in this file", () => {
  it("adds to a comment that is there", async () => {
    const text = '"""Views."""\n# queryscope: ignore-file[QS3]\nrows = Order.objects.all()\n';
    expect(await suppressed(text, "Order.objects", "in this file")).toBe(
      '"""Views."""\n# queryscope: ignore-file[QS3, QS101]\nrows = Order.objects.all()\n',
    );
  });
});
