import { describe, expect, test } from "vitest";
import type { Expression } from "../ast.ts";
import type { TemplateNode } from "../template/template-tree.ts";
import { parseJinja } from "./parse-jinja.ts";

function nodes(text: string): readonly TemplateNode[] {
  return parseJinja("page.html", text).tree.body;
}

/** The expression of `{{ … }}` as Python would write it, with all parentheses. */
function expression(text: string): string {
  const [node] = nodes(`{{ ${text} }}`);
  if (node?.kind !== "VariableNode") throw new Error("a variable");
  return written(node.expression.value);
}

function written(node: Expression): string {
  switch (node.kind) {
    case "Name":
      return node.name;
    case "StringLiteral":
      return JSON.stringify(node.value);
    case "NumberLiteral":
    case "ConstantLiteral":
      return String(node.value);
    case "Attribute":
      return `${written(node.value)}.${node.attribute.name}`;
    case "Subscript":
      return `${written(node.value)}[${written(node.index)}]`;
    case "Slice":
      return [node.lower, node.upper, node.step].map((part) => (part ? written(part) : "")).join(":");
    case "Call": {
      const named = node.keywords.map(({ name, value }) => `${name?.name ?? "**"}=${written(value)}`);
      return `${written(node.function)}(${[...node.arguments.map(written), ...named].join(", ")})`;
    }
    case "Starred":
      return `*${written(node.value)}`;
    case "BinaryOperation":
      return `(${written(node.left)} ${node.operator} ${written(node.right)})`;
    case "BooleanOperation":
      return `(${node.values.map(written).join(` ${node.operator} `)})`;
    case "UnaryOperation":
      return `(${node.operator} ${written(node.operand)})`;
    case "Comparison": {
      const [first = "", ...others] = node.operators;
      const rest = node.comparators.map((each, index) => `${[first, ...others][index]} ${written(each)}`);
      return `(${[written(node.left), ...rest].join(" ")})`;
    }
    case "Conditional":
      return `(${written(node.body)} if ${written(node.test)} else ${written(node.orElse)})`;
    case "ListLiteral":
      return `[${node.elements.map(written).join(", ")}]`;
    case "TupleLiteral":
      return `(${node.elements.map(written).join(", ")},)`;
    case "DictLiteral":
      return `{${node.entries.map(({ key, value }) => `${key ? written(key) : "**"}: ${written(value)}`).join(", ")}}`;
    default:
      return `<${node.kind}>`;
  }
}

describe("expressions", () => {
  test.each([
    ["task.project.name", "task.project.name"],
    ["rows.0.name", "rows[0].name"],
    ['a["b"][1:2]', 'a["b"][1:2:]'],
    ["tasks.filter(done=true)[:5]", "tasks.filter(done=True)[:5:]"],
    ["f(1, *rest, a=b, **more)", "f(1, *rest, a=b, **=more)"],
    ["a or b and not c", "(a or (b and (not c)))"],
    ["a + b * c ~ d", "(a + ((b * c) ~ d))"],
    ["-1|abs", "|abs((- 1))"],
    ["a if b else c", "(a if b else c)"],
    ["a if b", "(a if b else None)"],
    ["a < b <= c", "(a < b <= c)"],
    ["a not in b", "(a not in b)"],
    ['x|default("-")|upper', '|upper(|default(x, "-"))'],
    ['xs|map(attribute="a.b")|join(", ")', '|join(|map(xs, attribute="a.b"), ", ")'],
    ["x is none", "(x is None)"],
    ["x is not defined", "(not (x))"],
    ["x is divisibleby 3 and y", "((x is divisibleby 3) and y)"],
    ['"a" "b"', '"ab"'],
    ["[1, (2, 3), {'a': x}]", '[1, (2, 3,), {"a": x}]'],
    ["", "<InvalidExpression>"],
    ["a.", "a."],
    ["f(a, ", "f(a)"],
  ])("%s", (text, expected) => {
    expect(expression(text)).toBe(expected);
  });

  test("places are those of the template", () => {
    const text = "<p>{{- task.owner -}}</p>";
    const [node] = nodes(text);
    if (node?.kind !== "VariableNode") throw new Error("a variable");
    const { end, start } = node.expression.value;
    expect(text.slice(start, end)).toBe("task.owner");
  });

  test("more than anybody writes is not understood, in time", () => {
    for (const text of ["(".repeat(10_000), "a.".repeat(10_000), "not ".repeat(10_000), "-".repeat(10_000)]) {
      expect(nodes(`{{ ${text} }}`)).toHaveLength(1);
    }
  });
});

describe("tags", () => {
  test("a tag may go over lines and hold its own end in a string", () => {
    const [node] = nodes("{% for a, b in\n  rows('%}') if a %}x{% else %}y{% endfor %}");
    if (node?.kind !== "ForNode") throw new Error("a loop");
    expect(node.targets.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(written(node.iterable.value)).toBe('rows("%}")');
    expect(node.condition && written(node.condition.value)).toBe("a");
    expect(node.empty).toEqual([]);
  });

  test("what is raw or a comment is no tag", () => {
    expect(nodes("{% raw %}{{ a }}{% if %}{% endraw %}{# {{ b }} #}")).toEqual([]);
    expect(parseJinja("a", "{# note #}").tree.comments).toEqual([{ start: 0, end: 10, text: "{# note #}" }]);
  });

  test("macros have parameters, and what every macro has besides", () => {
    const [node] = nodes("{% macro row(task, open=false) %}{{ task }}{% endmacro %}");
    if (node?.kind !== "MacroNode") throw new Error("a macro");
    expect(node.definition.parameters.map(({ form, name }) => `${form} ${name}`)).toEqual([
      "positionalOrKeyword task",
      "positionalOrKeyword open",
      "starred varargs",
      "keywordOnly caller",
      "doubleStarred kwargs",
    ]);
    expect(node.body).toHaveLength(1);
  });

  test("names are set of values, of bodies, and of nothing", () => {
    const [first, second, third, fourth] = nodes(
      "{% set a, b = 1, 2 %}{% set c %}x{% endset %}{% do rows.append(1) %}{% set ns.d = 1 %}{{ e }}",
    );
    expect(first?.kind === "SetNode" && first.targets.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(second?.kind === "SetNode" && second.value).toBeUndefined();
    expect(third?.kind === "SetNode" && third.targets).toEqual([]);
    expect(fourth?.kind).toBe("SetNode");
  });

  test("imports keep the names under which they are used", () => {
    const [whole, single] = nodes(
      '{% import "a.html" as a with context %}{% from "b.html" import c, d as e with context %}',
    );
    expect(whole?.kind === "ImportNode" && whole.as?.name).toBe("a");
    expect(single?.kind === "ImportNode" && single.names).toEqual([
      { name: "c", as: "c" },
      { name: "d", as: "e" },
    ]);
  });

  test("tags of extensions keep what they hold, and unclosed blocks end with the template", () => {
    expect(
      nodes("{% compress js %}{{ a }}{% endcompress %}{% static 'x' %}").map(({ kind }) => kind),
    ).toEqual(["VariableNode"]);
    const [node] = nodes("{% if a %}{{ b }}{% for x in y %}{{ x }}");
    expect(node?.kind === "IfNode" && node.branches[0]?.body.map(({ kind }) => kind)).toEqual([
      "VariableNode",
      "ForNode",
    ]);
    expect(nodes("{% if".repeat(5))).toEqual([]);
  });
});
