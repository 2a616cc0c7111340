import { describe, expect, test } from "vitest";
import { describeSymbol, projectFromFiles } from "../../../test/support/project.ts";

/** The resolution order of class `C` of a module, without its module's name. */
async function orderOfC(text: string): Promise<string> {
  const project = await projectFromFiles({ "main.py": text });
  return project.program
    .mro(project.class("main.C"))
    .map((entry) =>
      entry.kind === "class" ? entry.qualifiedName : entry.kind === "external" ? entry.name : "?",
    )
    .join(" ");
}

describe("method resolution order", () => {
  test.each([
    ["no base", "class C: pass", "C"],
    ["object says nothing", "class C(object): pass", "C"],
    ["a diamond", "class A: pass\nclass X(A): pass\nclass Y(A): pass\nclass C(X, Y): pass", "C X Y A"],
    ["library bases", "from lib import M, N\nclass A(M): pass\nclass C(A, N): pass", "C A lib.M lib.N"],
    ["type arguments", "from lib import M\nclass A(M[int]): pass\nclass C(A[str]): pass", "C A lib.M"],
    [
      "Generic",
      "from typing import Generic\nclass A(Generic[T]): pass\nclass C(Generic[T], A[T]): pass",
      "C A",
    ],
    ["keyword arguments", "class A: pass\nclass C(A, metaclass=Meta): pass", "C A"],
    [
      "with_metaclass",
      "class A: pass\nclass B: pass\nclass C(six.with_metaclass(Meta, A, B)): pass",
      "C A B",
    ],
    ["from_queryset", "from lib import M\nclass Q: pass\nclass C(M.from_queryset(Q)): pass", "C lib.M"],
    ["from_queryset by name", "from lib import M\nBase = M.from_queryset(Q)\nclass C(Base): pass", "C lib.M"],
    ["a conditional base", "class A: pass\nclass C(A if X else object): pass", "C A"],
    ["a base in a branch", "if X:\n    class A: pass\nelse:\n    A = object\nclass C(A): pass", "C A"],
    ["a nested base", "class A:\n    class B: pass\n    class D(B): pass\nclass C(A.D): pass", "C A.D A.B"],
    ["an alias", "class A: pass\nB = A\nclass C(B): pass", "C A"],
    ["a call that is not understood", "class A: pass\nclass C(type(A), A): pass", "C ? A"],
    ["the value of a call", "User = get_user_model()\nclass C(User): pass", "C ?"],
    ["a call that returns it", "class A: pass\ndef base():\n    return A\nclass C(base()): pass", "C A"],
    [
      "a call by name",
      "from lib import M\ndef base():\n    return M\nB = base()\nclass C(B): pass",
      "C lib.M",
    ],
    [
      "a call that imports it",
      "def base():\n    if X:\n        return Missing\n    from lib import M\n    return M\nclass C(base()): pass",
      "C lib.M",
    ],
    ["a call that returns an argument", "class A: pass\ndef f(A):\n    return A\nclass C(f(A)): pass", "C ?"],
    ["a missing base", "class C(Missing): pass", "C ?"],
    ["starred bases", "class C(*bases): pass", "C ?"],
    ["a contradiction is cut", "class A: pass\nclass B(A): pass\nclass C(A, B): pass", "C A B"],
    ["its own base", "class C(C): pass", "C ?"],
    ["a circle is cut", "class A(C): pass\nclass C(A): pass", "C"],
    ["the same base twice", "class A: pass\nclass C(A, A): pass", "C A"],
  ])("%s", async (_, text, expected) => {
    expect(await orderOfC(text)).toBe(expected);
  });

  test("a circle over two modules is cut for both alike", async () => {
    const project = await projectFromFiles({
      "a.py": "import b\nclass A(b.B): pass",
      "b.py": "import a\nclass B(a.A): pass",
    });
    expect(project.program.mro(project.class("a.A")).map(describeSymbol)).toEqual(["class a:A"]);
    expect(project.program.mro(project.class("b.B")).map(describeSymbol)).toEqual(["class b:B"]);
  });

  test("a base that is an attribute of a subclass ends", async () => {
    const project = await projectFromFiles({
      "main.py": "class A(B.Inner): pass\nclass B(A):\n    pass",
    });
    expect(project.program.mro(project.class("main.B")).length).toBeGreaterThan(0);
  });

  test("a chain of thousands of classes ends", async () => {
    const chain = Array.from({ length: 3000 }, (_, i) => `class C${i + 1}(C${i}): pass`).join("\n");
    const project = await projectFromFiles({ "main.py": `class C0: pass\n${chain}` });
    expect(project.program.mro(project.class("main.C3000")).map((entry) => entry.kind)).toEqual([
      "class",
      "unknown",
    ]);
  });
});

describe("members", () => {
  const text = `
    from lib import Library, helper
    class Base:
        kept = 1
        overridden = 1
        def method(self): pass
        objects = Manager()
    class Mixin:
        overridden = 2
    class C(Mixin, Base):
        serializer_class = Base
        objects: "Manager[C]"
        external = helper
        from lib import imported
        if X:
            def conditional(self): pass
        class Meta: pass
        @property
        def total(self): return 1
        @total.setter
        def total(self, value): pass
    class D(C, Library): pass
    class E(Library, Missing): pass
    class F(Library, Base): pass
  `;

  async function lookup(className: string, name: string, after?: string): Promise<string> {
    const project = await projectFromFiles({ "main.py": text });
    const symbol = project.class(`main.${className}`);
    const found = project.program.lookupMember(
      symbol,
      name,
      after ? project.class(`main.${after}`) : undefined,
    );
    switch (found.kind) {
      case "found":
        return `${found.owner.name}: ${describeSymbol(found.symbol)}`;
      case "maybeExternal":
        return `maybe ${found.externalBases.map((base) => base.name).join(", ")}`;
      default:
        return found.kind;
    }
  }

  test.each([
    ["C", "kept", "Base: variable main:Base.kept"],
    ["C", "overridden", "Mixin: variable main:Mixin.overridden"],
    ["C", "method", "Base: function main:Base.method"],
    ["C", "conditional", "C: function main:C.conditional"],
    ["C", "Meta", "C: class main:C.Meta"],
    ["C", "imported", "C: external lib.imported"],
    // An assignment is a place of the class, whatever its value stands for.
    ["C", "serializer_class", "C: variable main:C.serializer_class"],
    // An annotation alone does not hide the value of a base class.
    ["C", "objects", "Base: variable main:Base.objects"],
    ["C", "total", "C: function main:C.total"],
    ["C", "absent", "absent"],
    ["D", "absent", "maybe lib.Library"],
    ["E", "absent", "unknown"],
  ])("%s.%s", async (className, name, expected) => {
    expect(await lookup(className, name)).toBe(expected);
  });

  test("super() continues behind a class", async () => {
    expect(await lookup("C", "overridden", "Mixin")).toBe("Base: variable main:Base.overridden");
    expect(await lookup("D", "method", "Base")).toBe("maybe lib.Library");
    // A class that is no base of the first one: what its own super() finds.
    expect(await lookup("Base", "overridden", "C")).toBe("Mixin: variable main:Mixin.overridden");
  });

  test("a library base that stands before the owner is named: it may have the member too", async () => {
    const project = await projectFromFiles({ "main.py": text });
    const found = project.program.lookupMember(project.class("main.F"), "method");
    expect(found).toMatchObject({ kind: "found", behind: [{ kind: "external", name: "lib.Library" }] });
  });

  test("of a body are classes, functions, variables and imports", async () => {
    const project = await projectFromFiles({ "main.py": text });
    const members = project.program.members(project.class("main.C"));
    expect([...members].map(([name, symbol]) => `${name} ${symbol.kind}`)).toEqual([
      "serializer_class variable",
      "objects variable",
      "external variable",
      "imported external",
      "conditional function",
      "Meta class",
      "total function",
    ]);
  });

  test("know the class they belong to", async () => {
    const project = await projectFromFiles({ "main.py": text });
    const method = project.program.functions(project.module("main"))[0];
    expect(method?.owner).toBe(project.class("main.Base"));
  });
});

describe("kinship", () => {
  const files = {
    "base.py": "from django.db import models\nclass Base(models.Model):\n    class Meta: pass",
    "shop/models.py": "from base import Base\nclass Order(Base): pass\nclass Special(Order): pass",
    "tests.py": "from shop.models import Order\ndef test():\n    class Local(Order): pass",
  };

  test("derivesFrom asks for library classes by name", async () => {
    const { program, ...project } = await projectFromFiles(files);
    expect(
      program.derivesFrom(project.class("shop.models.Special"), new Set(["django.db.models.Model"])),
    ).toBe(true);
    expect(program.derivesFrom(project.class("base.Base.Meta"), new Set(["django.db.models.Model"]))).toBe(
      false,
    );
  });

  test("subclasses are direct and indirect; classes made inside functions are not counted", async () => {
    const { program, ...project } = await projectFromFiles(files);
    const names = program.subclasses(project.class("base.Base")).map((symbol) => symbol.id);
    expect(names).toEqual(["shop.models:Order", "shop.models:Special"]);
  });
});

test("a base that is an attribute of a library object is named after the object's class", async () => {
  const project = await projectFromFiles({
    "celery_app.py": "from celery import Celery\napp = Celery('shop')",
    "tasks.py": "from celery_app import app\nclass ShopTask(app.Task): pass",
  });
  const order = project.program.mro(project.class("tasks.ShopTask")).map(describeSymbol);
  expect(order).toEqual(["class tasks:ShopTask", "external celery.Celery.Task"]);
});
