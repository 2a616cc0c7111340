/** Queryscope's own Django, which needs no Python on the machine, says what an interpreter with Django says. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { PythonInterpreterCompiler } from "../../server/src/explain/python-compiler.ts";
import type { QuerysetExpression } from "../../server/src/explain/queryset-at.ts";
import { querysetsIn } from "../../server/src/explain/queryset-at.ts";
import type {
  CompileRequest,
  CompileResult,
  QuerysetCompiler,
} from "../../server/src/explain/queryset-compiler.ts";
import { folderWith } from "../cli/support/command.ts";
import { djangoPython, skipIfUnavailable } from "../support/django-environment.ts";
import { testParser } from "../support/python-parser.ts";
import { pyodideCompiler, warmUp } from "./pyodide-shop.ts";
import { outline, shopRoot } from "./shop-compiler.ts";

const tenantlyRoot = fileURLToPath(new URL("../../examples/tenantly", import.meta.url));

vi.setConfig({ testTimeout: 200_000 });
beforeAll(warmUp, 300_000);

interface Place extends QuerysetExpression {
  readonly module: string;
}

async function querysetsOf(root: string, modules: readonly string[]): Promise<readonly Place[]> {
  const parser = await testParser();
  return modules.flatMap((module) => {
    const file = `${module.replaceAll(".", "/")}.py`;
    const found = querysetsIn(parser.parse(file, readFileSync(path.join(root, file), "utf8")));
    return found.map((queryset) => ({ ...queryset, module }));
  });
}

/** Roles, SQL and types; values may be moments of the evaluation. */
function shape(result: CompileResult): unknown {
  if (result.kind === "failed") return result.error.kind;
  return result.statements.map(({ role, sql, params }) => [role, sql, params.map(({ type }) => type)]);
}

async function compileAll(compiler: QuerysetCompiler, places: readonly Place[]): Promise<readonly unknown[]> {
  const results: unknown[] = [];
  for (const { module, text, bindings } of places) {
    results.push([text, shape(await compiler.compile({ module, expression: text, bindings }))]);
  }
  return results;
}

it("does not keep what it compared with the present", async ({ skip }) => {
  const root = folderWith({
    "settings.py": 'INSTALLED_APPS = ["shop"]\nDATABASES = {}\nUSE_TZ = True\n',
    "shop/__init__.py": "",
    "shop/models.py": `from datetime import date, datetime, timedelta
from django.db import models
from django.utils import timezone

class Order(models.Model):
    created_at = models.DateTimeField()
`,
  });
  const project = { root, settings: "settings", answers: folderWith({}) };
  const expressions = [
    "Order.objects.order_by('created_at')",
    "Order.objects.filter(created_at__lt='2026-01-01')",
    "Order.objects.filter(created_at__lt=timezone.now())",
    "Order.objects.filter(created_at__gte=datetime.now() - timedelta(days=1))",
    "Order.objects.filter(created_at__year=date.today().year)",
  ];
  const ask = async (compiler: QuerysetCompiler) => {
    onTestFinished(() => compiler.close());
    const kinds: string[] = [];
    for (const expression of expressions)
      kinds.push((await compiler.compile({ module: "shop.models", expression, bindings: [] })).kind);
    await compiler.close();
    return kinds;
  };
  expect(new Set(await ask(available(() => pyodideCompiler(project), skip)))).toEqual(new Set(["compiled"]));

  const limits = { startMs: 1, compileMs: 1 };
  const again = await ask(available(() => pyodideCompiler({ ...project, limits }), skip));
  expect(again).toEqual(["compiled", "compiled", "failed", "failed", "failed"]);
});

it("starts nothing for what it told a former session about the same sources", async ({ skip }) => {
  const root = folderWith({
    "settings.py": 'INSTALLED_APPS = ["shop"]\nDATABASES = {}\nUSE_TZ = True\n',
    "shop/__init__.py": "",
    "shop/models.py": models("name"),
  });
  const project = { root, settings: "settings", answers: folderWith({}) };
  const request = { module: "shop.models", expression: "Order.objects.all()", bindings: [] };
  const ask = async (compiler: QuerysetCompiler) => {
    onTestFinished(() => compiler.close());
    const answers = [await compiler.start(), await compiler.compile(request), await compiler.schema()];
    await compiler.close();
    return answers;
  };
  const first = await ask(available(() => pyodideCompiler(project), skip));
  expect(first.map(({ kind }) => kind)).toEqual(["started", "compiled", "schema"]);

  // No interpreter starts in a millisecond.
  const limits = { startMs: 1, compileMs: 1 };
  expect(await ask(pyodideCompiler({ ...project, limits }))).toEqual(first);

  writeFileSync(path.join(root, "shop/models.py"), models("title"));
  const [changed] = await ask(pyodideCompiler({ ...project, limits }));
  expect(changed).toMatchObject({ kind: "failed", error: { kind: "timeout" } });
});

function available<Value>(make: () => Value, skip: (reason: string) => never): Value {
  try {
    return make();
  } catch (error) {
    return skipIfUnavailable(error, skip);
  }
}

function models(field: string): string {
  return `from django.db import models\n\n\nclass Order(models.Model):\n    ${field} = models.CharField(max_length=20)\n`;
}

describe.each([
  ["the test project", shopRoot, "shop.settings", ["store.views", "store.models", "store.admin"], 25],
  [
    "the example, whose libraries are missing",
    tenantlyRoot,
    "tenantly.settings",
    ["projects.views", "projects.models", "projects.tasks", "api.views", "teams.views", "activity.views"],
    45,
  ],
] as const)("the SQL of %s", (_name, root, settings, modules, least) => {
  let own: QuerysetCompiler | undefined;
  let interpreter: QuerysetCompiler | undefined;
  let unavailable: unknown;

  beforeAll(async () => {
    try {
      own = pyodideCompiler({ root, settings });
      const python = await djangoPython("5.2");
      interpreter = new PythonInterpreterCompiler({
        workspaceTrusted: true,
        python,
        root,
        sourceRoots: [root],
        settings,
        environment: {},
        serverVersion: 150000,
      });
    } catch (error) {
      unavailable = error;
    }
  }, 300_000);

  afterAll(async () => {
    await own?.close();
    await interpreter?.close();
  });

  it("equals that of an interpreter", async ({ skip }) => {
    if (own === undefined || interpreter === undefined) return skipIfUnavailable(unavailable, skip);
    const places = await querysetsOf(root, modules);
    expect(places.length).toBeGreaterThanOrEqual(least);
    expect(await compileAll(own, places)).toEqual(await compileAll(interpreter, places));
  }, 120_000);

  it("comes with the same schema", async ({ skip }) => {
    if (own === undefined || interpreter === undefined) return skipIfUnavailable(unavailable, skip);
    const [ours, theirs] = [await own.schema(), await interpreter.schema()];
    if (ours.kind === "failed" || theirs.kind === "failed") throw new Error(JSON.stringify([ours, theirs]));
    const byTable = (tables: typeof ours.schema.tables) =>
      Object.fromEntries(tables.map((table) => [table.table, table]));
    expect(byTable(ours.schema.tables)).toEqual(byTable(theirs.schema.tables));
  }, 120_000);
});

/** As text where it refers to no names of its surroundings. */
type Expression = string | Pick<CompileRequest, "expression" | "bindings">;

/** Compiles in a project of its own. */
async function compileIn(
  files: Readonly<Record<string, string>>,
  ...expressions: readonly Expression[]
): Promise<readonly CompileResult[]> {
  const root = folderWith({ "store/__init__.py": "", ...files });
  const compiler = pyodideCompiler({ root, settings: "settings" });
  onTestFinished(() => compiler.close());
  const results: CompileResult[] = [];
  for (const given of expressions) {
    const request = typeof given === "string" ? { expression: given, bindings: [] } : given;
    results.push(await compiler.compile({ module: "store.models", ...request }));
  }
  return results;
}

async function outlinesIn(
  ...[files, ...expressions]: Parameters<typeof compileIn>
): Promise<readonly ReturnType<typeof outline>[]> {
  return (await compileIn(files, ...expressions)).map((result) => outline(result));
}

const settings = `SECRET_KEY = "x"\nINSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "store"]\n`;

describe("a project whose libraries are missing", () => {
  const files = {
    "settings.py": `from decouple import config
import environ

env = environ.Env(DEBUG=(bool, False))
environ.Env.read_env(".env")
SECRET_KEY = config("SECRET_KEY")
DEBUG = env("DEBUG")
PAGE = config("PAGE", default="25", cast=int)
DATABASES = {"default": env.db("DATABASE_URL")}
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "rest_framework", "mptt", "store"]
`,
    "store/models.py": `from django.conf import settings
from django.db import models
from model_utils import Choices
from model_utils.fields import StatusField
from mptt.models import MPTTModel, TreeForeignKey, TreeManager
from phonenumber_field.modelfields import PhoneNumberField
from rest_framework import serializers, viewsets
from taggit.managers import TaggableManager
from taggit.models import Tag
from treebeard.querysets import NodeQuerySet

assert settings.PAGE == 25 and settings.DEBUG is False


class CategoryQuerySet(NodeQuerySet):
    def roots(self):
        return self.filter(parent=None)


class Category(MPTTModel):
    name = models.CharField(max_length=50)
    parent = TreeForeignKey("self", null=True, on_delete=models.CASCADE, related_name="children")
    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ["name"]


class Shop(models.Model):
    phone = PhoneNumberField(blank=True, max_length=20)
    status = StatusField(default="new")
    main_tag = models.ForeignKey(Tag, on_delete=models.CASCADE)
    country = models.ForeignKey("places.Country", null=True, on_delete=models.SET_NULL)
    tags = TaggableManager()
    category = models.ForeignKey(Category, on_delete=models.CASCADE)


class ShopSerializer(serializers.ModelSerializer):
    class Meta:
        model = Shop
        fields = ["phone"]


class ShopViewSet(viewsets.ModelViewSet):
    queryset = Shop.objects.all()
    serializer_class = ShopSerializer

    def get_queryset(self):
        return super().get_queryset().filter(phone="1")
`,
  };

  it("has models with what is known of them", async ({ skip }) => {
    try {
      const [all, tree, shop, joined, view] = await compileIn(
        files,
        "Category.objects.all()",
        "Category.objects.roots()",
        "Shop.objects.filter(status='x', phone='1')",
        "Shop.objects.filter(country=3).order_by('category__name')",
        "ShopViewSet().get_queryset()",
      );
      // As mptt's metaclass adds them, behind the columns of the class.
      expect(all).toMatchObject({
        statements: [
          {
            sql: `SELECT "store_category"."id", "store_category"."name", "store_category"."parent_id", "store_category"."lft", "store_category"."rght", "store_category"."tree_id", "store_category"."level" FROM "store_category" ORDER BY "store_category"."name" ASC`,
          },
        ],
      });
      expect(tree && outline(tree)).toEqual([
        "SELECT … FROM store_category WHERE store_category.parent_id IS NULL ORDER BY store_category.name ASC",
      ]);
      expect(shop).toMatchObject({
        statements: [
          {
            sql: `SELECT "store_shop"."id", "store_shop"."phone", "store_shop"."status", "store_shop"."main_tag_id", "store_shop"."country_id", "store_shop"."category_id" FROM "store_shop" WHERE ("store_shop"."phone" = $1 AND "store_shop"."status" = $2)`,
          },
        ],
        notes: [
          "store.Shop: `phone` is taken for a CharField",
          "store.Shop: `status` is taken for a CharField",
        ],
      });
      expect(joined && outline(joined)).toEqual([
        "SELECT … FROM store_shop INNER JOIN store_category ON (store_shop.category_id = store_category.id) " +
          "WHERE store_shop.country_id = $1 ORDER BY store_category.name ASC [3]",
      ]);
      expect(view && outline(view)).toEqual(["SELECT … FROM store_shop WHERE store_shop.phone = $1 [1]"]);
    } catch (error) {
      skipIfUnavailable(error, skip);
    }
  });
});

describe("a project whose code counts on libraries that are not installed", () => {
  const settingsWithLibraries = `SECRET_KEY = "x"
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "rest_framework", "mptt", "store"]
`;

  it("has its trees in the order of their manager", async ({ skip }) => {
    const models = `from django.db import models
from mptt.managers import TreeManager
from mptt.models import MPTTModel, TreeForeignKey


class Category(MPTTModel):
    name = models.CharField(max_length=50)
    parent = TreeForeignKey("self", null=True, on_delete=models.CASCADE, related_name="children")

    class Meta:
        ordering = ["name"]


class MenuManager(TreeManager):
    def visible(self):
        return self.filter(hidden=False)


class Menu(MPTTModel):
    hidden = models.BooleanField(default=False)
    objects = MenuManager()
`;
    try {
      const outlines = await outlinesIn(
        { "settings.py": settingsWithLibraries, "store/models.py": models },
        "Category.objects.all()",
        "Category.objects.get(pk=1).children.all()",
        "Menu.objects.visible()",
        "Category.objects.order_by('name')",
      );
      expect(outlines).toEqual([
        ["SELECT … FROM store_category ORDER BY store_category.tree_id ASC, store_category.lft ASC"],
        [
          "SELECT … FROM store_category WHERE store_category.parent_id = $1 ORDER BY store_category.tree_id ASC, store_category.lft ASC [Category.id=900001]",
          "preparation: SELECT … FROM store_category WHERE store_category.id = $1 LIMIT 21 [1]",
        ],
        [
          "SELECT … FROM store_menu WHERE NOT store_menu.hidden ORDER BY store_menu.tree_id ASC, store_menu.lft ASC",
        ],
        ["SELECT … FROM store_category ORDER BY store_category.name ASC"],
      ]);
    } catch (error) {
      skipIfUnavailable(error, skip);
    }
  });

  it("loads into attributes that rows of a library's model could have", async ({ skip }) => {
    const models = `from django.db import models
from mptt.models import MPTTModel


class Category(MPTTModel):
    name = models.CharField(max_length=50)


class Item(models.Model):
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="items")


def with_items():
    return Category.objects.prefetch_related(models.Prefetch("items", to_attr="all_items"))
`;
    try {
      const outlines = await outlinesIn(
        { "settings.py": settingsWithLibraries, "store/models.py": models },
        "with_items()",
      );
      expect(outlines).toEqual([
        [
          "SELECT … FROM store_category ORDER BY store_category.tree_id ASC, store_category.lft ASC",
          "prefetch: SELECT … FROM store_item WHERE store_item.category_id IN ($1, $2, $3) [Category.id=900001, Category.id=900007, Category.id=900013]",
        ],
      ]);
    } catch (error) {
      skipIfUnavailable(error, skip);
    }
  });

  it("takes the other way of code that copes without an attribute of such a row", async ({ skip }) => {
    const models = `from django.db import models
from mptt.models import MPTTModel


class Category(MPTTModel):
    name = models.CharField(max_length=50)

    @property
    def titles(self):
        try:
            # A Prefetch in a module that nobody has imported loads into it.
            return [item.title for item in self.loaded_items]
        except AttributeError:
            return [item.title for item in self.items.all()]

    @property
    def shelf(self):
        try:
            return list(Item.objects.filter(category__in=self.get_ancestors()))
        except AttributeError:
            return []


class Item(models.Model):
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="items")
    title = models.CharField(max_length=50)


def titles():
    return Item.objects.filter(title__in=Category(pk=1).titles)


def beside():
    return Item.objects.exclude(pk__in=[item.pk for item in Category(pk=1).shelf])
`;
    try {
      const outlines = await outlinesIn(
        { "settings.py": settingsWithLibraries, "store/models.py": models },
        "titles()",
        "beside()",
      );
      expect(outlines.map((outline) => outline.slice(1))).toEqual([
        ["preparation: SELECT … FROM store_item WHERE store_item.category_id = $1 [1]"],
        [
          "preparation: SELECT … FROM store_item WHERE store_item.category_id IN ($1, $2, $3) [Category.get_ancestors()[0]=900001, Category.get_ancestors()[1]=900002, Category.get_ancestors()[2]=900003]",
        ],
      ]);
    } catch (error) {
      skipIfUnavailable(error, skip);
    }
  });

  it("goes through views as a request does: without what they ask for with a default", async ({ skip }) => {
    const models = `from django.db import models
from rest_framework import viewsets
from rest_framework.generics import get_object_or_404


class Item(models.Model):
    name = models.CharField(max_length=50)


class ItemViewSet(viewsets.ModelViewSet):
    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return Item.objects.none()
        return Item.objects.filter(name=getattr(self, "kwargs", {})["name"])

    def same(self):
        return Item.objects.filter(name=get_object_or_404(Item, pk=self.kwargs["pk"]).name)
`;
    const self = { kind: "receiver", name: "self", class: "ItemViewSet", isClass: false } as const;
    try {
      const outlines = await outlinesIn(
        { "settings.py": settingsWithLibraries, "store/models.py": models },
        { expression: "self.get_queryset()", bindings: [self] },
        { expression: "self.same()", bindings: [self] },
      );
      expect(outlines).toEqual([
        ["SELECT … FROM store_item WHERE store_item.name = $1 [self.kwargs['name']=sample-1]"],
        [
          expect.stringMatching(/ WHERE store_item\.name = \$1 \[sample-\d\]$/),
          "preparation: SELECT … FROM store_item WHERE store_item.id = $1 LIMIT 21 [self.kwargs['pk']=900001]",
        ],
      ]);
    } catch (error) {
      skipIfUnavailable(error, skip);
    }
  });

  it("has managers that are told what to do, and classes of Django that are told types", async ({ skip }) => {
    const models = `from django.contrib import admin
from django.db import models
from django_scopes import ScopedManager


class ItemManager(models.Manager):
    def named(self):
        return self.filter(name="1")


class Item(models.Model):
    name = models.CharField(max_length=50)
    objects = ScopedManager(shop="shop", _manager_class=ItemManager)
    all_objects = ScopedManager(shop="shop")


class ItemAdmin(admin.ModelAdmin[Item]):
    def get_queryset(self, request):
        return super().get_queryset(request).filter(name="2")
`;
    const settings = `import environ
import django_stubs_ext

django_stubs_ext.monkeypatch()
env = environ.Env()
SECRET_KEY = "x"
DATABASES = {"default": {"ENGINE": env.str("DB_ENGINE")}}
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "store"]
`;
    const named = (name: string) => [`SELECT … FROM store_item WHERE store_item.name = $1 [${name}]`];
    try {
      const outlines = await outlinesIn(
        { "settings.py": settings, "store/models.py": models },
        "Item.objects.named()",
        "Item.all_objects.filter(name='3')",
        "ItemAdmin(Item, admin.site).get_queryset(None)",
      );
      expect(outlines).toEqual([named("1"), named("3"), named("2")]);
    } catch (error) {
      skipIfUnavailable(error, skip);
    }
  });

  it("takes what a library's method gives for a list of rows", async ({ skip }) => {
    const models = `from django.db import models
from mptt.models import MPTTModel


class Category(MPTTModel):
    name = models.CharField(max_length=50)


class Item(models.Model):
    category = models.ForeignKey(Category, on_delete=models.CASCADE)
`;
    try {
      const [ofAncestors] = await compileIn(
        { "settings.py": settingsWithLibraries, "store/models.py": models },
        "Item.objects.filter(category__in=Category(name='x').get_ancestors())",
      );
      expect(ofAncestors).toMatchObject({
        kind: "compiled",
        statements: [{ sql: expect.stringContaining(`WHERE "store_item"."category_id" IN ($1, $2, $3)`) }],
      });
    } catch (error) {
      skipIfUnavailable(error, skip);
    }
  });

  it("imports modules that put something into a library's dictionary, and give an action several methods", async ({
    skip,
  }) => {
    const models = `from django.db import models
from rest_framework import serializers, viewsets
from rest_framework.decorators import action

serializers.ModelSerializer.serializer_field_mapping[models.UUIDField] = serializers.CharField
del serializers.ModelSerializer.serializer_field_mapping[models.URLField]


class Item(models.Model):
    name = models.CharField(max_length=50)


class ItemViewSet(viewsets.ModelViewSet):
    queryset = Item.objects.all()

    @action(detail=True, methods=["post"])
    def close(self, request, pk=None):
        pass

    @close.mapping.delete
    def reopen(self, request, pk=None):
        pass


def named():
    return Item.objects.filter(name="1")
`;
    try {
      const outlines = await outlinesIn(
        { "settings.py": settingsWithLibraries, "store/models.py": models },
        "named()",
      );
      expect(outlines).toEqual([["SELECT … FROM store_item WHERE store_item.name = $1 [1]"]]);
    } catch (error) {
      skipIfUnavailable(error, skip);
    }
  });
});

describe("a project that cannot be loaded", () => {
  const models = "from django.db import models\n\n\nclass Order(models.Model):\n    pass\n";

  it.for<readonly [string, Readonly<Record<string, string>>, string, string]>([
    [
      "for a syntax error in its settings",
      { "settings.py": "SECRET_KEY = (\n", "store/models.py": models },
      "settings",
      "SyntaxError: '(' was never closed (settings.py, line 1)",
    ],
    [
      "because its settings miss a variable",
      { "settings.py": `import os\nSECRET_KEY = os.environ["SHOP_KEY"]\n`, "store/models.py": models },
      "settings",
      "the environment variable SHOP_KEY is not set (the project sees only those that it is given) (settings.py:2)",
    ],
    [
      "because its settings raise",
      { "settings.py": "1 / 0\n", "store/models.py": models },
      "settings",
      "ZeroDivisionError: division by zero (settings.py:1)",
    ],
    [
      "for a syntax error in its models",
      { "settings.py": settings, "store/models.py": `${models}\nclass Line(\n` },
      "setup",
      "SyntaxError: '(' was never closed (models.py, line 7)",
    ],
    [
      "because a module of its own is missing",
      { "settings.py": settings, "store/models.py": `from store.helpers import x\n${models}` },
      "setup",
      "ModuleNotFoundError: No module named 'store.helpers' (store/models.py:1)",
    ],
  ])("%s", async ([, files, kind, message], { skip }) => {
    try {
      const [result] = await compileIn(files, "Order.objects.all()");
      expect(result).toMatchObject({
        kind: "failed",
        error: { kind, message: expect.stringContaining(message) },
      });
    } catch (error) {
      skipIfUnavailable(error, skip);
    }
  });
});
