import { describe, expect, it } from "vitest";
import { combineEdits } from "./combine.ts";
import { applyEdits } from "./text-edit.ts";

const edit = (start: number, end: number, newText: string, path = "a.py") => ({
  path,
  range: { start, end },
  newText,
});

describe("combineEdits", () => {
  it("applies fixes that do not touch each other", () => {
    const groups = [
      { edits: [edit(0, 3, "x")] },
      { edits: [edit(5, 6, "y")] },
      { edits: [edit(0, 3, "z", "b.py")] },
    ];
    const combined = combineEdits(groups);
    expect(combined.applied).toEqual(groups);
    expect([...combined.editsByPath.keys()]).toEqual(["a.py", "b.py"]);
  });

  it("makes an edit once that two fixes share, such as an added import", () => {
    const addImport = edit(0, 0, "from django.db.models import Count\n");
    const { applied, editsByPath } = combineEdits([
      { edits: [addImport, edit(10, 12, "ab")] },
      { edits: [addImport, edit(14, 15, "c")] },
    ]);
    expect(applied).toHaveLength(2);
    expect(applyEdits("0123456789XX--X", editsByPath.get("a.py") ?? [])).toBe(
      "from django.db.models import Count\n0123456789ab--c",
    );
  });

  it("postpones the later fix as a whole when one of its edits is in conflict", () => {
    const first = { edits: [edit(0, 4, "x")] };
    const second = { edits: [edit(2, 6, "y"), edit(20, 20, "z")] };
    const { applied, postponed, editsByPath } = combineEdits([first, second]);
    expect(applied).toEqual([first]);
    expect(postponed).toEqual([second]);
    expect(editsByPath.get("a.py")).toHaveLength(1);
  });

  it("sees a conflict in different insertions at one place and in an insertion at the border of a replacement", () => {
    expect(combineEdits([{ edits: [edit(4, 4, "a")] }, { edits: [edit(4, 4, "b")] }]).postponed).toHaveLength(
      1,
    );
    expect(combineEdits([{ edits: [edit(0, 4, "a")] }, { edits: [edit(4, 4, "b")] }]).postponed).toHaveLength(
      1,
    );
  });
});
