import { describe, expect, test } from "vitest";
import { testParser } from "../../../test/support/python-parser.ts";
import { sExpression } from "../../../test/support/s-expression.ts";

describe("expressions", async () => {
  const parser = await testParser();
  const lowered = (source: string): string => sExpression(parser.parse("a.py", source).tree);

  test("operators bind as in Python", () => {
    expect(lowered("a + b * c - d")).toBe(
      "(BinaryOperation (BinaryOperation a + (BinaryOperation b * c)) - d)",
    );
    expect(lowered("-x ** 2")).toBe("(UnaryOperation - (BinaryOperation x ** 2))");
    expect(lowered("await x ** 2")).toBe("(BinaryOperation (Await x) ** 2)");
    expect(lowered("a ^ b & c")).toBe("(BinaryOperation a ^ (BinaryOperation b & c))");
    expect(lowered("a & b ^ c")).toBe("(BinaryOperation (BinaryOperation a & b) ^ c)");
    expect(lowered("a or b and c")).toBe("(BooleanOperation or a (BooleanOperation and b c))");
    expect(lowered("not a == b")).toBe("(UnaryOperation not (Comparison a == b))");
    expect(lowered("a < b <= c is not d not in e")).toBe("(Comparison a < b <= c is not d not in e)");
  });

  test("`and` and `or` are flat, unless there are parentheses", () => {
    expect(lowered("a and b and c or not d")).toBe(
      "(BooleanOperation or (BooleanOperation and a b c) (UnaryOperation not d))",
    );
    expect(lowered("(a and b) and c")).toBe("(BooleanOperation and (BooleanOperation and a b) c)");
  });

  test("conditionals, lambdas, yields, awaits and assignments", () => {
    expect(lowered("a if b else c if d else e")).toBe("(Conditional b a (Conditional d c e))");
    expect(lowered("lambda x, *y, z=1, **k: x")).toBe("(Lambda (x *y &z=1 **k) x)");
    expect(lowered("(yield a, b)")).toBe("(Yield (TupleLiteral a b))");
    expect(lowered("(yield from a)")).toBe("(YieldFrom a)");
    expect(lowered("await a.b()")).toBe("(Await (Call (Attribute a b)))");
    expect(lowered("(n := 1)")).toBe("(NamedExpression n 1)");
  });

  test("constants and numbers; NaN is what a double cannot hold", () => {
    expect(lowered("True, False, None, ...")).toBe("(TupleLiteral True False None ...)");
    expect(lowered("0xff, 1_000, 1e3, 0o17, 0b11, .5, 10.")).toBe("(TupleLiteral 255 1000 1000 15 3 0.5 10)");
    expect(lowered("9007199254740993, 2j, 10L")).toBe("(TupleLiteral NaN NaN NaN)");
  });

  test("parentheses leave no trace", () => {
    expect(lowered("((a)) + (b)")).toBe("(BinaryOperation a + b)");
    expect(lowered("(a)[(b)]")).toBe("(Subscript a b)");
  });
});
