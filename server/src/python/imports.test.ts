import { describe, expect, test } from "vitest";
import { describeSymbol, projectFromFiles } from "../../../test/support/project.ts";

/** What `name` is at the top level of `main.py`. */
async function inMain(main: string, name: string, others: Readonly<Record<string, string>> = {}) {
  const project = await projectFromFiles({ ...others, "main.py": main });
  return describeSymbol(project.program.resolveName(project.module("main"), name));
}

describe("imports", () => {
  const shop = {
    "shop/__init__.py": "",
    "shop/models.py": "class Order: pass\ndef total(): pass\nLIMIT = 5\n",
  };

  test("a name of a module of the project", async () => {
    expect(await inMain("from shop.models import Order", "Order", shop)).toBe("class shop.models:Order");
    expect(await inMain("from shop.models import total", "total", shop)).toBe("function shop.models:total");
    expect(await inMain("from shop.models import LIMIT", "LIMIT", shop)).toBe("variable shop.models:LIMIT");
  });

  test("under an alias", async () => {
    expect(await inMain("from shop.models import Order as O", "O", shop)).toBe("class shop.models:Order");
    expect(await inMain("import shop.models as m", "m", shop)).toBe("module shop.models");
  });

  test("a module imported with its dotted name binds the top package", async () => {
    expect(await inMain("import shop.models", "shop", shop)).toBe("module shop");
  });

  test("a submodule of a package", async () => {
    expect(await inMain("from shop import models", "models", shop)).toBe("module shop.models");
  });

  test("a library is external under the name it was imported by", async () => {
    expect(await inMain("from django.db import models", "models")).toBe("external django.db.models");
    expect(await inMain("import django.db", "django")).toBe("external django");
    expect(await inMain("import numpy as np", "np")).toBe("external numpy");
  });

  test("a missing name or module of the project is unknown, not external", async () => {
    expect(await inMain("from shop.models import Missing", "Missing", shop)).toBe("unknown");
    expect(await inMain("from shop.missing import Order", "Order", shop)).toBe("unknown");
  });

  test("builtins", async () => {
    expect(await inMain("", "len")).toBe("external builtins.len");
    expect(await inMain("def len(x): pass", "len")).toBe("function main:len");
    expect(await inMain("", "nothing_of_this_name")).toBe("unknown");
  });

  test("importlib.import_module with a literal", async () => {
    const main = "import importlib\nmodels = importlib.import_module('shop.models')";
    expect(await inMain(main, "models", shop)).toBe("module shop.models");
  });
});

describe("relative imports", () => {
  const tree = {
    "shop/__init__.py": "from .models import Order\nfrom . import views\n",
    "shop/models.py": "class Order: pass",
    "shop/views.py":
      "from .models import Order\nfrom . import models\nfrom .api.serializers import Serializer",
    "shop/api/__init__.py": "from ..models import Order",
    "shop/api/serializers.py": "from ... import shop\nfrom ..models import Order\nclass Serializer: pass",
  };

  test.each([
    ["shop", "Order", "class shop.models:Order"],
    ["shop", "views", "module shop.views"],
    ["shop.views", "Order", "class shop.models:Order"],
    ["shop.views", "models", "module shop.models"],
    ["shop.views", "Serializer", "class shop.api.serializers:Serializer"],
    ["shop.api", "Order", "class shop.models:Order"],
    ["shop.api.serializers", "Order", "class shop.models:Order"],
    ["shop.api.serializers", "shop", "unknown"], // beyond the top level
  ])("%s.%s", async (module, name, expected) => {
    const project = await projectFromFiles(tree);
    expect(describeSymbol(project.program.resolveName(project.module(module), name))).toBe(expected);
  });
});

describe("re-exports", () => {
  test("through a chain of packages", async () => {
    const project = await projectFromFiles({
      "a/__init__.py": "from .b import *",
      "a/b/__init__.py": "from .c import Model as Renamed",
      "a/b/c.py": "from lib import Model",
    });
    expect(describeSymbol(project.symbol("a.Renamed"))).toBe("external lib.Model");
  });

  test("circular imports resolve as far as they lead somewhere", async () => {
    const project = await projectFromFiles({
      "a.py": "from b import y\nx = 1\nfrom b import lost",
      "b.py": "from a import x\ndef y(): pass\nfrom a import lost",
    });
    expect(describeSymbol(project.symbol("b.x"))).toBe("variable a:x");
    expect(describeSymbol(project.symbol("a.y"))).toBe("function b:y");
    expect(describeSymbol(project.symbol("a.lost"))).toBe("unknown");
    expect(describeSymbol(project.symbol("b.lost"))).toBe("unknown");
  });

  test("a name that is assigned itself, and then again, is what defines it", async () => {
    const project = await projectFromFiles({
      "a.py": `try:
    callable = callable
except NameError:
    def callable(value): pass
if modern:
    pass
else:
    callable = callable
`,
    });
    expect(describeSymbol(project.symbol("a.callable"))).toBe("function a:callable");
  });

  test("answers inside a circle do not depend on which was asked first", async () => {
    const files = {
      "a.py": "try:\n    from b import x\nexcept ImportError:\n    from c import x",
      "b.py": "from a import x",
      "c.py": "class x: pass",
    };
    for (const order of [
      ["a.x", "b.x"],
      ["b.x", "a.x"],
    ]) {
      const project = await projectFromFiles(files);
      for (const name of order) expect(describeSymbol(project.symbol(name))).toBe("class c:x");
    }
  });

  test("an attribute of a package hides a submodule of the same name", async () => {
    const project = await projectFromFiles({
      "shop/__init__.py": "from .tasks import tasks",
      "shop/tasks.py": "def tasks(): pass",
    });
    expect(describeSymbol(project.symbol("shop.tasks"))).toBe("function shop.tasks:tasks");
  });

  test("names made by a module's __getattr__ are unknown", async () => {
    const project = await projectFromFiles({ "lazy.py": "def __getattr__(name): ...", "main.py": "" });
    expect(describeSymbol(project.symbol("lazy.Anything"))).toBe("unknown");
  });
});

describe("star imports", () => {
  test("of a module that is not there, in the package that should hold it, gives nothing", async () => {
    const project = await projectFromFiles({
      "shop/__init__.py": "from .missing import *\nfrom .orders import Order\n",
      "shop/orders.py": "class Order: ...\n",
    });
    expect(describeSymbol(project.symbol("shop.Order"))).toBe("class shop.orders:Order");
    expect(project.symbol("shop.Basket").kind).toBe("unknown");
  });

  test("bring public names, and of several modules the last one wins", async () => {
    const project = await projectFromFiles({
      "a.py": "shared = 1\n_private = 1\ndef only_a(): pass",
      "b.py": "def shared(): pass",
      "main.py": "from a import *\nfrom b import *",
    });
    expect(describeSymbol(project.symbol("main.shared"))).toBe("function b:shared");
    expect(describeSymbol(project.symbol("main.only_a"))).toBe("function a:only_a");
    expect(describeSymbol(project.symbol("main._private"))).toBe("unknown");
  });

  test("are limited by __all__, however it is put together", async () => {
    const project = await projectFromFiles({
      "part.py": "__all__ = ('late',)\ndef late(): pass",
      "a.py": `
        import part
        from part import late
        __all__ = ["listed"] + ["_hidden"]
        __all__ += ["added"]
        __all__.extend(part.__all__)
        __all__.append("appended")
        listed = _hidden = added = appended = unlisted = 1
      `,
      "main.py": "from a import *",
    });
    const { program } = project;
    const main = project.module("main");
    const known = ["listed", "_hidden", "added", "late", "appended", "unlisted"].filter(
      (name) => program.resolveName(main, name).kind !== "unknown",
    );
    expect(known).toEqual(["listed", "_hidden", "added", "late", "appended"]);
  });

  test("in circles end", async () => {
    const project = await projectFromFiles({
      "a.py": "from b import *\ndef in_a(): pass",
      "b.py": "from a import *\ndef in_b(): pass",
    });
    expect(describeSymbol(project.symbol("a.in_b"))).toBe("function b:in_b");
    expect(describeSymbol(project.symbol("b.in_a"))).toBe("function a:in_a");
    expect(describeSymbol(project.symbol("a.nowhere"))).toBe("unknown");
  });

  test("of modules that import each other's names through their package", async () => {
    const project = await projectFromFiles({
      "models/__init__.py": "from .plugin import *\nfrom .page import *",
      "models/plugin.py": "class Plugin: pass",
      "models/page.py": "from models import Plugin\nclass Page(Plugin): pass",
    });
    for (const name of ["models.Plugin", "models.page.Plugin"]) {
      expect(describeSymbol(project.symbol(name))).toBe("class models.plugin:Plugin");
    }
    expect(project.program.mro(project.class("models.Page"))).toHaveLength(2);
  });

  test("from a library: a name that nothing else binds comes from there", async () => {
    const project = await projectFromFiles({
      "fields.py": "from django.db.models import *\nclass MyField(CharField): pass",
      "main.py": "from fields import *",
    });
    expect(describeSymbol(project.symbol("main.ForeignKey"))).toBe("external django.db.models.ForeignKey");
    expect(describeSymbol(project.symbol("main.MyField"))).toBe("class fields:MyField");
  });

  test("from two libraries: it could be either", async () => {
    expect(await inMain("from a import *\nfrom b import *", "name")).toBe("unknown");
  });

  test("resolveImport gives the names that the statement binds", async () => {
    const project = await projectFromFiles({
      "a.py": "from b import other\nclass One: pass\n_hidden = 1",
      "b.py": "class other: pass",
      "main.py": "from a import *",
    });
    const [statement] = project.file("main.py").tree.body;
    if (statement?.kind !== "ImportFrom") throw new Error("an import");
    const names = project.program.resolveImport(project.module("main"), statement);
    expect([...names].map(([name, symbol]) => `${name}: ${describeSymbol(symbol)}`)).toEqual([
      "other: class b:other",
      "One: class a:One",
    ]);
  });
});

describe("conditional imports", () => {
  test.each([
    ["try:\n    from shop import f\nexcept ImportError:\n    f = None", "function shop:f"],
    [
      "try:\n    from missing_library import f\nexcept ImportError:\n    from shop import f",
      "function shop:f",
    ],
    [
      "try:\n    from missing_library import f\nexcept ImportError:\n    f = None",
      "external missing_library.f",
    ],
    ["f = None\nif True:\n    from shop import f", "function shop:f"],
    ["from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop import f", "function shop:f"],
    ["if DEBUG:\n    from missing_library import f\nelse:\n    def f(): pass", "function main:f"],
    ["with suppress(ImportError):\n    from shop import f", "function shop:f"],
    ["for x in y:\n    from shop import f", "function shop:f"],
    ["while True:\n    from shop import f", "function shop:f"],
  ])("%j", async (main, expected) => {
    expect(await inMain(main, "f", { "shop.py": "def f(): pass" })).toBe(expected);
  });
});

describe("the import path", () => {
  test("folders without __init__ are namespace packages", async () => {
    const project = await projectFromFiles({
      "company/shop/models.py": "class Order: pass",
      "main.py": "import company.shop.models\nfrom company.shop import models\nfrom company import elsewhere",
    });
    const { program } = project;
    expect(describeSymbol(project.symbol("company.shop.models.Order"))).toBe(
      "class company.shop.models:Order",
    );
    expect(describeSymbol(program.resolveName(project.module("main"), "models"))).toBe(
      "module company.shop.models",
    );
    // Another portion of the namespace may lie outside of the sources.
    expect(describeSymbol(program.resolveName(project.module("main"), "elsewhere"))).toBe(
      "external company.elsewhere",
    );
  });

  test("a library's sources are read when an import leads to them", async () => {
    const project = await projectFromFiles({
      "site-packages/taggit/__init__.py": "",
      "site-packages/taggit/models.py":
        "from django.db import models\nfrom . import _speedups\nclass Tag(models.Model): pass",
      "main.py": "from taggit.models import Tag\nfrom taggit import compiled",
    });
    const main = project.module("main");
    expect(describeSymbol(project.program.resolveName(main, "Tag"))).toBe("class taggit.models:Tag");
    expect(describeSymbol(project.program.resolveName(main, "compiled"))).toBe("external taggit.compiled");
    expect(project.program.modules.map((module) => module.name)).toEqual(["main"]);
  });

  test("an installed package hides a folder that only has its name", async () => {
    const project = await projectFromFiles({
      "redis/deploy.py": "",
      "site-packages/redis/__init__.py": "class Redis: pass",
    });
    expect(describeSymbol(project.symbol("redis.Redis"))).toBe("class redis:Redis");
    expect(describeSymbol(project.symbol("redis.deploy"))).toBe("module redis.deploy");
  });
});
