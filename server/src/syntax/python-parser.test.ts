import { describe, expect, test } from "vitest";
import { testParser } from "../../../test/support/python-parser.ts";
import { sExpression } from "../../../test/support/s-expression.ts";
import type { ModuleTree, Statement } from "./ast.ts";
import { maximumDepth } from "./lowering.ts";
import { createPythonParser } from "./python-parser.ts";
import { forEachChild, type Node } from "./walk.ts";

const parser = await testParser();

describe("ranges", () => {
  const textOf = (
    source: string,
  ): ((node: { start: number; end: number } | undefined) => string | undefined) => {
    return (node) => (node === undefined ? undefined : source.slice(node.start, node.end));
  };
  const first = (source: string): Statement | undefined => parser.parse("a.py", source).tree.body[0];

  test("count UTF-16 code units", () => {
    const source = 'x = "😀é"; naïve = 1';
    expect(parser.parse("a.py", source).tree.body.map(textOf(source))).toEqual(['x = "😀é"', "naïve = 1"]);
  });

  test.each([
    ["a byte order mark", "\ufeffx = 1\ny"],
    ["Windows line breaks", "x = 1\r\ny\r\n"],
    ["old Macintosh line breaks", "x = 1\ry\r"],
    ["form feeds", "\fx = 1\n\f\ny"],
    ["blanks before the first line", "  x = 1\ny"],
  ])("leave out %s", (_, source) => {
    expect(parser.parse("a.py", source).tree.body.map(textOf(source))).toEqual(["x = 1", "y"]);
  });

  test("bodies may be indented with tabs", () => {
    expect(sExpression(parser.parse("a.py", "if a:\n\tb\n\tif c:\n\t\td\ne").tree)).toBe(
      "(If a [b (If c [d])]) e",
    );
  });

  test("a definition starts with its decorators", () => {
    const source = "@a\n@b\ndef f(): pass\n";
    expect(textOf(source)(first(source))).toBe("@a\n@b\ndef f(): pass");
  });

  test("a compound statement ends with its last statement, without the comments that follow", () => {
    const source = "if a:\n    b\n    # comment\n\n# comment\nc";
    expect(textOf(source)(first(source))).toBe("if a:\n    b");
  });

  test("a definition knows the range of its body", () => {
    const source = "def f():\n    # comment\n    a\n    b\n";
    const definition = first(source);
    expect(definition?.kind === "FunctionDef" && textOf(source)(definition.bodyRange)).toBe("a\n    b");
  });

  test("a call knows the range of its arguments", () => {
    const source = "f . g (a, b)";
    const call = first(source);
    expect(
      call?.kind === "ExpressionStatement" &&
        call.value.kind === "Call" &&
        textOf(source)(call.value.argumentsRange),
    ).toBe("(a, b)");
  });

  test("parentheses do not belong to what they enclose, but for tuples and generators", () => {
    const source = "(a + b), ((c, d)), (e for e in f)";
    const statement = first(source);
    const tuple = statement?.kind === "ExpressionStatement" ? statement.value : undefined;
    expect(tuple?.kind === "TupleLiteral" && tuple.elements.map(textOf(source))).toEqual([
      "a + b",
      "(c, d)",
      "(e for e in f)",
    ]);
  });
});

describe("comments and errors", () => {
  test("comments are kept in order, wherever they stand", () => {
    const { comments } = parser.parse("a.py", "# a\nf( # b\n  x)\nif y: # c\n    # d\n    z\n#e").tree;
    expect(comments.map(({ text }) => text)).toEqual(["# a", "# b", "# c", "# d", "#e"]);
    expect(comments[1]).toEqual({ start: 7, end: 10, text: "# b" });
  });

  test("a well-formed file has no errors", () => {
    expect(parser.parse("a.py", "x = 1\n").tree.errors).toEqual([]);
  });

  test("what is not Python is invalid, and the statements around it are not", () => {
    const { tree } = parser.parse("a.py", "a = 1\n$ ?\nb = 2\n");
    expect(sExpression(tree)).toBe("(Assign a 1) InvalidStatement (Assign b 2)");
    expect(tree.errors).toEqual([{ start: 6, end: 9 }]);
  });

  test("a null byte is no character of Python", () => {
    expect(sExpression(parser.parse("a.py", "a = 1\0\nb = 'x\0y'").tree)).toBe(
      '(Assign a 1) (Assign b "x\\u0000y")',
    );
  });

  test("an empty file has an empty tree", () => {
    const empty: ModuleTree = { body: [], comments: [], errors: [] };
    expect(parser.parse("a.py", "").tree).toEqual(empty);
    expect(parser.parse("a.py", "\n\n").tree).toEqual(empty);
  });

  test("names are compared as Python compares them", () => {
    expect(sExpression(parser.parse("a.py", "ﬁle").tree)).toBe("file");
  });
});

describe("deep nesting", () => {
  const times = (count: number, text: string): string => text.repeat(count);
  const sources: readonly (readonly [string, string])[] = [
    ["an operation with 5,000 terms", `x = a${times(5000, " + b")}`],
    ["a chain of 5,000 calls", `x = a${times(5000, ".b()")}`],
    ["3,000 lists in each other", `x = ${times(3000, "[")}${times(3000, "]")}`],
    ["3,000 calls in each other", `x = ${times(3000, "f(")}${times(3000, ")")}`],
    ["3,000 subscripts in each other", `x = ${times(3000, "a[")}1${times(3000, "]")}`],
    ["3,000 dictionaries in each other", `x = ${times(3000, "{1:")}1${times(3000, "}")}`],
    ["3,000 conditionals", `x = ${times(3000, "a if b else ")}c`],
    ["3,000 powers", `x = ${times(3000, "a ** ")}b`],
    ["5,000 negations", `x = ${times(5000, "not ")}a`],
    ["3,000 lambdas", `x = ${times(3000, "lambda: ")}a`],
    ["an annotation of 3,000 types", `x: ${times(3000, "A[b] | ")}c`],
    ["an if with 3,000 branches", `if a: b\n${times(3000, "elif a: b\n")}`],
    [
      "1,500 blocks in each other",
      `${Array.from({ length: 1500 }, (_, level) => `${" ".repeat(level)}if a:`).join("\n")}\n`,
    ],
    ["3,000 brackets that are not closed", `x = ${times(3000, "(")}`],
  ];

  test.each(sources)("%s is cut at a stated depth", (_, source) => {
    const { tree } = parser.parse("a.py", source);
    // A statement and its expressions are counted together; precedence may be repaired across the limit.
    expect(depthOf(tree)).toBeLessThanOrEqual(maximumDepth + 2);
  });

  test("what is cut is an error", () => {
    expect(parser.parse("a.py", `x = ${times(600, "[")}${times(600, "]")}`).tree.errors).toHaveLength(1);
  });

  test("3,000 parentheses around a name are none", () => {
    expect(sExpression(parser.parse("a.py", `${times(3000, "(")}a${times(3000, ")")}`).tree)).toBe("a");
  });

  test("what may be long but is not deep is not cut", () => {
    const { tree } = parser.parse("a.py", `x = a${times(5000, " and b")}\n${times(2000, "y = ")}1\n`);
    expect(tree.errors).toEqual([]);
    expect(depthOf(tree)).toBeLessThan(5);
  });

  /** Without recursion, as this is what is to be found out. */
  function depthOf(tree: ModuleTree): number {
    let depth = 0;
    let level: readonly Node[] = tree.body;
    while (level.length > 0) {
      depth++;
      const next: Node[] = [];
      for (const node of level) forEachChild(node, (child) => next.push(child));
      level = next;
    }
    return depth;
  }
});

describe("an open document", () => {
  test("follows the edits of a buffer", () => {
    const document = parser.openDocument("a.py", "x = 1\n");
    expect(document.update("x = 12\ny").path).toBe("a.py");
    expect(sExpression(document.file.tree)).toBe("(Assign x 12) y");
    expect(document.file.text).toBe("x = 12\ny");
    document.close();
  });

  test("stays the same version when nothing changed", () => {
    const document = parser.openDocument("a.py", "x = 1\n");
    const { file } = document;
    expect(document.update("x = 1\n")).toBe(file);
    document.close();
  });

  test("keeps its last version when closed, and takes no other", () => {
    const document = parser.openDocument("a.py", "x = 1\n");
    document.close();
    document.close();
    expect(sExpression(document.file.tree)).toBe("(Assign x 1)");
    expect(() => document.update("y")).toThrow("a.py was closed");
  });

  test("can be open for several, each of whom has a version and nodes of its own", () => {
    const first = parser.openDocument("a.py", "x = 1\n");
    const second = parser.openDocument("a.py", "x = 1\n");
    expect(second.file).toEqual(first.file);
    expect(second.file.tree).not.toBe(first.file.tree);
    first.update("x = 2\n");
    expect(sExpression(second.file.tree)).toBe("(Assign x 1)");
    expect(second.update("x = 2\n")).toEqual(first.file);
    expect(sExpression(first.update("x = 3\n").tree)).toBe("(Assign x 3)");
    first.close();
    expect(sExpression(second.update("y\n").tree)).toBe("y");
    second.close();
    const reopened = parser.openDocument("a.py", "z\n");
    expect(sExpression(reopened.file.tree)).toBe("z");
    reopened.close();
  });

  test("is what a fresh parse gives at every keystroke", () => {
    const typed =
      'def f(a):\n    for b in a.filter(c__d=1):\n        print(f"{b.e.f!r}", [g for g in b])\n    return a\n';
    const rest = "\nclass A(B):\n    x = 1\n\n    def m(self): return self.x\n";
    const document = parser.openDocument("a.py", rest);
    for (let length = 1; length <= typed.length; length++) {
      const text = typed.slice(0, length) + rest;
      expect(document.update(text).tree).toEqual(parser.parse("a.py", text).tree);
    }
    document.close();
  });
});

test("says when the grammar is not what it should be", async () => {
  const nothing = new Uint8Array([0]);
  await expect(createPythonParser({ runtime: nothing, grammar: nothing })).rejects.toThrow();
});
