/** Each rule is known from real code: how often it was right there, or at least where it was looked for. */
import { expect, test } from "vitest";
import { rules } from "../../server/src/rules/registry.ts";
import { readRepositoryFile } from "../support/repository.ts";

const table = readRepositoryFile("docs/rules.md");
/** Indexes and settings have evidence of other kinds: plans, and values that projects are known to have. */
const ofCode = rules.filter(({ code }) => /^QS[234679]/.test(code));
const unjudged = ofCode.filter(
  ({ code }) => !new RegExp(`^\\| ${code} .* \\d+ % of \\d+ \\|`, "m").test(table),
);

test("most rules about code are judged", () => {
  expect(unjudged.length).toBeLessThan(ofCode.length / 2);
});

test.each(unjudged.map(({ name }) => name))("the page of %s says where it was looked for", (name) => {
  const page = readRepositoryFile(`docs/rules/${name}.md`).replace(/\s+/g, " ");
  expect(page).toMatch(
    /It was looked for in \d+ open-source projects, and (?:did not occur|found in (?:\d+|[a-z]+) of them)\./,
  );
});
