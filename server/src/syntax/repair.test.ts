import { describe, expect, test } from "vitest";
import { testParser } from "../../../test/support/python-parser.ts";
import { sExpression } from "../../../test/support/s-expression.ts";
import { repair } from "./repair.ts";

describe("half-typed Python", async () => {
  const parser = await testParser();
  const lowered = (...lines: readonly string[]): string =>
    sExpression(parser.parse("a.py", lines.join("\n")).tree);

  describe("an unfinished line does not swallow the next", () => {
    test("after a dot", () => {
      expect(lowered("x.", "y = 1")).toBe("(Attribute x ?) (Assign y 1)");
      expect(lowered("x.  # comment", "", "y = 1")).toBe("(Attribute x ?) (Assign y 1)");
      expect(lowered("import a.", "y")).toBe("(Import a) y");
    });

    test("after an operator or a keyword that needs an operand", () => {
      expect(lowered("x =", "y = 2")).toBe("(Assign x InvalidExpression) (Assign y 2)");
      expect(lowered("x = a +", "y")).toBe("(Assign x (BinaryOperation a + InvalidExpression)) y");
      expect(lowered("x = not", "y")).toBe("(Assign x (UnaryOperation not InvalidExpression)) y");
      expect(lowered("x = a if", "y")).toBe(
        "(Assign x (Conditional InvalidExpression a InvalidExpression)) y",
      );
      expect(lowered("x = a if b", "y")).toBe("(Assign x (Conditional b a InvalidExpression)) y");
      expect(lowered("x = lambda", "y")).toBe("(Assign x (Lambda () InvalidExpression)) y");
      expect(lowered("del", "y")).toBe("(Delete InvalidExpression) y");
    });

    test("after part of an import", () => {
      expect(lowered("import", "y")).toBe("(Import) y");
      expect(lowered("from", "y")).toBe("(ImportFrom) y");
      expect(lowered("from a", "y")).toBe("(ImportFrom a) y");
      expect(lowered("from a import", "y")).toBe("(ImportFrom a) y");
      expect(lowered("from .", "y")).toBe("(ImportFrom .) y");
    });

    test("after quotes that were not closed", () => {
      expect(lowered('x = "abc', "y")).toBe('(Assign x "abc") y');
      expect(lowered('x = f"a{b', "y")).toBe('(Assign x (FormattedString "a" b)) y');
      expect(lowered('x = f"a{b.c."', "y")).toBe(
        '(Assign x (FormattedString "a" (Attribute (Attribute b c) ?))) y',
      );
      expect(lowered('x = """a', "", "def f():", '    """Doc."""')).toBe(
        '(Assign x "a") (FunctionDef f () ["Doc."])',
      );
    });
  });

  describe("a bracket that was not closed ends before the next statement", () => {
    test("that is not indented more than the line of the bracket", () => {
      expect(lowered("f(", "y = 1")).toBe("(Call f) (Assign y 1)");
      expect(lowered("x = [1, {2: (", "y = 1", "z")).toBe(
        "(Assign x (ListLiteral 1 (DictLiteral 2:(TupleLiteral)))) (Assign y 1) z",
      );
      expect(lowered("x = f(a,", "      b.", "y")).toBe("(Assign x (Call f a (Attribute b ?))) y");
    });

    test("or that starts with a keyword of statements", () => {
      expect(lowered("if f(", "    return 1")).toBe("(If (Call f) [(Return 1)])");
      expect(lowered("@f(", "def g(): pass")).toBe("(FunctionDef @(Call f) g () [Pass])");
    });

    test("or where two operands follow each other, or before the colon of a compound statement", () => {
      expect(lowered("def f(a, b", "    c = 1", "    return c")).toBe(
        "(FunctionDef f (a b) [(Assign c 1) (Return c)])",
      );
      expect(lowered("for a in f(b.:", "    a", "    return", "c")).toBe(
        "(For a (Call f (Attribute b ?)) [a (Return)]) c",
      );
      expect(lowered("class A(B:", "    c = 1", "", "    def d(self): pass")).toBe(
        "(ClassDef A B [(Assign c 1) (FunctionDef d (self) [Pass])])",
      );
    });

    test("or before the docstring of a definition", () => {
      expect(lowered("def f(", '    """Doc."""', "    a", "    return b")).toBe(
        '(FunctionDef f () ["Doc." a (Return b)])',
      );
    });

    test("though a comma may be missing where the bracket is closed", () => {
      expect(lowered("f(", "    a=1", "    b=2,", ")", "c")).toBe("(Call f a=1 b=2) c");
    });

    test("but not before an indented line that may be part of it", () => {
      expect(lowered("x = f(a,", "  b", "y = 1")).toBe("(Assign x (Call f a b)) (Assign y 1)");
    });

    test("closed by another bracket, it ends there", () => {
      expect(lowered("x = [f(1]", "y")).toBe("(Assign x (ListLiteral (Call f 1))) y");
    });

    test("a bracket that closes nothing is left out", () => {
      expect(lowered("x = f(1))", "y")).toBe("(Assign x (Call f 1)) y");
    });
  });

  describe("the first line of a compound statement is completed", () => {
    test("so that its body stays its body", () => {
      expect(lowered("for t in", "    f()", "y")).toBe("(For t InvalidExpression [(Call f)]) y");
      expect(lowered("for t", "    f()", "y")).toBe("(For t InvalidExpression [(Call f)]) y");
      expect(lowered("for x in Book.objects.", "    x")).toBe(
        "(For x (Attribute (Attribute Book objects) ?) [x])",
      );
      expect(lowered("if a ==", "    b", "else", "    c")).toBe(
        "(If (Comparison a == InvalidExpression) [b] (else [c]))",
      );
      expect(lowered("while", "    a")).toBe("(While InvalidExpression [a])");
      expect(lowered("with a as", "    b")).toBe("(With a as InvalidExpression [b])");
      expect(lowered("try", "    a", "except A as", "    b")).toBe("(Try [a] (except A [b]))");
      expect(lowered("def f", "    a")).toBe("(FunctionDef f () [a])");
      expect(lowered("class A(B)", "    a")).toBe("(ClassDef A B [a])");
      expect(lowered("match a", "    case b", "        c")).toBe("(Match a (case b [c]))");
    });

    test("also without any body", () => {
      expect(lowered("def", "", "class", "y")).toBe("(FunctionDef () []) (ClassDef []) y");
      expect(lowered("def f(a):", "", "y")).toBe("(FunctionDef f (a) []) y");
    });
  });

  describe("inside brackets", () => {
    test("a name or value may be missing", () => {
      expect(lowered("f(x.)")).toBe("(Call f (Attribute x ?))");
      expect(lowered("f(x., y)")).toBe("(Call f (Attribute x ?) y)");
      expect(lowered("f(a=)")).toBe("(Call f a=InvalidExpression)");
      expect(lowered("f(a=, b=2)")).toBe("(Call f a=InvalidExpression b=2)");
      expect(lowered("[x for x in]")).toBe("(Comprehension list x (for x in InvalidExpression))");
      expect(lowered("[x. for x in y]")).toBe("(Comprehension list (Attribute x ?) (for x in y))");
    });
  });

  test("everything around a half-typed function survives", () => {
    const source = [
      "def f():",
      "    books = Book.objects.filter(",
      "    for book in books:",
      "        book.author.",
      "    return books",
      "",
      "def g():",
      "    pass",
    ];
    expect(lowered(...source)).toBe(
      "(FunctionDef f () [" +
        "(Assign books (Call (Attribute (Attribute Book objects) filter)))" +
        " (For book books [(Attribute (Attribute book author) ?)])" +
        " (Return books)]) (FunctionDef g () [Pass])",
    );
  });

  test("says where something is missing", () => {
    expect(parser.parse("a.py", "x.\nf(\ny").tree.errors).toEqual([
      { start: 2, end: 2 },
      { start: 5, end: 5 },
    ]);
  });

  test("what was not typed has no text", () => {
    const [statement] = parser.parse("a.py", "x.y.\nz").tree.body;
    expect(statement).toMatchObject({
      kind: "ExpressionStatement",
      start: 0,
      end: 4,
      value: { kind: "Attribute", attribute: { name: "", start: 4, end: 4 } },
    });
  });
});

describe("repair", () => {
  test.each([
    "x = a if b else c",
    "match a:\n    case b if c: pass",
    "from . import a\nfrom .b import *\nfrom ... import (c)",
    "def f(a, /, b, *, c): pass\nlambda *, a: 0\nprint(*a, **b)",
    "x[:], x[1:], x[::2], x[...], 1., .5, 1.0.real",
    "f'{a=} {b = } {c!r} {d:>{e}} {{}} {f:%H:%M}'",
    "f'{a[\"b\"]}' rf'\\{a}' '\\'' \"\\\\\" '''a''b''' f'\\N{DASH}'",
    "x = '''a\nb'''if y else z",
    "(a\n  if b\n  else c)",
    "[\nx\nfor x in y\nif z\n]",
    "f(\na,\nb=1\n)",
    "x = \\\n  y\n",
    "if a: b; c = 1; d\n",
    "('a'\n  b'c'\n  f'{d}'\n  'e')",
    "async def f():\n    await x; yield\n    return\n    raise",
    "try: pass\nexcept: pass\nelse: pass\nfinally: pass",
    "lambda: 0; {}; x: int = 1; a @ b; not_ = is_",
    "@a\n@b(c)\nclass D: pass",
  ])("does not change Python: %j", (source) => {
    expect(repair(source)).toMatchObject({ text: source, origin: undefined, errors: [] });
  });

  test("gives the grammar characters that it knows, at the same places", () => {
    expect(repair("a\rb\r\nc\0d").text).toBe("a\nb\r\nc d");
  });

  test("hides what the grammar does not know", () => {
    expect(repair("class A[T = int]: pass")).toMatchObject({ text: "class A         : pass", errors: [] });
    expect(repair("def f():\n    (a.\nb)").text).toBe("def f():\n    (a. b)");
  });
});
