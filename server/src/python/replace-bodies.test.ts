import { beforeAll, describe, expect, test } from "vitest";
import { dedent, describeSymbol } from "../../../test/support/project.ts";
import { testParser } from "../../../test/support/python-parser.ts";
import type { PythonParser } from "../syntax/python-parser.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { createPythonProgram, replaceBodies } from "./create-program.ts";
import { outlineKey, relocateOutlineRange, versionToLink } from "./outline-key.ts";
import type { Module } from "./symbols.ts";

let parser: PythonParser;
beforeAll(async () => {
  parser = await testParser();
});

const parse = (text: string): SourceFile => parser.parse("shop/models.py", dedent(text));
const module = (file: SourceFile): Module => ({
  name: "shop.models",
  isPackage: false,
  file,
  firstParty: true,
});

const original = `
  from django.db import models

  LIMIT = 5

  class Order(models.Model):
      total = models.IntegerField()

      def paid(self):
          return self.total > 0

      class Meta:
          ordering = ["total"]

  def report(orders):
      for order in orders:
          print(order)
`;

describe("the outline key", () => {
  const sameOutline: readonly (readonly [string, string, string])[] = [
    ["a body", "self.total > 0", "self.total > LIMIT and True"],
    ["a line after a body", "return self.total > 0\n", "return self.total > 0\n          \n\n"],
    ["a comment after a body", "return self.total > 0\n", "return self.total > 0\n\n      # TODO\n"],
    ["a comment at the end of a body", "print(order)\n", "print(order)\n  # the end\n"],
    ["a function in a body", "print(order)", "def inner(): pass"],
    ["a body that has an error", "self.total > 0", "self.total > ) 0"],
  ];
  test.each(sameOutline)("stays with an edit of %s", (_, before, after) => {
    const edited = original.replace(before, after);
    expect(edited).not.toBe(original);
    expect(outlineKey(parse(edited))).toBe(outlineKey(parse(original)));
  });

  const otherOutline: readonly (readonly [string, string, string])[] = [
    ["a field", "IntegerField()", "IntegerField(null=True)"],
    ["a parameter", "report(orders)", "report(orders, limit)"],
    ["a base", "(models.Model)", "(models.Model, Mixin)"],
    ["an import", "from django.db", "from django.contrib.gis.db"],
    ["a module variable", "LIMIT = 5", "LIMIT = 6"],
    [
      "the indentation of a function",
      "  def report(orders):\n      for",
      "      def report(orders):\n          for",
    ],
    ["a new function", "  def report", "  def other(): pass\n  def report"],
    ["a decorator", "  def report", "  @task\n  def report"],
    [
      "the class that a function returns",
      "      for order in orders:\n          print(order)",
      "      return Order",
    ],
    [
      "the class that a function makes of what it is given",
      "      for order in orders:\n          print(order)",
      '      return type("Report", (orders,), {})',
    ],
    ["a global name bound in a body", "print(order)", "global LIMIT\n          LIMIT = 6"],
  ];
  test.each(otherOutline)("changes with %s", (_, before, after) => {
    const edited = original.replace(before, after);
    expect(edited).not.toBe(original);
    expect(outlineKey(parse(edited))).not.toBe(outlineKey(parse(original)));
  });
});

describe("replacing bodies", () => {
  const view = (): Module => ({
    name: "shop.views",
    isPackage: false,
    file: parser.parse("shop/views.py", "from .models import Order, LIMIT\nclass Special(Order): pass"),
    firstParty: true,
  });

  test("keeps identities, gives the new nodes, and leaves the old program as it was", () => {
    const before = parse(original);
    const after = parse(original.replace("self.total > 0", "self.total > LIMIT  # longer than before"));
    const views = view();
    const program = createPythonProgram({ modules: [module(before), views] });
    const oldOrder = program.resolveName(views, "Order");
    const oldSpecial = program.resolveName(views, "Special");
    if (oldSpecial.kind !== "class") throw new Error("Special is a class");
    program.mro(oldSpecial);

    const next = replaceBodies(program, [module(after)]);
    if (!next) throw new Error("the outline is the same");
    const order = next.resolveName(views, "Order");
    const special = next.resolveName(views, "Special");
    if (order.kind !== "class" || special.kind !== "class") throw new Error("two classes");

    expect(order.id).toBe("shop.models:Order");
    expect(order.module.file).toBe(after);
    expect(after.tree.body).toContain(order.node);
    expect(next.mro(special)).toEqual([special, order, { kind: "external", name: "django.db.models.Model" }]);
    expect(next.subclasses(order)).toEqual([special]);
    // An unchanged module keeps its symbols, a changed one gets new ones.
    expect(special).toBe(oldSpecial);
    expect(order).not.toBe(oldOrder);
    expect(program.resolveName(views, "Order")).toBe(oldOrder);
    expect(next.moduleOfFile("shop/models.py")?.file).toBe(after);
    expect(next.functions(next.modules[0] ?? views)[0]?.node.bodyRange.end).toBeGreaterThan(
      program.functions(program.modules[0] ?? views)[0]?.node.bodyRange.end ?? 0,
    );
  });

  test("is refused for another outline, a new module, a moved file", () => {
    const program = createPythonProgram({ modules: [module(parse(original)), view()] });
    expect(replaceBodies(program, [module(parse(original.replace("LIMIT", "MAXIMUM")))])).toBeUndefined();
    expect(replaceBodies(program, [{ ...module(parse(original)), name: "shop.other" }])).toBeUndefined();
    const moved = parser.parse("shop/moved.py", dedent(original));
    expect(replaceBodies(program, [module(moved)])).toBeUndefined();
  });

  test("can be repeated, and a new program takes over what is there", () => {
    const texts = ["1", "2", "3"].map((value) => original.replace("> 0", `> ${value}`));
    let program = createPythonProgram({ modules: [module(parse(original)), view()] });
    for (const text of texts) {
      const next = replaceBodies(program, [module(parse(text))]);
      if (!next) throw new Error("the outline is the same");
      program = next;
    }
    const views = program.module("shop.views");
    if (!views) throw new Error("shop.views");
    expect(describeSymbol(program.resolveName(views, "Order"))).toBe("class shop.models:Order");
    const fresh = createPythonProgram({ modules: program.modules });
    expect(fresh.resolveName(views, "Order")).toBe(program.resolveName(views, "Order"));
  });

  test("finds classes in function bodies of the new version", () => {
    const program = createPythonProgram({ modules: [module(parse(original))] });
    const edited = module(parse(original.replace("print(order)", "class Local(Order): pass")));
    const next = replaceBodies(program, [edited]);
    const local = next?.classes(edited).find((symbol) => symbol.name === "Local");
    if (!next || !local) throw new Error("a local class");
    expect(next.mro(local).map(describeSymbol)).toEqual([
      "class shop.models:report.<locals>.Local",
      "class shop.models:Order",
      "external django.db.models.Model",
    ]);
  });
});

describe("positions of outline text", () => {
  test("are carried to the same text of the other version", () => {
    const before = parse(original);
    const after = parse(original.replace("return self.total > 0", "# first\n          return None\n\n\n"));
    for (const word of ["from django.db", "Order", "ordering", "report"]) {
      const start = before.text.indexOf(word);
      const moved = relocateOutlineRange(before, after, { start, end: start + word.length });
      if (!moved) throw new Error(`${word} is outline text`);
      expect(after.text.slice(moved.start, moved.end)).toBe(word);
    }
  });

  test("inside bodies have no counterpart", () => {
    const before = parse(original);
    const start = before.text.indexOf("self.total > 0");
    expect(
      relocateOutlineRange(before, parse(original.replace("> 0", "> 1")), { start, end: start + 4 }),
    ).toBeUndefined();
  });
});

describe("the version to link", () => {
  test("is the current one while it has no error or an error inside a body only", () => {
    const good = parse(original);
    const edited = parse(original.replace("LIMIT = 5", "LIMIT = 6"));
    expect(versionToLink(edited, good)).toBe(edited);
    const halfTyped = parse(original.replace("self.total > 0", "self.total > ) 0"));
    expect(halfTyped.tree.errors.length).toBeGreaterThan(0);
    expect(versionToLink(halfTyped, good)).toBe(halfTyped);
    expect(versionToLink(halfTyped, undefined)).toBe(halfTyped);
  });

  test("is the last good one while an error changes the outline: no model disappears", () => {
    const good = parse(original);
    const broken = parse(original.replace("total = models.IntegerField()", "total = models.IntegerField("));
    expect(broken.tree.errors.length).toBeGreaterThan(0);
    expect(versionToLink(broken, good)).toBe(good);
    expect(versionToLink(broken, undefined)).toBe(broken);
  });
});
