/** What has been tested where a call stands. */
import { containsRange, type TextRange } from "../../base/text-range.ts";
import type { Expression, ModuleTree, Statement } from "../../syntax/ast.ts";
import { blocksOf } from "../../syntax/statement-walk.ts";
import { isStatement, type Node, pathTo } from "../../syntax/walk.ts";

export interface HeldTest {
  readonly test: Expression;
  /** Whether it holds there, or fails. */
  readonly holds: boolean;
  /** Otherwise an exception is raised: that it is so is the normal case. */
  readonly isAsserted?: true;
}

/** In the same function: the branches around the place, and the early exits before it. */
export function testsAround(tree: ModuleTree, range: TextRange): readonly HeldTest[] {
  const path = pathTo(tree, range);
  const own = path.findLastIndex((node) => isStatement(node) && node.kind === "FunctionDef");
  return path.slice(Math.max(own, 0)).flatMap((node) => [...testOf(node, range), ...exitsIn(node, range)]);
}

function testOf(node: Node, range: TextRange): readonly HeldTest[] {
  if (!("kind" in node)) return [];
  const isIn = (parts: readonly TextRange[]): boolean => parts.some((part) => containsRange(part, range));
  switch (node.kind) {
    case "If":
      if (isIn(node.body)) return [{ test: node.test, holds: true }];
      return isIn(node.orElse) ? [{ test: node.test, holds: false }] : [];
    case "Conditional":
      if (isIn([node.body])) return [{ test: node.test, holds: true }];
      return isIn([node.orElse]) ? [{ test: node.test, holds: false }] : [];
    case "BooleanOperation":
      return node.values
        .filter(({ end }) => end <= range.start)
        .map((test) => ({ test, holds: node.operator === "and" }));
    default:
      return [];
  }
}

/** `if done: return` before the place: behind it, the test has failed. */
function exitsIn(node: Node, range: TextRange): readonly HeldTest[] {
  if (!isStatement(node)) return [];
  const block = blocksOf(node).find((statements) => statements.some((each) => containsRange(each, range)));
  return (block ?? []).flatMap((statement) =>
    statement.kind === "If" &&
    statement.end <= range.start &&
    statement.orElse.length === 0 &&
    leaves(statement.body)
      ? [
          {
            test: statement.test,
            holds: false,
            ...(statement.body.at(-1)?.kind === "Raise" && { isAsserted: true as const }),
          },
        ]
      : [],
  );
}

function leaves(body: readonly Statement[]): boolean {
  const last = body.at(-1)?.kind;
  return last === "Return" || last === "Raise" || last === "Continue" || last === "Break";
}

/** Each part of the tests that is known to be true or false: of `a and not b` that holds, `a` holds and `b` fails. */
export function knownParts({ test, holds }: HeldTest): readonly HeldTest[] {
  if (test.kind === "UnaryOperation" && test.operator === "not")
    return knownParts({ test: test.operand, holds: !holds });
  if (test.kind === "BooleanOperation" && (test.operator === "and") === holds)
    return test.values.flatMap((value) => knownParts({ test: value, holds }));
  return [{ test, holds }];
}
