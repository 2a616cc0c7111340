import { describe, expect, test } from "vitest";
import { testParser } from "../../../test/support/python-parser.ts";
import { sExpression } from "../../../test/support/s-expression.ts";

describe("collections and comprehensions", async () => {
  const parser = await testParser();
  const lowered = (source: string): string => sExpression(parser.parse("a.py", source).tree);

  test("lists, tuples, sets and dictionaries", () => {
    expect(lowered("[]")).toBe("(ListLiteral)");
    expect(lowered("()")).toBe("(TupleLiteral)");
    expect(lowered("{}")).toBe("(DictLiteral)");
    expect(lowered("(a,)")).toBe("(TupleLiteral a)");
    expect(lowered("a, b")).toBe("(TupleLiteral a b)");
    expect(lowered("[a, *b]")).toBe("(ListLiteral a (Starred b))");
    expect(lowered("{*a, 1}")).toBe("(SetLiteral (Starred a) 1)");
    expect(lowered("{1: 2, **c}")).toBe("(DictLiteral 1:2 **c)");
  });

  test("a star applies to the whole operand", () => {
    expect(lowered("[*a.b(), *c[0], *d + e]")).toBe(
      "(ListLiteral (Starred (Call (Attribute a b))) (Starred (Subscript c 0)) (Starred (BinaryOperation d + e)))",
    );
  });

  test("comprehensions", () => {
    expect(lowered("[x async for x in a if x if y for z in b]")).toBe(
      "(Comprehension list x (async for x in a if x if y) (for z in b))",
    );
    expect(lowered("{k: v for k, v in d}")).toBe("(Comprehension dict k:v (for (TupleLiteral k v) in d))");
    expect(lowered("{x for x in y}")).toBe("(Comprehension set x (for x in y))");
    expect(lowered("(x for x in y)")).toBe("(Comprehension generator x (for x in y))");
  });
});
