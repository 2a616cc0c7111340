/** Where Python code asks only whether there are rows, or whether there is more than one. */
import type { Location, TextRange } from "../../base/text-range.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { isExpression, type Node, pathTo } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { isTruthTested } from "../truth-tests.ts";
import { type CountQuestion, questionOf } from "./count-question.ts";

export interface PythonQuestion {
  readonly question: CountQuestion;
  /** From the statement of the module to what asks for the number, which is the last. */
  readonly path: readonly Node[];
  /** What asks for the number: `tasks.count()`, `len(tasks)`. */
  readonly asked: Call;
  /** `tasks.count() > 0`; the call itself where its truth is tested. */
  readonly whole: TextRange;
  /** It stands behind `not`. */
  readonly negation: TextRange | undefined;
}

/** The question of which the call at this place gets the number. */
export function questionInPython({ project }: RuleContext, location: Location): PythonQuestion | undefined {
  const module = project.program.moduleOfFile(location.path);
  const path = module ? pathTo(module.file.tree, location.range) : [];
  const asked = path.at(-1);
  if (!asked || !isExpression(asked) || asked.kind !== "Call") return undefined;
  const around = path.slice(0, -1);
  let operand: Expression = asked;
  if (isOfKind(around.at(-1), "Await")) {
    operand = around.pop() as Expression;
  }
  const parent = around.at(-1);
  if (isOfKind(parent, "Comparison")) {
    const question = questionOfComparison(parent, operand);
    return question && { question, path, asked, whole: parent, negation: negationOf(around.at(-2)) };
  }
  if (!isTruthTested(around, operand)) return undefined;
  const isBool = isOfKind(parent, "Call");
  return { question: "any", path, asked, whole: isBool ? parent : operand, negation: undefined };
}

function questionOfComparison(
  { comparators, left, operators }: Extract<Expression, { kind: "Comparison" }>,
  operand: Expression,
): CountQuestion | undefined {
  const [operator, furtherOperator] = operators;
  const [right] = comparators;
  if (operator === undefined || furtherOperator !== undefined || !right) return undefined;
  const number = left === operand ? right : left;
  return number.kind === "NumberLiteral" ? questionOf(operator, number.value, left === operand) : undefined;
}

/** `project.shown_tasks > 0` */
export function isComparedForExistence(parent: Node | undefined, operand: Expression): boolean {
  const question = isOfKind(parent, "Comparison") ? questionOfComparison(parent, operand) : undefined;
  return question === "any" || question === "none";
}

function negationOf(node: Node | undefined): TextRange | undefined {
  return isOfKind(node, "UnaryOperation") && node.operator === "not" ? node : undefined;
}

function isOfKind<Kind extends Expression["kind"]>(
  node: Node | undefined,
  kind: Kind,
): node is Extract<Expression, { kind: Kind }> {
  return node !== undefined && "kind" in node && node.kind === kind;
}
