/** docs/editors.md: what the server offers, and the tests that drive it. */
import { existsSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { inRepository, readRepositoryFile } from "../support/repository.ts";

const document = readRepositoryFile("docs/editors.md");

/** Cells of the rows of the table below a heading, without its head. */
function tableBelow(heading: string): readonly (readonly string[])[] {
  const section = document.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| "));
  return rows.slice(1).map((row) =>
    row
      .slice(1, -1)
      .split(" | ")
      .map((cell) => cell.trim()),
  );
}

const offered = tableBelow("What the server offers").map(([feature]) => feature);
const tested = tableBelow("Where it was tested");

test("each feature has a row that says where it was tested", () => {
  expect(offered).not.toEqual([]);
  expect(tested.map(([feature]) => feature)).toEqual(offered);
});

describe.each(tested.map(([feature = "", ...cells]) => ({ feature, cells })))("$feature", ({ cells }) => {
  it("was tested through the protocol, and names tests that there are", () => {
    expect(cells[0]).toMatch(/^\[yes\]/);
    for (const cell of cells) {
      if (cell === "has none") continue;
      const [, file = "", name = ""] = /^\[(?:yes|offered)\]\(\.\.\/(\S+) "([^"]+)"\)$/.exec(cell) ?? [];
      expect(existsSync(inRepository(file)) && file !== "", cell).toBe(true);
      expect(readRepositoryFile(file)).toContain(name);
    }
  });
});
