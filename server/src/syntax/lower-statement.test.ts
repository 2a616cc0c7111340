import { describe, expect, test } from "vitest";
import { testParser } from "../../../test/support/python-parser.ts";
import { sExpression } from "../../../test/support/s-expression.ts";

describe("statements", async () => {
  const parser = await testParser();
  const lowered = (source: string): string => sExpression(parser.parse("a.py", source).tree);

  test("assignments", () => {
    expect(lowered("a = b = c, d")).toBe("(Assign a b (TupleLiteral c d))");
    expect(lowered("a += 1; b **= 2; c //= 3")).toBe(
      "(AugAssign a += 1) (AugAssign b **= 2) (AugAssign c //= 3)",
    );
    expect(lowered("x.y: int")).toBe("(AnnAssign (Attribute x y) :int)");
    expect(lowered("x: int = 1")).toBe("(AnnAssign x :int =1)");
    expect(lowered("(a), [b, *c] = d")).toBe("(Assign (TupleLiteral a (ListLiteral b (Starred c))) d)");
    expect(lowered("x = yield")).toBe("(Assign x (Yield))");
    expect(lowered("x = *a, b")).toBe("(Assign x (TupleLiteral (Starred a) b))");
  });

  test("deletions, assertions, exceptions, scopes", () => {
    expect(lowered("del a, b[0], (c, d)")).toBe("(Delete a (Subscript b 0) (TupleLiteral c d))");
    expect(lowered("raise A(b) from c")).toBe("(Raise (Call A b) from c)");
    expect(lowered("raise")).toBe("(Raise)");
    expect(lowered("assert a, 'b'")).toBe(`(Assert a "b")`);
    expect(lowered("global a, b")).toBe("(Global a b)");
    expect(lowered("nonlocal c")).toBe("(Nonlocal c)");
    expect(lowered("return")).toBe("(Return)");
    expect(lowered("return a, b")).toBe("(Return (TupleLiteral a b))");
  });

  test("imports", () => {
    expect(lowered("import a.b.c as d, e")).toBe("(Import a.b.c→d e)");
    expect(lowered("from . import a")).toBe("(ImportFrom . a)");
    expect(lowered("from ...a.b import c as d, e")).toBe("(ImportFrom ...a.b c→d e)");
    expect(lowered("from a import *")).toBe("(ImportFrom a *)");
    expect(lowered("from a import (b, c,)")).toBe("(ImportFrom a b c)");
    expect(lowered("from __future__ import annotations")).toBe("(ImportFrom __future__ annotations)");
  });

  test("an `elif` is an `if` in the `else`", () => {
    expect(
      lowered(`if a: b
elif c: d
elif e: f
else: g`),
    ).toBe("(If a [b] (else [(If c [d] (else [(If e [f] (else [g]))]))]))");
  });

  test("loops", () => {
    expect(
      lowered(`for x, y in a: b
else: c`),
    ).toBe("(For (TupleLiteral x y) a [b] (else [c]))");
    expect(
      lowered(`async def f():
    async for x in y: z`),
    ).toBe("(FunctionDef async f () [(For async x y [z])])");
    expect(
      lowered(`while a: break
else: continue`),
    ).toBe("(While a [Break] (else [Continue]))");
  });

  test("context managers", () => {
    expect(lowered("with a as b, c(d) as e.f, g: pass")).toBe(
      "(With a as b (Call c d) as (Attribute e f) g [Pass])",
    );
    expect(lowered("with (a as b, c): pass")).toBe("(With a as b c [Pass])");
    expect(lowered("with (a as b): pass")).toBe("(With a as b [Pass])");
    expect(lowered("with (a, b): pass")).toBe("(With a b [Pass])");
    expect(lowered("with (a, b) as c: pass")).toBe("(With (TupleLiteral a b) as c [Pass])");
    expect(
      lowered(`async def f():
    async with a as b: c`),
    ).toBe("(FunctionDef async f () [(With async a as b [c])])");
  });

  test("exceptions handled", () => {
    expect(
      lowered(`try: a
except B: c
except (D, E) as f: g
except: h
else: i
finally: j`),
    ).toBe(
      "(Try [a] (except B [c]) (except (TupleLiteral D E) as f [g]) (except [h]) (else [i]) (finally [j]))",
    );
    expect(
      lowered(`try: a
except* B: c`),
    ).toBe("(Try [a] (except B [c]))");
    expect(
      lowered(`try: a
except B, C: d`),
    ).toBe("(Try [a] (except (TupleLiteral B C) [d]))");
  });

  test("a match is kept as the names that its patterns bind", () => {
    expect(
      lowered(`match x:
    case 1 | 's' | None: a
    case [b, *c] if d: e
    case {'k': f, **g}: h
    case A.B(i, j=k) as l: m
    case n.o: p
    case _: q`),
    ).toBe(
      "(Match x (case  [a]) (case b c if d [e]) (case f g [h]) (case i k l [m]) (case  [p]) (case  [q]))",
    );
    expect(
      lowered(`match a, *b:
    case c, d: e`),
    ).toBe("(Match (TupleLiteral a (Starred b)) (case c d [e]))");
  });

  test("words that are keywords in some places only", () => {
    expect(lowered("type = 1; type(x); match = 2; match(x); print = 3; case = 4")).toBe(
      "(Assign type 1) (Call type x) (Assign match 2) (Call match x) (Assign print 3) (Assign case 4)",
    );
    expect(lowered("type(x).y = 1")).toBe("(Assign (Attribute (Call type x) y) 1)");
    expect(lowered("type Pair[T] = tuple[T, T]")).toBe(
      "(TypeAlias Pair (Subscript tuple (TupleLiteral T T)))",
    );
  });

  test("statements of Python 2 are invalid", () => {
    expect(lowered("print 'hello'")).toBe("InvalidStatement");
    expect(lowered("exec 'code'")).toBe("InvalidStatement");
  });
});
