import { describe, expect, test } from "vitest";
import { describeSymbol, projectFromFiles } from "../../../test/support/project.ts";

const base = {
  "manage.py": 'import django\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")',
  "config/settings.py": `
    TASK_MIXIN = "tasks.mixins.TaskMixin"
    ORDER_FORM = env("ORDER_FORM", "tasks.mixins.TaskMixin")
    MAIL_TEMPLATE = "mail.html"
    LIBRARY_CLASS = "lib.forms.Form"
  `,
  "tasks/mixins.py": "class TaskMixin: pass",
  "core/utils.py": "def load_func(path): ...\ndef read(path): ...",
};

/** What `X` is after `X = <value>`. */
async function resolve(value: string): Promise<string> {
  const project = await projectFromFiles({
    ...base,
    "main.py": `
      from core.utils import load_func, read
      from django.conf import settings
      from django.utils.module_loading import import_string
      X = ${value}
    `,
  });
  return describeSymbol(project.program.resolveName(project.module("main"), "X"));
}

describe("a call is followed to what a string names", () => {
  test.each([
    ["import_string('tasks.mixins.TaskMixin')", "class tasks.mixins:TaskMixin"],
    ["load_func('tasks.mixins.TaskMixin')", "class tasks.mixins:TaskMixin"],
    ["load_func(settings.TASK_MIXIN)", "class tasks.mixins:TaskMixin"],
    ["load_func(settings.ORDER_FORM)", "class tasks.mixins:TaskMixin"],
    ["load_func(settings.LIBRARY_CLASS)", "external lib.forms.Form"],
    // No loading function, and no class by its name.
    ["read(settings.MAIL_TEMPLATE)", "variable main:X"],
    ["read('tasks.mixins.TaskMixin')", "variable main:X"],
    ["import_string('no dotted name')", "variable main:X"],
    ["load_func(settings.UNKNOWN)", "variable main:X"],
    ["missing('a.b')", "variable main:X"],
  ])("%s", async (value, expected) => {
    expect(await resolve(value)).toBe(expected);
  });

  test("as a base class and as an expression", async () => {
    const project = await projectFromFiles({
      ...base,
      "main.py": `
        from core.utils import load_func
        from django.conf import settings
        class Task(load_func(settings.TASK_MIXIN)): pass
        load_func(settings.TASK_MIXIN)
      `,
    });
    expect(project.program.mro(project.class("main.Task")).map(describeSymbol)).toEqual([
      "class main:Task",
      "class tasks.mixins:TaskMixin",
    ]);
    const last = project.file("main.py").tree.body.at(-1);
    if (last?.kind !== "ExpressionStatement") throw new Error("an expression");
    const found = project.program.resolveExpression(project.module("main"), last.value);
    expect(describeSymbol(found)).toBe("class tasks.mixins:TaskMixin");
  });
});

test("a model is found by the label of its app", async () => {
  const project = await projectFromFiles({
    "manage.py": "import django",
    "apps/__init__.py": "",
    "apps/shop/__init__.py": "",
    "apps/shop/models.py": "class Order: pass",
    "main.py": `
      from django.apps import apps
      One = apps.get_model("shop", "Order")
      Two = apps.get_model("shop.Order")
      Other = apps.get_model("blog", "Order")

      from django.db.models import get_model
      Old = get_model("shop", "Order")
    `,
  });
  expect(describeSymbol(project.symbol("main.Old"))).toBe("class apps.shop.models:Order");
  expect(describeSymbol(project.symbol("main.One"))).toBe("class apps.shop.models:Order");
  expect(describeSymbol(project.symbol("main.Two"))).toBe("class apps.shop.models:Order");
  expect(describeSymbol(project.symbol("main.Other"))).toBe("variable main:Other");
});

describe("classes of django-oscar", () => {
  const oscar = {
    "oscar/__init__.py": "import django",
    "oscar/core/__init__.py": "",
    "oscar/core/loading.py": "def get_class(label, name): ...\ndef get_classes(label, names): ...",
    "oscar/apps/__init__.py": "",
    "oscar/apps/order/__init__.py": "",
    "oscar/apps/order/forms.py": "class OrderForm: pass\nclass LineForm: pass",
  };
  const main = `
    from oscar.core.loading import get_class, get_classes
    One = get_class("order.forms", "OrderForm")
    First, Second = get_classes("order.forms", ["OrderForm", "LineForm"])
    Missing = get_class("order.forms", "Nothing")
  `;

  test("are those of oscar", async () => {
    const project = await projectFromFiles({ ...oscar, "main.py": main });
    expect(describeSymbol(project.symbol("main.One"))).toBe("class oscar.apps.order.forms:OrderForm");
    expect(describeSymbol(project.symbol("main.First"))).toBe("class oscar.apps.order.forms:OrderForm");
    expect(describeSymbol(project.symbol("main.Second"))).toBe("class oscar.apps.order.forms:LineForm");
    expect(describeSymbol(project.symbol("main.Missing"))).toBe("variable main:Missing");
  });

  test("are hidden by those of the project's own app", async () => {
    const project = await projectFromFiles({
      ...oscar,
      "myshop/order/forms.py": "class OrderForm: pass",
      "main.py": main,
    });
    expect(describeSymbol(project.symbol("main.One"))).toBe("class myshop.order.forms:OrderForm");
    expect(describeSymbol(project.symbol("main.Second"))).toBe("class oscar.apps.order.forms:LineForm");
  });

  test("are external where oscar is not among the sources", async () => {
    const project = await projectFromFiles({ "main.py": `import django\n${main}` });
    expect(describeSymbol(project.symbol("main.One"))).toBe("external oscar.apps.order.forms.OrderForm");
  });
});
