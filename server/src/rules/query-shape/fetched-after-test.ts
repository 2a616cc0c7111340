/** Rows that are asked for, and fetched by another query where there are some. */

import { remembered } from "../../base/remembered.ts";
import { containsRange, type TextRange } from "../../base/text-range.ts";
import type { Fact } from "../../interpret/facts.ts";
import type { Conditional, Expression, If, Statement } from "../../syntax/ast.ts";
import { isExpression, type Node } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { isTruthTested } from "../truth-tests.ts";
import { type AskedBefore, askedBefore, type Fetch } from "./asked-before.ts";
import { questionInPython } from "./question-in-python.ts";

export interface FetchedAfterTest {
  readonly asked: AskedBefore;
  readonly fetch: Fetch;
  readonly test: ExistenceTest;
}

export interface ExistenceTest {
  readonly decides: If | Conditional;
  /** `tasks.exists()`, `tasks.count() > 0`, `tasks.count() == 0` */
  readonly whole: TextRange;
  /** It is true where there are no rows. */
  readonly asksForNone: boolean;
  /** The rows are there in the body of what it decides; otherwise behind it, or in its other branch. */
  readonly inBody: boolean;
}

const known = new WeakMap<readonly Fact[], readonly FetchedAfterTest[]>();

export function fetchedAfterTests(context: RuleContext): readonly FetchedAfterTest[] {
  return remembered(known, context.facts, () =>
    [...askedBefore(context, "exists"), ...askedBefore(context, "count")].flatMap((asked) => {
      const test = testOf(context, asked);
      const fetch = test && asked.fetches.find(({ rows }) => isGuarded(asked.around, test, rows));
      return test && fetch ? [{ asked, fetch, test }] : [];
    }),
  );
}

/** The `if` that asks the question, alone or as one of several conditions; also `… if tasks.exists() else None`. */
function testOf(
  context: RuleContext,
  { around, call, module, question }: AskedBefore,
): ExistenceTest | undefined {
  const decides = around.findLast(
    (node): node is If | Conditional => "kind" in node && (node.kind === "If" || node.kind === "Conditional"),
  );
  if (!decides || !containsRange(decides.test, call)) return undefined;
  const inTest = around.slice(around.indexOf(decides) + 1).filter(isExpression);
  const isCount = question[0].operation === "count";
  const counted = isCount ? questionInPython(context, { path: module.file.path, range: call }) : undefined;
  if (isCount && (!counted || counted.question === "several")) return undefined;
  const comparison = inTest.at(-1);
  const operand: Expression = comparison?.kind === "Comparison" ? comparison : call;
  if (!isTruthTested(operand === call ? around : around.slice(0, -1), operand)) return undefined;
  const asksForNone = counted?.question === "none";
  const negations = inTest.filter((node) => node.kind === "UnaryOperation" && node.operator === "not").length;
  const inBody = (negations % 2 === 0) !== asksForNone;
  // Of `if a or tasks.exists()` the body also runs without rows.
  const unsure = inBody ? "or" : "and";
  const isMixed = inTest.some((node) => node.kind === "BooleanOperation" && node.operator === unsure);
  return isMixed ? undefined : { decides, whole: operand, asksForNone, inBody };
}

/** The rows are fetched where the test has found some. */
function isGuarded(around: readonly Node[], { decides, inBody }: ExistenceTest, rows: Node): boolean {
  if (decides.kind === "Conditional") return containsRange(inBody ? decides.body : decides.orElse, rows);
  const holds = (block: readonly Statement[]): boolean => block.some((each) => containsRange(each, rows));
  if (inBody) return holds(decides.body);
  if (holds(decides.orElse)) return true;
  const last = decides.body.at(-1)?.kind;
  if (last !== "Return" && last !== "Raise" && last !== "Continue") return false;
  const parent = around[around.indexOf(decides) - 1];
  return parent !== undefined && containsRange(parent, rows) && rows.start >= decides.end;
}
