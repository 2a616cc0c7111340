import { expect, test } from "vitest";
import { type FixedVariant, parseSpec } from "../support/markdown-spec.ts";
import { largestSize } from "../support/query-shape.ts";
import { type JobOutcome, sizeName } from "./measure-specs.ts";
import { codeOf, missingSavings, otherAims } from "./saved-queries.ts";

const code = (body: string) => `def finish():  # queries: 1
    ${body}


def untouched():  # queries: 1
    return 1
`;

function specOf(rule: string) {
  const fence = (text: string) => `\`\`\`python\n${text}\`\`\`\n`;
  const original = fence(code(`work()  # error: [${rule}]`));
  return parseSpec(
    "spec.md",
    `# ${rule}\n\n## Section\n\n\`a.py\`:\n\n${original}\nFixed \`a.py\`:\n\n${fence(code("better()"))}`,
  );
}

function measured(finish: number): JobOutcome {
  const outcomes = (queries: number) => ({
    [sizeName(largestSize)]: {
      queries,
      raised: null,
      message: null,
      result: null,
      written: null,
      mails: [],
      statements: [],
    },
  });
  return { entries: { "a.finish": outcomes(finish), "a.untouched": outcomes(1) } };
}

function complaints(rule: string, before: number, after: number): readonly string[] {
  const spec = specOf(rule);
  const [section] = spec.sections;
  const variant: FixedVariant | undefined = section?.fixes[0];
  if (!section || !variant) throw new Error("The spec has no fix.");
  return missingSavings(section, variant, spec, variant.files, measured(before), measured(after));
}

test("a fix that saves nothing at the largest size is told", () => {
  expect(complaints("save-in-loop", 9, 9)).toEqual([
    "finish: the fix of save-in-loop sends 9 queries instead of 9: the rows do not show what it saves",
  ]);
  expect(complaints("save-in-loop", 9, 1)).toEqual([]);
});

test("not where the fix has another aim", () => {
  expect(complaints("bulk-without-batch-size", 2, 2)).toEqual([]);
  expect(complaints("select-related-bare", 2, 2)).toEqual([]);
});

test("the rules with another aim exist, and are of the families that are asked", () => {
  const wrong = otherAims
    .flatMap(([, rules]) => rules.split(/\s+/))
    .filter((rule) => !/^QS[23679]\d\d$/.test(codeOf(rule)));
  expect(wrong).toEqual([]);
});
