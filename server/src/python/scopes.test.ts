import { describe, expect, test } from "vitest";
import { describeSymbol, projectFromFiles } from "../../../test/support/project.ts";

/** What `name` is at the top level of a module. */
async function resolve(text: string, name: string, others: Readonly<Record<string, string>> = {}) {
  const project = await projectFromFiles({ ...others, "main.py": text });
  return describeSymbol(project.program.resolveName(project.module("main"), name));
}

/** The texts of the values of a variable. */
async function values(text: string, name: string): Promise<readonly string[]> {
  const project = await projectFromFiles({ "main.py": text });
  const file = project.file("main.py");
  return project.variable(`main.${name}`).values.map((value) => file.text.slice(value.start, value.end));
}

describe("variables", () => {
  test("keep every value that is assigned, branches included", async () => {
    const text = `
      X = 1
      if a:
          X = 2
      else:
          X: int = 3
      X += 4
      for i in y:
          X = 5
    `;
    expect(await values(text, "X")).toEqual(["1", "2", "3", "4", "5"]);
  });

  test("that are only annotated have no value", async () => {
    const project = await projectFromFiles({ "main.py": "X: int" });
    const variable = project.variable("main.X");
    expect(variable.values).toEqual([]);
    expect(variable.annotation?.kind).toBe("Name");
  });

  test("take their part of an unpacked tuple", async () => {
    expect(await values("a, (b, c) = 1, (2, 3)", "c")).toEqual(["3"]);
  });

  test("have an invalid expression for a value that is not written in the file", async () => {
    const project = await projectFromFiles({ "main.py": "a, b = f()\nfor c in d: pass" });
    expect(project.variable("main.b").values.map((value) => value.kind)).toEqual(["InvalidExpression"]);
    expect(project.variable("main.c").values.map((value) => value.kind)).toEqual(["InvalidExpression"]);
  });

  test("assigned below `global` count", async () => {
    const text = `
      cache = None
      def load():
          global cache
          cache = read()
    `;
    expect(await values(text, "cache")).toEqual(["None", "read()"]);
  });

  test("stay when they are deleted later", async () => {
    expect(await values("X = 1\ndel X", "X")).toEqual(["1"]);
  });

  test("bound by a call are variables, not what the call might return", async () => {
    expect(await resolve("User = get_user_model()", "User")).toBe("variable main:User");
  });
});

describe("aliases", () => {
  test.each([
    ["from django.db import models\nBase = models.Model", "external django.db.models.Model"],
    ["class A: pass\nBase = A", "class main:A"],
    ["class A:\n    class B: pass\nBase = A.B", "class main:A.B"],
    [
      "from django.conf import settings\nBase = settings.AUTH_USER_MODEL",
      "external django.conf.settings.AUTH_USER_MODEL",
    ],
    ["Other = 5\nBase = Other", "variable main:Other"],
    ["Base = Base", "variable main:Base"],
    ["A = B\nB = A\nBase = A", "variable main:Base"],
    ["Base = missing", "variable main:Base"],
    ["if x:\n    Base = dict\nelse:\n    Base = make()", "variable main:Base"],
  ])("%j", async (text, expected) => {
    const found = await resolve(text, "Base");
    if (text.startsWith("A = B")) expect(found).toMatch(/^variable/);
    else expect(found).toBe(expected);
  });
});

describe("rebinding", () => {
  test("the last unconditional binding wins", async () => {
    expect(await resolve("from a import f\ndef f(): pass", "f")).toBe("function main:f");
    expect(await resolve("def f(): pass\nf = 5", "f")).toBe("variable main:f");
  });

  test("a decorator applied by hand changes no meaning", async () => {
    expect(await resolve("def view(request): pass\nview = login_required(view)", "view")).toBe(
      "function main:view",
    );
  });

  test("a class may take the name of its base", async () => {
    const project = await projectFromFiles({
      "base.py": "class Order: pass",
      "main.py": "from base import Order\nclass Order(Order): pass",
    });
    const order = project.class("main.Order");
    expect(project.program.mro(order).map(describeSymbol)).toEqual(["class main:Order", "class base:Order"]);
    const [base] = order.node.bases;
    if (!base) throw new Error("a base");
    const found = project.program.resolveExpression(project.module("main"), base);
    expect(describeSymbol(found)).toBe("class base:Order");
  });
});

describe("expressions", () => {
  async function expression(text: string) {
    const project = await projectFromFiles({
      "main.py": `
        from django.db import models
        import importlib
        class Base:
            objects = Manager()
            class Meta: pass
        class Task(Base):
            Alias = models.Model
            def run(self): pass
        ${text}
      `,
    });
    const last = project.file("main.py").tree.body.at(-1);
    if (last?.kind !== "ExpressionStatement") throw new Error("the last statement is the expression");
    return describeSymbol(project.program.resolveExpression(project.module("main"), last.value));
  }

  test.each([
    ["models.ForeignKey", "external django.db.models.ForeignKey"],
    ["Task.objects", "variable main:Base.objects"],
    ["Task.run", "function main:Task.run"],
    ["Task.Meta", "class main:Base.Meta"],
    ["Task.Alias", "external django.db.models.Model"],
    ["Task.missing", "unknown"],
    ["Task()", "unknown"],
    ["Task().objects", "unknown"],
    ["importlib.import_module('main')", "module main"],
    ["5", "unknown"],
  ])("%s", async (text, expected) => {
    expect(await expression(text)).toBe(expected);
  });

  test("in a class body see the names of the body first", async () => {
    const project = await projectFromFiles({
      "main.py": "x = 1\nclass A:\n    x = 2\n    class B:\n        y = x",
    });
    const { program } = project;
    const name = project.file("main.py").tree.body[0];
    if (name?.kind !== "Assign" || !name.targets[0]) throw new Error("an assignment");
    const main = project.module("main");
    const resolveX = (owner?: string) =>
      describeSymbol(
        program.resolveExpression(
          main,
          name.targets[0] ?? name.value,
          owner ? project.class(owner) : undefined,
        ),
      );
    expect(resolveX()).toBe("variable main:x");
    expect(resolveX("main.A")).toBe("variable main:A.x");
    // A class body is no enclosing scope for a class in it.
    expect(resolveX("main.A.B")).toBe("variable main:x");
  });
});

describe("modules", () => {
  test("know their classes and functions, nested and local ones included, in source order", async () => {
    const project = await projectFromFiles({
      "main.py": `
        def factory(model):
            from lib import Base
            class Form(Base):
                def save(self):
                    def later(): pass
            class Bound(model): pass
            return Form
        class Outer:
            class Inner:
                def method(self): pass
        if x:
            async def conditional(): pass
        class Outer: pass
      `,
    });
    const { program } = project;
    const main = project.module("main");
    expect(program.classes(main).map((symbol) => symbol.id)).toEqual([
      "main:factory.<locals>.Form",
      "main:factory.<locals>.Bound",
      "main:Outer",
      "main:Outer.Inner",
      "main:Outer#2",
    ]);
    expect(program.functions(main).map((symbol) => symbol.id)).toEqual([
      "main:factory",
      "main:factory.<locals>.Form.save",
      "main:factory.<locals>.Form.save.<locals>.later",
      "main:Outer.Inner.method",
      "main:conditional",
    ]);
    const [form, bound] = program.classes(main);
    if (!form || !bound) throw new Error("two local classes");
    expect(program.mro(form).map(describeSymbol)).toEqual([describeSymbol(form), "external lib.Base"]);
    expect(program.mro(bound).map(describeSymbol)).toEqual([describeSymbol(bound), "unknown"]);
  });

  test("are found by path and under a second name", async () => {
    const project = await projectFromFiles({ "shop/models.py": "", "shop/__init__.py": "" });
    expect(project.program.moduleOfFile("shop/models.py")?.name).toBe("shop.models");
    expect(project.program.module("shop")?.isPackage).toBe(true);
    expect(project.program.module("nothing")).toBeUndefined();
  });

  test("are machine-made sometimes: a long chain of elif does not overflow", async () => {
    const elifs = Array.from({ length: 3000 }, (_, i) => `elif x == ${i}:\n    y = ${i}`).join("\n");
    const project = await projectFromFiles({ "main.py": `if x:\n    y = 0\n${elifs}` });
    expect(project.variable("main.y").values).not.toHaveLength(0);
  });
});
