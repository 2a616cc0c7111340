import { describe, expect, test } from "vitest";
import { neverCancelled } from "../../server/src/base/cancellation.ts";
import { rules } from "../../server/src/rules/registry.ts";
import type { Rule } from "../../server/src/rules/rule.ts";
import {
  analyze,
  models,
  onlyTheFinding,
  open,
  shop,
  summaryOf,
  theFinding,
  views,
} from "./support/project.ts";

async function analyzeShop(extra: Readonly<Record<string, string>>) {
  return summaryOf(await analyze({ ...shop, ...extra }));
}

describe("half-typed code", () => {
  test("the rest of the file is analysed", async () => {
    const { findings, problems } = await analyzeShop({ "shop/views.py": `${views}\n\ndef half(request\n` });
    expect(findings).toEqual(theFinding);
    expect(problems).toEqual([expect.stringMatching(/^shop\/views\.py: line \d+: syntax error/)]);
  });

  test("while models are half-typed, the last good ones stay", async () => {
    const workspace = await open(shop);
    await workspace.analyze(neverCancelled);
    workspace.setBuffer(
      "shop/models.py",
      models.replace("class Project(models.Model):", "class Project(mod"),
    );
    expect(summaryOf(await workspace.analyze(neverCancelled)).findings).toEqual(theFinding);
    workspace.setBuffer("shop/models.py", models);
    expect(summaryOf(await workspace.analyze(neverCancelled))).toEqual(onlyTheFinding);
  });

  test("a file that is no Python at all is named", async () => {
    const { findings, problems } = await analyzeShop({
      "shop/page.py": "<html><body>}{)(</body></html>\n",
    });
    expect(findings).toEqual(theFinding);
    expect(problems).toEqual([expect.stringMatching(/^shop\/page\.py: line 1: syntax error/)]);
  });
});

describe("circles", () => {
  test.each([
    ["imports", { "shop/a.py": "from shop.b import x\n", "shop/b.py": "from shop.a import x\n" }],
    ["star imports", { "shop/a.py": "from .b import *\n", "shop/b.py": "from .a import *\n" }],
    ["a package that imports what it does not have", { "shop/__init__.py": "from .missing import *\n" }],
    ["a class that inherits from itself", { "shop/a.py": "class A(A):\n    pass\n" }],
    [
      "classes that inherit from each other",
      { "shop/a.py": "class A(B):\n    pass\nclass B(A):\n    pass\n" },
    ],
    [
      "models that inherit from each other across files",
      {
        "shop/a.py": "from shop.b import B\nclass A(B):\n    pass\n",
        "shop/b.py": "from shop.a import A\nclass B(A):\n    pass\n",
      },
    ],
    ["a function that calls itself", { "shop/a.py": "def f(rows):\n    return f(f(rows))\nf([])\n" }],
    [
      "functions that call each other",
      { "shop/a.py": "def f(x):\n    return g(x)\ndef g(x):\n    return f(g(x))\n" },
    ],
    [
      "a property that reads itself",
      { "shop/a.py": "class A:\n    @property\n    def p(self):\n        return self.p.p\n" },
    ],
    [
      "an object that holds itself",
      {
        "shop/a.py":
          "class A:\n    def __init__(self):\n        self.a = self\n        self.m = self.__init__\nA().a.a.m()\n",
      },
    ],
    ["a variable made of itself", { "shop/a.py": "x = [x, x]\nx = {**x}\nfor x in x:\n    x = x + x\n" }],
  ])("%s", async (_, extra) => {
    expect(await analyzeShop(extra)).toEqual(onlyTheFinding);
  });
});

describe("sizes", () => {
  const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

  test.each([
    [
      "a dictionary of 10,000 entries",
      `D = {\n${numbers(10_000)
        .map((n) => `    "k${n}": [${n}],\n`)
        .join("")}}\n`,
    ],
    [
      "a list of 10,000 texts",
      `L = [${numbers(10_000)
        .map((n) => `"t${n}"`)
        .join(", ")}]\n`,
    ],
    [
      "a sum of 3,000 terms",
      `S = ${numbers(3_000)
        .map(() => "x")
        .join(" + ")}\n`,
    ],
    [
      "a chain of 2,000 calls",
      `q = x${numbers(2_000)
        .map(() => ".filter(a=1)")
        .join("")}\n`,
    ],
    [
      "2,000 conditions in a row",
      `def f(x):\n${numbers(2_000)
        .map((n) => `    if x == ${n}:\n        x = ${n}\n`)
        .join("")}`,
    ],
    [
      "2,000 branches of one condition",
      `def f(x):\n    if x:\n        pass\n${numbers(2_000)
        .map((n) => `    elif x == ${n}:\n        x = ${n}\n`)
        .join("")}`,
    ],
    [
      "90 nested loops",
      `def f(x):\n${numbers(90)
        .map((n) => `${" ".repeat(n + 1)}for a${n} in x.all():\n`)
        .join("")}${" ".repeat(92)}pass\n`,
    ],
    [
      "2,000 nested ifs",
      `def f(x):\n${numbers(2_000)
        .map((n) => `${" ".repeat(n + 1)}if x:\n`)
        .join("")}${" ".repeat(2_002)}pass\n`,
    ],
    ["3,000 nested brackets", `x = ${"(".repeat(3_000)}${")".repeat(3_000)}\n`],
    ["3,000 brackets that are not closed", `x = ${"(".repeat(3_000)}\n`],
    ["500 nested lambdas", `f = ${"lambda: ".repeat(500)}0\n`],
    [
      "a class with 500 bases",
      `${numbers(500)
        .map((n) => `class B${n}:\n    pass\n`)
        .join("")}class C(${numbers(500)
        .map((n) => `B${n}`)
        .join(", ")}):\n    pass\n`,
    ],
    [
      "300 classes, each derived from the last",
      numbers(300)
        .map((n) => `class C${n}(${n === 0 ? "object" : `C${n - 1}`}):\n    pass\n`)
        .join(""),
    ],
    [
      "a chain of 1,000 functions",
      numbers(1_000)
        .map((n) => `def f${n}(x):\n    return f${n + 1}(f${n + 1}(x))\n`)
        .join(""),
    ],
    ["a line of 200,000 characters", `x = "${"a".repeat(200_000)}"\n`],
  ])("%s", { timeout: 60_000 }, async (_, text) => {
    const { findings, problems } = await analyzeShop({ "shop/large.py": text });
    expect(findings).toEqual(theFinding);
    expect(problems.filter((problem) => /defect|failed/.test(problem))).toEqual([]);
  });
});

describe("names that JavaScript objects have of their own", () => {
  const names = ["__proto__", "constructor", "hasOwnProperty", "toString", "valueOf", "prototype"];

  test.each(names)("%s as field, relation, module, keyword and key", async (name) => {
    const { findings, problems } = await analyzeShop({
      "shop/models.py": `${models}

class Odd(models.Model):
    ${name} = models.ForeignKey(Owner, on_delete=models.CASCADE, related_name="+")
`,
      [`shop/${name}.py`]: `def ${name}(${name}=1, **kwargs):\n    return {"${name}": ${name}}["${name}"]\n`,
      "shop/odd.py": `from shop.models import Odd
from shop.${name} import ${name}
import shop.${name}


def owners():
    options = dict(${name}=1, **{"${name}": 2})
    ${name}(${name}=options["${name}"])
    return [odd.${name}.name for odd in Odd.objects.order_by("pk")]
`,
    });
    expect({ findings, problems }).toEqual({ findings: ["QS101 shop/odd.py", ...theFinding], problems: [] });
  });
});

describe("a rule that throws", () => {
  const broken: Rule = {
    kind: "facts",
    code: "QS999",
    name: "broken-rule",
    summary: "Always throws",
    level: "warning",
    fix: "none",
    stage: 1,
    run: () => {
      throw new TypeError("no such thing");
    },
  };

  test("is reported with its name and reason; the others still run", async () => {
    const { findings, problems } = summaryOf(await analyze(shop, { rules: [broken, ...rules] }));
    expect(findings).toEqual(theFinding);
    expect(problems).toEqual([expect.stringMatching(/rule broken-rule failed.*no such thing/s)]);
  });
});
