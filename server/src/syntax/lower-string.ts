import { compact } from "../base/compact.ts";
import type { Expression, StringLiteral } from "./ast.ts";
import { Field, Kind } from "./grammar.ts";
import { lowerExpression } from "./lower-expression.ts";
import type { ExpressionLowering, Lowering } from "./lowering.ts";
import { type StringStart, stringStartOf, stringValue } from "./string-literal.ts";

export const stringExpressions: Readonly<Record<string, ExpressionLowering>> = {
  string: (c, node) => combine(c, node, [node]),
  concatenated_string: (c, node) => combine(c, node, c.parts(node)),
};

/** One literal of the adjacent ones. */
interface Literal {
  readonly start: StringStart;
  readonly contentStart: number;
  readonly contentEnd: number;
}

function combine(c: Lowering, node: number, strings: readonly number[]): Expression {
  const start = c.startOf(node);
  const end = c.endOf(node);
  const literals = strings.map((string) => literalAt(c, string));
  if (literals.some((literal) => literal.start.formatted)) {
    const values: Expression[] = [];
    strings.forEach((string, index) => {
      const literal = literals[index];
      if (literal !== undefined) lowerParts(c, string, literal, values);
    });
    return { kind: "FormattedString", start, end, values: compact(values) };
  }
  let value = "";
  for (const literal of literals) {
    value += stringValue(c.text.slice(literal.contentStart, literal.contentEnd), literal.start);
  }
  return { kind: "StringLiteral", start, end, value, bytes: literals[0]?.start.bytes ?? false };
}

function literalAt(c: Lowering, string: number): Literal {
  const opening = c.childOfKind(string, Kind.string_start);
  const openingText = opening === undefined ? "" : c.textOf(opening);
  const closing = c.childOfKind(string, Kind.string_end);
  // The grammar's token for the closing quotes may begin too early: in r"\\" it covers the backslashes.
  const quotes = openingText.endsWith('"""') || openingText.endsWith("'''") ? 3 : 1;
  const closingLength = closing === undefined ? 0 : Math.min(c.endOf(closing) - c.startOf(closing), quotes);
  return {
    start: stringStartOf(openingText),
    contentStart: opening === undefined ? c.startOf(string) : c.endOf(opening),
    contentEnd: c.endOf(string) - closingLength,
  };
}

function lowerParts(c: Lowering, string: number, literal: Literal, values: Expression[]): void {
  if (!literal.start.formatted) {
    const { contentStart, contentEnd, start } = literal;
    if (contentEnd > contentStart) values.push(textPart(c, contentStart, contentEnd, start));
    return;
  }
  for (let child = string + 1; child < c.after(string); child = c.after(child)) {
    const kind = c.kindOf(child);
    if (kind === Kind.string_content) {
      values.push(textPart(c, c.startOf(child), c.endOf(child), literal.start));
    } else if (kind === Kind.interpolation) lowerInterpolation(c, child, values);
    else if (kind === Kind.string_end && c.startOf(child) < literal.contentEnd) {
      values.push(textPart(c, c.startOf(child), literal.contentEnd, literal.start));
    }
  }
}

function textPart(c: Lowering, start: number, end: number, literal: StringStart): StringLiteral {
  return {
    kind: "StringLiteral",
    start,
    end,
    value: stringValue(c.text.slice(start, end), literal),
    bytes: literal.bytes,
  };
}

/** `{x:=10}` is `x` in the format `=10`, not an assignment. */
function beforeFormat(c: Lowering, expression: number): number {
  if (c.kindOf(expression) !== Kind.named_expression) return expression;
  return c.child(expression, Field.name) ?? expression;
}

/** The expression, then those nested in its format specification: `{price:>{width}}` gives `price` and `width`. */
function lowerInterpolation(c: Lowering, node: number, values: Expression[]): void {
  const expression = c.child(node, Field.expression);
  if (expression !== undefined) values.push(lowerExpression(c, beforeFormat(c, expression)));
  const specifier = c.childOfKind(node, Kind.format_specifier);
  if (specifier === undefined) return;
  for (let child = specifier + 1; child < c.after(specifier); child = c.after(child)) {
    if (c.kindOf(child) === Kind.format_expression) lowerInterpolation(c, child, values);
  }
}
