import type { IndexAdvice, TriedIndex } from "./index-advice.ts";

/** Advice for people: what to declare, and what the planner says about it. */
export function adviceText(advice: IndexAdvice): string {
  const { label, choice, sorted, costBefore, replaces } = advice;
  const lines = [
    `An index on ${label} lowers the estimated cost from ${cost(costBefore)} to ${cost(choice.cost)}:`,
    ...declarationLines(choice),
  ];
  if (sorted !== undefined) {
    lines.push(
      `This one has the rows in their order too, which counts once a limit follows (cost ${cost(sorted.cost)}):`,
    );
    lines.push(...declarationLines(sorted));
  }
  if (replaces.length > 0) lines.push(`It does the work of ${replaces.join(", ")} as well.`);
  return lines.join("\n");
}

function declarationLines({ declaration: { imports, python } }: TriedIndex): readonly string[] {
  return [...imports, python].map((line) => `    ${line}`);
}

function cost(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: value < 100 ? 1 : 0 });
}
