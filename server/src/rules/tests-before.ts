/** The conditions of statements that decide whether a place of a block is reached. */
import { containsRange, type TextRange } from "../base/text-range.ts";
import type { Expression, Statement } from "../syntax/ast.ts";
import { innerBlocks } from "../syntax/statement-walk.ts";

export interface Test {
  readonly test: Expression;
  /** Whether it is true, or false, where the place is reached. */
  readonly holds: boolean;
}

/** The parts of the test of which each is known to be true, or false: those of `a and b` where it holds. */
export function partsOfTest({ test, holds }: Test): readonly Expression[] {
  if (test.kind !== "BooleanOperation") return [test];
  return test.operator === (holds ? "and" : "or")
    ? test.values.flatMap((part) => partsOfTest({ test: part, holds }))
    : [];
}

/** What is known to be true or false at the place: of the `if` around it, and of those before it that skip the round. */
export function testsBefore(block: readonly Statement[], place: TextRange): readonly Test[] {
  const index = block.findIndex((statement) => containsRange(statement, place));
  const statement = block[index];
  if (!statement) return [];
  const skipped = block
    .slice(0, index)
    .flatMap((before) =>
      before.kind === "If" && before.orElse.length === 0 && before.body.at(-1)?.kind === "Continue"
        ? [{ test: before.test, holds: false }]
        : [],
    );
  const inner = innerBlocks(statement).find((each) => each.some((part) => containsRange(part, place)));
  if (!inner) return skipped;
  const own = statement.kind === "If" ? [{ test: statement.test, holds: inner === statement.body }] : [];
  return [...skipped, ...own, ...testsBefore(inner, place)];
}
