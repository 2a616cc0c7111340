/** The tree of templates against what Django's own parser makes of them: tags, variables, filters and their places. */
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTemplate } from "../../../server/src/syntax/template/parse-template.ts";
import { type DjangoVersion, openDjango, Unavailable } from "../../support/django-environment.ts";
import { type DescribedNode, describeTemplate } from "./describe-template.ts";

type Parsed =
  | { readonly source: string; readonly nodes: readonly DescribedNode[] }
  | { readonly source: string; readonly error: string }
  | { readonly source: string; readonly failed: true };

async function djangoParses(version: DjangoVersion, input: unknown): Promise<readonly Parsed[] | undefined> {
  try {
    const django = await openDjango(version);
    return (await django.run(script, input)) as readonly Parsed[];
  } catch (error) {
    if (error instanceof Unavailable) return undefined;
    throw error;
  }
}

const script = fileURLToPath(new URL("dump_templates.py", import.meta.url));

describe.each(["4.2", "5.2"] as const)("as Django %s reads them", { timeout: 120_000 }, (version) => {
  test("the templates of Django's own applications", async ({ skip }) => {
    const parsed = await djangoParses(version, { contrib: true });
    if (!parsed) return skip("no such Django on this machine");
    expect(parsed.length).toBeGreaterThan(100);
    for (const expected of parsed) expectSameTree(expected);
  });

  test("templates made of random tags", async ({ skip }) => {
    const sources = fc.sample(randomTemplate, { numRuns: 1500, seed: 20 });
    const parsed = await djangoParses(version, { sources });
    if (!parsed) return skip("no such Django on this machine");
    const accepted = parsed.filter((template) => "nodes" in template);
    expect(accepted.length).toBeGreaterThan(150);
    for (const expected of parsed) expectSameTree(expected);
  });
});

function expectSameTree(expected: Parsed): void {
  const { source } = expected;
  if ("failed" in expected) return;
  const { tree } = parseTemplate("template.html", source);
  if ("error" in expected) {
    // Libraries and their tags are not known to the parser.
    if (
      /is not a registered tag library|Invalid filter|Invalid block tag|requires \d+ arguments/.test(
        expected.error,
      )
    )
      return;
    expect({ source, error: expected.error, errors: tree.errors.length > 0 }).toEqual({
      source,
      error: expected.error,
      errors: true,
    });
    return;
  }
  expect({ source, errors: tree.errors }).toEqual({ source, errors: [] });
  const nodes = unlessUnknown(describeTemplate(tree), expected.nodes);
  expect({ source, nodes }).toEqual({ source, nodes: expected.nodes });
}

/** Tags with a grammar of their own are compared without their arguments. */
function unlessUnknown(
  nodes: readonly DescribedNode[],
  expected: readonly DescribedNode[],
): readonly DescribedNode[] {
  return nodes.map((node, index) => {
    const other = expected[index];
    const bodies = node.bodies.map((body, place) => unlessUnknown(body, other?.bodies[place] ?? []));
    const isUnknown = other?.expressions[0] === "unknown grammar";
    return { ...node, bodies, expressions: isUnknown ? other.expressions : node.expressions };
  });
}

const variable = fc.constantFrom(
  "a",
  "a.b",
  "a.b.0.c",
  "5",
  "1.5",
  "-3",
  '"x y"',
  "'it\\'s'",
  '_("hi there")',
  "None",
);
const filter = fc.constantFrom(
  "",
  "|upper",
  '|default:"a|b"',
  "|default:a.b",
  "|add:-1",
  '|date:"Y m"',
  " | lower",
);
const expression = fc.tuple(variable, filter, filter).map((parts) => parts.join(""));
/** Where the expression is one word among others. */
const word = expression.map((text) => text.replace(" | ", "|"));
const condition: fc.Arbitrary<string> = fc
  .array(fc.oneof(word, fc.constantFrom("and", "or", "not", "in", "==", "<=", "is", "is not", "not in")), {
    minLength: 1,
    maxLength: 6,
  })
  .map((words) => words.join(" "));

const { randomTemplate } = fc.letrec<{ randomTemplate: string; node: string }>((tie) => ({
  randomTemplate: fc.array(tie("node"), { maxLength: 4 }).map((nodes) => nodes.join("\n")),
  node: fc.oneof(
    { depthSize: "small" },
    expression.map((text) => `{{ ${text} }}`),
    word.map((text) => `{% firstof ${text} a %}`),
    word.map((text) => `{% url "name" ${text} b=${text} as link %}`),
    word.map((text) => `{% include ${text} with x=${text} only %}`),
    word.map((text) => `{% regroup ${text} by a.b|upper as groups %}`),
    fc.constant("{# {{ comment }} #}"),
    fc.constant("{% verbatim %}{{ a }}{% if %}{% endverbatim %}"),
    fc.constant("{% comment %}{{ a }}{% if %}{% endcomment %}"),
    fc.constantFrom(
      "{{ }}",
      "{{ a b }}",
      "{% %}",
      "{{ a",
      "{% if a %",
      "{{{ a }}}",
      "{%%}",
      "{{ a._b }}",
      "{{ a|upper: }}",
    ),
    fc
      .tuple(word, tie("randomTemplate"))
      .map(([text, body]) => `{% for x, y in ${text} reversed %}${body}{% endfor %}`),
    fc
      .tuple(word, tie("randomTemplate"), tie("randomTemplate"))
      .map(([text, body, empty]) => `{% for x in ${text} %}${body}{% empty %}${empty}{% endfor %}`),
    fc
      .tuple(condition, tie("randomTemplate"), condition, tie("randomTemplate"))
      .map(
        ([test1, body, test2, other]) =>
          `{% if ${test1} %}${body}{% elif ${test2} %}${other}{% else %}z{% endif %}`,
      ),
    fc
      .tuple(word, tie("randomTemplate"))
      .map(([text, body]) => `{% with x=${text} y=a %}${body}{% endwith %}`),
    fc
      .tuple(word, tie("randomTemplate"))
      .map(([text, body]) => `{% with ${text} as x %}${body}{% endwith %}`),
    fc
      .tuple(word, tie("randomTemplate"))
      .map(([text, body]) => `{% ifchanged ${text} %}${body}{% else %}n{% endifchanged %}`),
    tie("randomTemplate").map((body) => `{% spaceless %}${body}{% endspaceless %}`),
    tie("randomTemplate").map((body) => `{% filter upper|cut:"a" %}${body}{% endfilter %}`),
    tie("randomTemplate").map((body) => `{% if a %}${body}`),
    tie("randomTemplate").map((body) => `${body}{% endif %}`),
  ),
}));
