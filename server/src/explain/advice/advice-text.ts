import type { Advice } from "./advice.ts";
import type { IndexAdvice } from "./index-advice.ts";
import type { IndexDeclaration } from "./index-declaration.ts";
import type { KeysetAdvice } from "./keyset-advice.ts";

/** Advice for people: what to write, and what the planner says about it. */
export function adviceText(advice: Advice): string {
  switch (advice.kind) {
    case "index":
      return indexText(advice);
    case "keyset":
      return keysetText(advice);
  }
}

function keysetText({ offset, python, costBefore, costAfter, index }: KeysetAdvice): string {
  const rows = offset.toLocaleString("en-US");
  const lines = [
    `The query reads ${rows} rows to skip them. Begin behind the last row of the page before, and the estimated cost falls from ${costText(costBefore)} to ${costText(costAfter)}:`,
    `    ${python}`,
  ];
  return [...lines, ...(index === undefined ? [] : ["with the index", ...declarationLines(index)])].join(
    "\n",
  );
}

function indexText(advice: IndexAdvice): string {
  const { label, choice, sorted, costBefore, replaces } = advice;
  const lines = [
    `An index on ${label} lowers the estimated cost from ${costText(costBefore)} to ${costText(choice.cost)}:`,
    ...declarationLines(choice.declaration),
  ];
  if (sorted !== undefined) {
    lines.push(
      `This one has the rows in their order too, which counts once a limit follows (cost ${costText(sorted.cost)}):`,
    );
    lines.push(...declarationLines(sorted.declaration));
  }
  if (replaces.length > 0) lines.push(`It does the work of ${replaces.join(", ")} as well.`);
  return lines.join("\n");
}

function declarationLines({ imports, python }: IndexDeclaration): readonly string[] {
  return [...imports, python].map((line) => `    ${line}`);
}

/** In the planner's units. */
export function costText(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: value < 100 ? 1 : 0 });
}
