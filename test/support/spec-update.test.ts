import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { parseSpec } from "./markdown-spec.ts";
import { SpecUpdate } from "./spec-update.ts";

test.each([
  ["its counts", ["def report():  # queries: 2", "    return rows"]],
  ["its fence", []],
])("a fixed block that two versions of Django replace keeps %s", (_, fixedLines) => {
  const folder = mkdtempSync(path.join(tmpdir(), "queryscope-spec-"));
  try {
    const file = path.join(folder, "rule.md");
    const block = (lines: readonly string[]) => ["```python", ...lines, "```", ""];
    const specWith = (lines: readonly string[]) =>
      [
        "# rule",
        "",
        "## Section",
        "",
        "`a.py`:",
        "",
        ...block(["x = 1  # error: [rule]"]),
        "Fixed `a.py`:",
        "",
      ]
        .concat(block(lines))
        .join("\n");
    writeFileSync(file, specWith(fixedLines));
    const spec = parseSpec(file, readFileSync(file, "utf8"));
    const fixed = spec.sections[0]?.fixes[0]?.files[0];
    if (!fixed) throw new Error("the section has no fixed file");
    const update = new SpecUpdate();
    for (let version = 0; version < 2; version++) {
      update.setText(spec, fixed, "def report():\n    return list(rows)\n");
    }
    update.write();
    const count = fixedLines.length > 0 ? "  # queries: 2" : "";
    expect(readFileSync(file, "utf8")).toBe(specWith([`def report():${count}`, "    return list(rows)"]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
