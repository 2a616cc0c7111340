import { describe, expect, test } from "vitest";
import { testParser } from "../../../test/support/python-parser.ts";
import type { ModuleTree } from "./ast.ts";
import {
  forEachChild,
  isExpression,
  isStatement,
  type Node,
  nodeAt,
  pathTo,
  walk,
  walkExpressions,
} from "./walk.ts";

const parser = await testParser();
const treeOf = (source: string): ModuleTree => parser.parse("a.py", source).tree;

/** The text of each node: what a reader sees in the editor. */
const texts = (source: string, nodes: readonly Node[]): readonly string[] =>
  nodes.map(({ start, end }) => source.slice(start, end));

const childTexts = (source: string): readonly string[] => {
  const [statement] = treeOf(source).body;
  const children: Node[] = [];
  if (statement !== undefined) forEachChild(statement, (child) => children.push(child));
  return texts(source, children);
};

describe("forEachChild", () => {
  test.each([
    ["@a\ndef f(b: c = 1, *d) -> e:\n    g", ["a", "b: c = 1", "*d", "e", "g"]],
    ["class A(B, c=d, *e): f", ["B", "c=d", "*e", "f"]],
    ["for a in b: c\nelse: d", ["a", "b", "c", "d"]],
    ["with a as b, c: d", ["a", "b", "c", "d"]],
    ["try: a\nexcept B as c: d\nelse: e\nfinally: f", ["a", "except B as c: d", "e", "f"]],
    ["match a:\n    case b if c: d", ["a", "case b if c: d"]],
    ["a = b = c", ["a", "b", "c"]],
    ["a: b = c", ["a", "b", "c"]],
    ["raise a from b", ["a", "b"]],
    ["assert a, b", ["a", "b"]],
    ["del a, b", ["a", "b"]],
    ["import a", []],
  ])("visits the parts of %j in order", (source, expected) => {
    expect(childTexts(source)).toEqual(expected);
  });

  test.each([
    ["f(a, *b, c=d, *e, **g)", ["f", "a", "*b", "c=d", "*e", "**g"]],
    ["{a: b, **c}", ["a", "b", "c"]],
    ["{a: b for c in d if e}", ["a", "b", "c", "d", "e"]],
    ["a if b else c", ["a", "b", "c"]],
    ["lambda a, b=c: d", ["a", "b=c", "d"]],
    ["a[b:c, d]", ["a", "b:c, d"]],
    ["f'{a}b{c}'", ["a", "b", "c"]],
    ["a < b < c", ["a", "b", "c"]],
  ])("visits the operands of %j in order", (source, expected) => {
    const [statement] = treeOf(source).body;
    const children: Node[] = [];
    if (statement?.kind === "ExpressionStatement")
      forEachChild(statement.value, (child) => children.push(child));
    expect(texts(source, children)).toEqual(expected);
  });
});

describe("walk", () => {
  test("goes through everything, parents first", () => {
    const source = "def f(a=1):\n    return g(b=c)";
    const visited: Node[] = [];
    walk(treeOf(source), (node) => {
      visited.push(node);
      return undefined;
    });
    expect(texts(source, visited).slice(1)).toEqual(["a=1", "1", "return g(b=c)", "g(b=c)", "g", "b=c", "c"]);
  });

  test("leaves out what lies inside where the visitor says so", () => {
    const source = "def f():\n    a\nb";
    const visited: Node[] = [];
    walk(treeOf(source), (node) => {
      visited.push(node);
      return !("kind" in node && node.kind === "FunctionDef");
    });
    expect(texts(source, visited)).toEqual(["def f():\n    a", "b", "b"]);
  });
});

test("walkExpressions visits expressions only, those of nested functions included", () => {
  const source = "def f():\n    a(b)\nc";
  const visited: Node[] = [];
  walkExpressions(treeOf(source), (expression) => {
    visited.push(expression);
    return undefined;
  });
  expect(texts(source, visited)).toEqual(["a(b)", "a", "b", "c"]);
});

test("a node is a statement, an expression or neither", () => {
  const kinds: [string, boolean, boolean][] = [];
  walk(treeOf("f(a=1)"), (node) => {
    kinds.push(["kind" in node ? node.kind : "part", isStatement(node), isExpression(node)]);
    return undefined;
  });
  expect(kinds).toEqual([
    ["ExpressionStatement", true, false],
    ["Call", false, true],
    ["Name", false, true],
    ["part", false, false],
    ["NumberLiteral", false, true],
  ]);
});

describe("nodeAt", () => {
  const source = "def f():\n    return Book.objects.filter(a=1)\n";
  const tree = treeOf(source);
  const at = (needle: string, shift = 0): readonly string[] =>
    texts(source, nodeAt(tree, source.indexOf(needle) + shift));

  test("gives the path from the statement of the module to the innermost node", () => {
    expect(at("objects", 3)).toEqual([
      source.trim(),
      "return Book.objects.filter(a=1)",
      "Book.objects.filter(a=1)",
      "Book.objects.filter",
      "Book.objects",
    ]);
  });

  test("takes the node that starts at the offset, or else the one that ends there", () => {
    expect(at("Book").at(-1)).toBe("Book");
    expect(at("Book", 4).at(-1)).toBe("Book");
    expect(at("1)").at(-1)).toBe("1");
  });

  test("is empty where there is nothing", () => {
    expect(nodeAt(treeOf("a\n\n\nb"), 3)).toEqual([]);
  });

  test("pathTo finds what encloses a selection", () => {
    const start = source.indexOf("objects");
    const path = pathTo(tree, { start, end: start + "objects.filter".length });
    expect(texts(source, path).at(-1)).toBe("Book.objects.filter");
  });
});
