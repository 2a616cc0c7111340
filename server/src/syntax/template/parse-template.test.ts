import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTemplate } from "./parse-template.ts";
import type { TemplateNode } from "./template-tree.ts";

function parse(text: string) {
  const { tree } = parseTemplate("tasks/list.html", text);
  const source = ({ start, end }: { start: number; end: number }) => text.slice(start, end);
  return { ...tree, source, messages: tree.errors.map(({ message }) => message) };
}

/** The kinds of the nodes, with those inside in brackets. */
function outline(nodes: readonly TemplateNode[]): string {
  return nodes.map((node) => `${node.kind.replace("Node", "")}${inside(node)}`).join(" ");
}

function inside(node: TemplateNode): string {
  switch (node.kind) {
    case "IfNode":
      return node.branches.map(({ body }) => `[${outline(body)}]`).join("");
    case "BlockTagNode":
      return node.branches.map((body) => `[${outline(body)}]`).join("");
    case "ForNode":
    case "WithNode":
    case "BlockNode":
      return `[${outline(node.body)}]`;
    default:
      return "";
  }
}

describe("variables", () => {
  test("become the Python tree's attributes and subscripts, with their places in the template", () => {
    const { body, source } = parse("<p>{{ task.tags.0.name|default:owner.name }}</p>");
    const [node] = body;
    if (node?.kind !== "VariableNode") throw new Error("a variable");
    const { value, filters } = node.expression;
    expect(source(node)).toBe("{{ task.tags.0.name|default:owner.name }}");
    expect(value).toMatchObject({
      kind: "Attribute",
      attribute: { name: "name" },
      value: { kind: "Subscript", index: { value: 0 }, value: { kind: "Attribute" } },
    });
    expect(source(value)).toBe("task.tags.0.name");
    expect(filters.map((filter) => [filter.name.name, filter.argument && source(filter.argument)])).toEqual([
      ["default", "owner.name"],
    ]);
  });

  test("a tag ends on its line, else it is text", () => {
    expect(outline(parse("{{ a\n }} {% if a\n %} {{ b }}").body)).toBe("Variable");
  });
});

describe("conditions", () => {
  test("have Python's precedence", () => {
    const [node] = parse("{% if not a and b|length > 3 or c in d %}{% endif %}").body;
    if (node?.kind !== "IfNode") throw new Error("a condition");
    expect(node.branches[0]?.test).toMatchObject({
      kind: "BooleanTest",
      operator: "or",
      operands: [
        { operator: "and", operands: [{ kind: "NotTest" }, { kind: "ComparisonTest", operator: ">" }] },
        { kind: "ComparisonTest", operator: "in" },
      ],
    });
  });
});

describe("loops", () => {
  test("know their names, their list and their tag", () => {
    const { body, source } = parse("{% for key,  value in data.items reversed %}x{% empty %}y{% endfor %}");
    const [node] = body;
    if (node?.kind !== "ForNode") throw new Error("a loop");
    expect(node.targets.map(source)).toEqual(["key", "value"]);
    expect(source(node.iterable)).toBe("data.items");
    expect(source(node.header)).toBe("{% for key,  value in data.items reversed %}");
    expect(node.reversed).toBe(true);
    expect(node.empty).toEqual([]);
  });
});

describe("tags that Django does not know", () => {
  test("have a body where their end tag follows", () => {
    const text =
      "{% panel title=task.name %}{{ a }}{% else %}{{ b }}{% endpanel %}{% badge task as label %}{{ c }}";
    const { body, messages } = parse(text);
    expect(outline(body)).toBe("BlockTag[Variable][Variable] Tag Variable");
    expect(messages).toEqual([]);
  });

  test("may use any grammar", () => {
    expect(parse("{% get_comments for task as comments %}{% render_field f class+='x' %}").messages).toEqual(
      [],
    );
  });
});

describe("what Django would refuse", () => {
  test.each([
    [
      "a block without its end",
      "{% if a %}{% for b in c %}{{ b }}{% endif %}{{ d }}",
      "If[For[Variable]] Variable",
    ],
    ["a block without any end", "{% with a=b %}{{ a }}", "With[Variable]"],
    ["an end without its block", "{% endfor %}{{ a }}{% endif %}{{ b }}", "Variable Variable"],
    ["a loop over nothing", "{% for a %}{{ a }}{% endfor %}{{ b }}", "Variable Variable"],
    ["a comment without its end", "{% comment %}{{ a }}", "Variable"],
    ["text without its end", "{% verbatim %}{{ a }}", "Variable"],
    ["a condition without its end", "{% if a and %}{{ a }}{% endif %}", "If[Variable]"],
    [
      "a tag in a translation",
      "{% blocktranslate %}{% if a %}{{ b }}{% endif %}{% endblocktranslate %}",
      "BlockTranslate If[Variable]",
    ],
  ])("%s loses nothing else", (_, text, expected) => {
    const { body, messages } = parse(text);
    expect(outline(body)).toBe(expected);
    expect(messages).not.toEqual([]);
  });
});

test("comments are kept with their places, and what they contain is not parsed", () => {
  const { body, comments, source } = parse(
    "{# queryscope: ignore[QS108] {{ a }} #}{% comment %}{{ b }}{% endcomment %}",
  );
  expect(body).toEqual([]);
  expect(comments.map(source)).toEqual(["{# queryscope: ignore[QS108] {{ a }} #}"]);
});

describe("any text", () => {
  const pieces = fc.constantFrom(
    ..."{{ a.b }}|{%|%}|{{|}}|{#|#}|\n|\"|'|\\|{% if a %}|{% endif %}|{% else %}|{% for x in y %}|{% endfor %}|{% x %}|{% endx %}|{% comment %}|{% endcomment %}|{% verbatim %}|{% endverbatim %}|{% blocktrans %}|{% plural %}|a|.|:|_(".split(
      "|",
    ),
    "|",
  );

  test("gives nodes inside of each other, in order and inside the text", () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const text = parts.join("");
        const { body, errors } = parse(text);
        for (const error of errors) expect(error.end).toBeLessThanOrEqual(text.length);
        expectInOrder(body, 0, text.length);
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ["open tags on one line", "{% ".repeat(200_000)],
    ["quotes that are never closed", `{% x ${"' \" ".repeat(200_000)} %}`],
    ["nested blocks", "{% if a %}".repeat(100_000)],
    ["end tags without blocks", `${"{% with a=b %}".repeat(90)}${"{% endx %}".repeat(100_000)}`],
    ["lookups", `{{ ${"a.".repeat(300_000)}a }}`],
    ["filters", `{{ a${"|b:c".repeat(200_000)} }}`],
    ["operators", `{% if ${"not ".repeat(200_000)}a ${"and b ".repeat(100_000)} %}`],
    ["comparisons", `{% if a ${"== a ".repeat(100_000)} %}`],
    ["text marked as such", "{% verbatim %}{% verbatim x %}".repeat(30_000)],
    ["options", `{% include a ${"with ".repeat(100_000)} %}`],
  ])("is parsed to its end, which takes for ever where time does not grow with the length: %s", (_, text) => {
    const { tree } = parseTemplate("long.html", text);
    expectInOrder(tree.body, 0, text.length);
  });
});

function expectInOrder(nodes: readonly TemplateNode[], from: number, to: number): void {
  let position = from;
  for (const node of nodes) {
    expect(node.start).toBeGreaterThanOrEqual(position);
    expect(node.end).toBeLessThanOrEqual(to);
    const bodies =
      node.kind === "IfNode" ? node.branches.map(({ body }) => body) : "body" in node ? [node.body] : [];
    for (const body of bodies) expectInOrder(body, node.start, node.end);
    if (node.kind !== "BlockTranslateNode") position = node.end;
  }
}
