/** Conditions of `{% if %}`. */
import { compare, truthOf } from "../../interpret/conditions/truth.ts";
import { unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { TemplateTest } from "../../syntax/template/template-tree.ts";
import { valueOfExpression } from "./expressions.ts";
import type { Rendering } from "./rendering.ts";
import type { TemplateContext } from "./template-context.ts";

/** Asks for everything that the condition asks for. A literal where the answer is the same on every page. */
export function evaluateTest(rendering: Rendering, context: TemplateContext, test: TemplateTest): Value {
  const { interpreter } = rendering;
  switch (test.kind) {
    case "OperandTest": {
      const value = valueOfExpression(rendering, context, test.expression);
      interpreter.bool(value, test.expression.value);
      return isMissing(rendering, context, test) ? literal(false) : value;
    }
    case "NotTest":
      return literal(negated(truthOf(interpreter, evaluateTest(rendering, context, test.operand))));
    case "BooleanTest": {
      const truths = test.operands.map((operand) =>
        truthOf(interpreter, evaluateTest(rendering, context, operand)),
      );
      const decisive = test.operator === "or";
      if (truths.includes(decisive)) return literal(decisive);
      return literal(truths.includes(undefined) ? undefined : !decisive);
    }
    case "ComparisonTest": {
      const left = operand(rendering, context, test.left);
      const right = operand(rendering, context, test.right);
      if ((test.operator === "in" || test.operator === "not in") && right.kind === "queryset") {
        interpreter.send(right, "contains", expressionOf(test.right));
      }
      return literal(compare(test.operator, left, right));
    }
  }
}

function operand(rendering: Rendering, context: TemplateContext, test: TemplateTest): Value {
  return test.kind === "OperandTest"
    ? valueOfExpression(rendering, context, test.expression)
    : evaluateTest(rendering, context, test);
}

/** A variable of which nobody has set the name: Django takes it for None. */
function isMissing(
  { template }: Rendering,
  context: TemplateContext,
  { expression }: Extract<TemplateTest, { kind: "OperandTest" }>,
): boolean {
  if (template.language !== "django" || expression.filters.length > 0) return false;
  let node = expression.value;
  while (node.kind === "Attribute") node = node.value;
  // A tag that stands behind it may set the name for the next round of a loop.
  return (
    node.kind === "Name" &&
    context.isAbsent(node.name) &&
    !new RegExp(`\\bas\\s+${node.name}\\b`).test(template.text)
  );
}

function literal(truth: boolean | undefined): Value {
  return truth === undefined ? unknown : { kind: "literal", value: truth };
}

function negated(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth;
}

/** The condition as Python would write it, for whoever asks what a read depends on. */
export function expressionOf(test: TemplateTest): Expression {
  const { start, end } = test;
  switch (test.kind) {
    case "OperandTest":
      return test.expression.value;
    case "NotTest":
      return { kind: "UnaryOperation", start, end, operator: "not", operand: expressionOf(test.operand) };
    case "BooleanTest":
      return {
        kind: "BooleanOperation",
        start,
        end,
        operator: test.operator,
        values: test.operands.map(expressionOf),
      };
    case "ComparisonTest":
      return {
        kind: "Comparison",
        start,
        end,
        left: expressionOf(test.left),
        operators: [test.operator],
        comparators: [expressionOf(test.right)],
      };
  }
}

/** `{% if not task.project %}`: relations of rows are there as a rule. */
export function asksForMissingRow(context: TemplateContext, test: TemplateTest): boolean {
  switch (test.kind) {
    case "NotTest": {
      if (test.operand.kind !== "OperandTest") return false;
      const { filters, value } = test.operand.expression;
      if (filters.length > 0 || value.kind !== "Attribute" || value.value.kind !== "Name") return false;
      const holder = context.get(value.value.name);
      return holder.kind === "instance" && holder.model.relations.has(value.attribute.name);
    }
    case "BooleanTest":
      return test.operator === "and" && test.operands.some((each) => asksForMissingRow(context, each));
    default:
      return false;
  }
}

/** `{% if forloop.first %}`, `{% if forloop.counter == 1 %}`: what follows is there once, and not for each row. */
export function holdsForOneRound(test: TemplateTest): boolean {
  switch (test.kind) {
    case "OperandTest": {
      const name = nameOfLoop(test);
      return name === "first" || name === "last";
    }
    case "BooleanTest":
      return test.operator === "and" && test.operands.some(holdsForOneRound);
    case "ComparisonTest":
      return (
        test.operator === "==" &&
        [test.left, test.right].some((side) => /^(rev)?counter0?$/.test(nameOfLoop(side)))
      );
    default:
      return false;
  }
}

/** `first` of `forloop.first`. */
function nameOfLoop(test: TemplateTest): string {
  if (test.kind !== "OperandTest" || test.expression.filters.length > 0) return "";
  const { value } = test.expression;
  const isLoop =
    value.kind === "Attribute" && value.value.kind === "Name" && /^(for)?loop$/.test(value.value.name);
  return isLoop ? value.attribute.name : "";
}

/** `{% if debug %}`: what follows is not there in production. */
export function asksForDebugging(test: TemplateTest): boolean {
  switch (test.kind) {
    case "OperandTest":
      return test.expression.value.kind === "Name" && test.expression.value.name === "debug";
    case "BooleanTest":
      return test.operator === "and" && test.operands.some(asksForDebugging);
    default:
      return false;
  }
}
