import { describe, expect, test } from "vitest";
import { testParser } from "../../../test/support/python-parser.ts";
import { sExpression } from "../../../test/support/s-expression.ts";

describe("calls, attributes and subscripts", async () => {
  const parser = await testParser();
  const lowered = (source: string): string => sExpression(parser.parse("a.py", source).tree);

  test("a chain of calls is nested to the left", () => {
    expect(lowered("a.b.c(1, x=2)")).toBe("(Call (Attribute (Attribute a b) c) 1 x=2)");
    expect(lowered("Book.objects.filter(a=1).order_by('b')[:10]")).toBe(
      `(Subscript (Call (Attribute (Call (Attribute (Attribute Book objects) filter) a=1) order_by) "b") (Slice _ 10 _))`,
    );
  });

  test("arguments", () => {
    expect(lowered("f()")).toBe("(Call f)");
    expect(lowered("f(*a, *b.c(), k=1, **d, **e)")).toBe(
      "(Call f (Starred a) (Starred (Call (Attribute b c))) k=1 **d **e)",
    );
    expect(lowered("f(x for x in y)")).toBe("(Call f (Comprehension generator x (for x in y)))");
    expect(lowered("f(a := 1)")).toBe("(Call f (NamedExpression a 1))");
    expect(lowered("f(a, b,)")).toBe("(Call f a b)");
  });

  test("an index with a comma or a star is a tuple", () => {
    expect(lowered("x[1]")).toBe("(Subscript x 1)");
    expect(lowered("x[a, b:c, ::2]")).toBe("(Subscript x (TupleLiteral a (Slice b c _) (Slice _ _ 2)))");
    expect(lowered("x[1,]")).toBe("(Subscript x (TupleLiteral 1))");
    expect(lowered("x[*a]")).toBe("(Subscript x (TupleLiteral (Starred a)))");
    expect(lowered("x[:]")).toBe("(Subscript x (Slice _ _ _))");
  });

  test("annotations are expressions", () => {
    expect(lowered("x: dict[str, list[int]]")).toBe(
      "(AnnAssign x :(Subscript dict (TupleLiteral str (Subscript list int))))",
    );
    expect(lowered("x: A[x] | B.C | None")).toBe(
      "(AnnAssign x :(BinaryOperation (BinaryOperation (Subscript A x) | (Attribute B C)) | None))",
    );
    expect(lowered("x: 'A.B'")).toBe(`(AnnAssign x :"A.B")`);
    expect(lowered("x: Callable[[int], str]")).toBe(
      "(AnnAssign x :(Subscript Callable (TupleLiteral (ListLiteral int) str)))",
    );
  });
});
