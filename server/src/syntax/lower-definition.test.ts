import { describe, expect, test } from "vitest";
import { testParser } from "../../../test/support/python-parser.ts";
import { sExpression } from "../../../test/support/s-expression.ts";

describe("definitions", async () => {
  const parser = await testParser();
  const lowered = (source: string): string => sExpression(parser.parse("a.py", source).tree);

  test("parameters know how an argument reaches them", () => {
    expect(lowered("def f(a, b: int = 1, /, c=2, *args: T, d, e=3, **kw) -> int: return a")).toBe(
      "(FunctionDef f (/a /b:int=1 c=2 *args:T &d &e=3 **kw) ->int [(Return a)])",
    );
    expect(lowered("def f(a, *, b): pass")).toBe("(FunctionDef f (a &b) [Pass])");
    expect(lowered("def f(): pass")).toBe("(FunctionDef f () [Pass])");
  });

  test("decorators", () => {
    expect(
      lowered(`@a.b(1)
@c
async def f(): await x`),
    ).toBe("(FunctionDef async @(Call (Attribute a b) 1) @c f () [(Await x)])");
    expect(
      lowered(`@property
class A: pass`),
    ).toBe("(ClassDef @property A [Pass])");
  });

  test("classes", () => {
    expect(lowered("class A: pass")).toBe("(ClassDef A [Pass])");
    expect(lowered("class A(): pass")).toBe("(ClassDef A [Pass])");
    expect(lowered("class A(B, C[int], metaclass=M, **k): x: int = 1")).toBe(
      "(ClassDef A B (Subscript C int) metaclass=M **k [(AnnAssign x :int =1)])",
    );
  });

  test("type parameters are not part of the tree", () => {
    expect(lowered("class A[T: int, *Ts, **P](B): pass")).toBe("(ClassDef A B [Pass])");
    expect(lowered("class A[T = int](B): pass")).toBe("(ClassDef A B [Pass])");
    expect(lowered("def f[T: (int, str) = int](a: T) -> T: pass")).toBe("(FunctionDef f (a:T) ->T [Pass])");
  });
});
