import { describe, expect, test } from "vitest";
import { projectFromFiles } from "../../../test/support/project.ts";
import { evaluateSettings, installedApps, type Settings } from "./settings.ts";
import type { KnownValue, StaticValue } from "./static-value.ts";

async function settingsOf(files: string | Readonly<Record<string, string>>): Promise<Settings> {
  const table = typeof files === "string" ? { "settings.py": files } : files;
  const { program } = await projectFromFiles(table);
  return evaluateSettings(program, program.module("settings"));
}

/** A value as plain data; `"?"` for what is unknown, `{ oneOf }` for alternatives. */
function plain(value: StaticValue | undefined): unknown {
  if (value === undefined) return undefined;
  if (value.kind === "unknown") return "?";
  return value.kind === "known" ? plainKnown(value.value) : { oneOf: value.values.map(plainKnown) };
}

function plainKnown(value: KnownValue): unknown {
  if (typeof value !== "object" || value === null) return value;
  switch (value.type) {
    case "sequence":
      return value.complete ? value.elements.map(plain) : [...value.elements.map(plain), "…"];
    case "mapping":
      return Object.fromEntries([...value.entries].map(([key, entry]) => [key, plain(entry)]));
    case "model":
      return { model: value.label };
    case "symbol":
    case "call":
      return value.type;
  }
}

/** What the settings say about `X`. */
async function valueOfX(source: string): Promise<unknown> {
  return plain((await settingsOf(source)).evaluateSetting("X"));
}

describe("a setting's value", () => {
  test.each([
    ["a constant", 'X = "accounts.User"', "accounts.User"],
    ["arithmetic", "X = 60 * 60 * 24", 86400],
    ["another setting", "A = 5\nX = A + 1", 6],
    ["a tuple", 'X = ("a", "b")', ["a", "b"]],
    ["concatenated lists", 'A = ["a"]\nX = A + ["b"] + list(("c",))', ["a", "b", "c"]],
    ["unpacked lists", 'A = ["a"]\nX = [*A, "b"]', ["a", "b"]],
    ["+=", 'X = ["a"]\nX += ["b"]', ["a", "b"]],
    [
      "append, extend, insert and remove",
      'X = ["a"]\nX.append("b")\nX.extend(["c"])\nX.insert(0, "z")\nX.remove("a")',
      ["z", "b", "c"],
    ],
    [
      "a loop over known values",
      'X = []\nfor name in ["a", "b"]:\n    X.append(f"apps.{name}")',
      ["apps.a", "apps.b"],
    ],
    ["a comprehension", 'X = [f"apps.{name}" for name in ["a", "b"]]', ["apps.a", "apps.b"]],
    ["a dictionary", 'X = {"default": {"ENGINE": "sqlite3"}}', { default: { ENGINE: "sqlite3" } }],
    [
      "a dictionary that is updated by keys that are not known",
      'import os\nX = {"ENGINE": "sqlite3"}\nmore = {}\nfor item in os.environ["DATABASE"].split(":"):\n    key, value = item.split("=")\n    more[key] = value\nX.update(more)',
      { ENGINE: "?" },
    ],
    ["merged dictionaries", 'A = {"a": 1}\nX = {**A, "b": 2}', { a: 1, b: 2 }],
    ["what a text contains", 'A = "django.db.backends.mysql"\nX = A.find("mysql") > -1', true],
    ["what a text does not contain", 'X = "sqlite3".find("mysql")', -1],
    ["the | of dictionaries", 'X = {"a": 1} | {"b": 2}', { a: 1, b: 2 }],
    ["an item that is set later", 'X = {"a": {"b": 1}}\nX["a"]["c"] = 2', { a: { b: 1, c: 2 } }],
    ["update", 'X = {"a": 1}\nX.update({"b": 2}, c=3)', { a: 1, b: 2, c: 3 }],
    ["dict(…)", "X = dict(a=1)", { a: 1 }],
    ["an f-string", 'A = "shop"\nX = f"{A}.User"', "shop.User"],
    ["format", 'X = "{}.{}".format("shop", "User")', "shop.User"],
    ["%", 'X = "%s.User" % "shop"', "shop.User"],
    [
      "paths",
      'from pathlib import Path\nBASE = Path(__file__).resolve().parent\nX = BASE / "templates"',
      "templates",
    ],
    ["os.path", 'import os\nX = os.path.join(os.path.dirname(os.path.abspath(__file__)), "t")', "t"],
    ["an annotated assignment", "X: int = 5", 5],
    ["unpacking", 'X, Y = "shop.User".rsplit(".", 1)', "shop"],
    [
      "a function of one return",
      'def app(name, package="apps"):\n    return f"{package}.{name}"\nX = app("a")',
      "apps.a",
    ],
    ["a call that is not understood", "X = compute()", "call"],
    ["a name that is not known", "X = Y", "?"],
  ])("%s", async (_, source, expected) => {
    expect(await valueOfX(source)).toEqual(expected);
  });

  test("is undefined where the settings don't set it: Django's default applies", async () => {
    expect(await valueOfX("Y = 1")).toBeUndefined();
  });

  test("is unknown where a module that is not known may set it", async () => {
    expect(await valueOfX("from company_defaults import *")).toBe("?");
    expect(await valueOfX('globals().update(load_settings("production"))')).toBe("?");
    expect(await valueOfX("namespace = Namespace(symbols=globals())")).toBe("?");
    expect(await valueOfX('NAME = "{Y}".format(**globals())')).toBeUndefined();
  });
});

describe("values from the environment have their default", () => {
  test.each([
    ["os.environ.get", 'import os\nX = os.environ.get("X", "a")', "a"],
    ["os.environ.get without a default", 'import os\nX = os.environ.get("X")', null],
    ["os.getenv", 'from os import getenv\nX = getenv("X", "a")', "a"],
    ["django-environ", 'import environ\nenv = environ.Env()\nX = env("X", default="a")', "a"],
    [
      "django-environ with a type",
      'import environ\nenv = environ.Env()\nX = env.list("X", default=["a"])',
      ["a"],
    ],
    ["django-environ without a default", 'import environ\nenv = environ.Env()\nX = env("X")', "?"],
    ["environs", 'from environs import Env\nenv = Env()\nX = env.bool("X", False)', false],
    ["python-decouple", 'from decouple import config\nX = config("X", default=5, cast=int)', 5],
    [
      "python-decouple's Csv",
      'from decouple import config, Csv\nX = config("X", default="a, b", cast=Csv())',
      ["a", "b"],
    ],
    ["os.environ[…]", 'import os\nX = os.environ["X"]', "?"],
  ])("%s", async (_, source, expected) => {
    expect(await valueOfX(source)).toEqual(expected);
  });
});

describe("branches", () => {
  test("unite lists", async () => {
    expect(await valueOfX('X = ["a"]\nif DEBUG:\n    X += ["toolbar"]\nelse:\n    X += ["cache"]')).toEqual([
      "a",
      "toolbar",
      "cache",
    ]);
  });

  test("leave alternatives of other values", async () => {
    expect(await valueOfX("if DEBUG:\n    X = 1\nelse:\n    X = 2")).toEqual({ oneOf: [1, 2] });
    expect(await valueOfX("X = 1 if DEBUG else 1")).toBe(1);
  });

  test("a text in place of none hangs on the variable that may hold another", async () => {
    const settings = await settingsOf('import os\nX = os.environ.get("BROKER") or ""');
    expect(settings.evaluateSetting("X")).toEqual({ kind: "known", value: "", variable: "BROKER" });
  });

  test("the one that holds where nobody sets the environment comes first", async () => {
    const source = 'import os\nif os.environ.get("ALTERNATIVE"):\n    X = "other"\nelse:\n    X = "usual"';
    expect(await valueOfX(source)).toEqual({ oneOf: ["usual", "other"] });
    expect(await valueOfX('import os\nX = 1\nif "CI" in os.environ:\n    X = 2')).toEqual({ oneOf: [1, 2] });
  });

  test("that never hold are left out", async () => {
    expect(await valueOfX("X = 1\nif False:\n    X = 2")).toBe(1);
  });

  test("of an attempted import are both taken", async () => {
    const settings = await settingsOf({
      "settings.py": "X = 1\ntry:\n    from local_settings import *\nexcept ImportError:\n    pass\n",
    });
    expect(plain(settings.evaluateSetting("X"))).toBe(1);
  });
});

describe("files of configuration", () => {
  async function valueWithFiles(path: string, files: readonly string[]): Promise<unknown> {
    const source = `import configparser\nfiles = configparser.RawConfigParser()\nfiles.read(["${path}"])\nX = files.get("web", "host", fallback="localhost")`;
    const { program } = await projectFromFiles({ "settings.py": source });
    const settings = evaluateSettings(program, program.module("settings"), () => {}, {
      isOwnFile: (file) => files.includes(file),
    });
    return plain(settings.evaluateSetting("X"));
  }

  test("that the project has may say something else than the fallback", async () => {
    expect(await valueWithFiles("conf/shop.cfg", ["conf/shop.cfg"])).toBe("?");
  });

  test("that it does not have are the machine's, as those of /etc are", async () => {
    expect(await valueWithFiles("conf/shop.cfg", [])).toBe("localhost");
    expect(await valueWithFiles("/etc/shop.cfg", [])).toBe("localhost");
  });
});

test("the home folder is named by its sign", async () => {
  expect(await valueOfX('from pathlib import Path\nX = Path.home() / ".shop"')).toBe("~/.shop");
  expect(await valueOfX('import os\nX = os.path.expanduser("~/.shop")')).toBe("~/.shop");
});

describe("where settings are imported", () => {
  /** With no variable set. */
  async function valueWith(source: string, libraries: readonly string[]): Promise<unknown> {
    const { program } = await projectFromFiles({ "settings.py": source });
    const installed = {
      has: (library: string) => libraries.includes(library),
      hasEntryPoints: (group: string) => group === "shop.plugins" && libraries.includes("plugin"),
    };
    const settings = evaluateSettings(program, program.module("settings"), () => {}, {
      environment: new Map(),
      installed,
    });
    return plain(settings.evaluateSetting("X"));
  }

  const optional =
    'X = ["a", "toolbar"]\ntry:\n    import toolbar.app\n    X += ["b"]\nexcept ImportError:\n    X.remove("toolbar")';
  const plugins =
    'from importlib.metadata import entry_points\nX = ["a"]\nfor each in entry_points(group="shop.plugins"):\n    X.append(each.module)';

  test.each([
    ["an optional library is there", optional, ["toolbar"], ["a", "toolbar", "b"]],
    ["an optional library is not there", optional, [], ["a"]],
    [
      "a library is looked for",
      'from importlib.util import find_spec\nX = "b" if find_spec("toolbar") else None',
      ["toolbar"],
      "b",
    ],
    ["no plugin is there", plugins, [], ["a"]],
    ["some plugin is there", plugins, ["plugin"], ["a", "?"]],
    [
      "a variable that is required is not set",
      'import environ\nenv = environ.Env()\ntry:\n    A = env.str("BROKER")\nexcept Exception:\n    X = True',
      [],
      true,
    ],
  ])("%s", async (_, source, libraries, expected) => {
    expect(await valueWith(source, libraries)).toEqual(expected);
  });
});

test("a module that is handed out may get any name", async () => {
  const settings = await settingsOf(
    "import sys\nimport table\nA = 1\ntable.configure(sys.modules[__name__])",
  );
  expect([plain(settings.evaluateSetting("A")), plain(settings.evaluateSetting("X"))]).toEqual([1, "?"]);
});

describe("settings in several modules", () => {
  test("star imports bring every public name, and can be added to", async () => {
    const settings = await settingsOf({
      "settings/__init__.py": "from .production import *",
      "settings/base.py": 'APPS = ["a"]\n_SECRET = 1',
      "settings/production.py": 'from settings.base import *\nAPPS += ["b"]',
    });
    expect(plain(settings.evaluateSetting("APPS"))).toEqual(["a", "b"]);
    expect(settings.evaluateSetting("_SECRET")).toBeUndefined();
  });

  test("single names, and modules by name", async () => {
    const settings = await settingsOf({
      "base.py": 'APPS = ["a"]\nAPPS.append("b")',
      "settings.py": 'import base\nfrom base import APPS as BASE_APPS\nX = BASE_APPS + ["c"]\nY = base.APPS',
    });
    expect(plain(settings.evaluateSetting("X"))).toEqual(["a", "b", "c"]);
    expect(plain(settings.evaluateSetting("Y"))).toEqual(["a", "b"]);
  });

  test("a name of a library that is not there is set, and not known", async () => {
    const settings = await settingsOf(
      "from company.settings import CACHES, LIMIT as UPLOAD_LIMIT\ntry:\n    from local import X\nexcept ImportError:\n    pass",
    );
    for (const name of ["CACHES", "UPLOAD_LIMIT", "X"])
      expect(plain(settings.evaluateSetting(name))).toBe("?");
    expect(settings.evaluateSetting("DATABASES")).toBeUndefined();
    expect([settings.mayBeUnset("CACHES"), settings.mayBeUnset("X")]).toEqual([false, true]);
  });

  test("django-split-settings", async () => {
    const settings = await settingsOf({
      "settings.py":
        'from split_settings.tools import include, optional\ninclude("parts/*.py", optional("local.py"))',
      "parts/apps.py": 'APPS = ["a"]',
      "parts/cache.py": "CACHE = 1",
    });
    expect(plain(settings.evaluateSetting("APPS"))).toEqual(["a"]);
    expect(plain(settings.evaluateSetting("CACHE"))).toBe(1);
  });

  test("modules that import each other end", async () => {
    const settings = await settingsOf({
      "settings.py": "from other import *\nX = 1",
      "other.py": "from settings import *\nY = 2",
    });
    expect(plain(settings.evaluateSetting("X"))).toBe(1);
    expect(plain(settings.evaluateSetting("Y"))).toBe(2);
  });
});

test("the classes of django-configurations are all read, with what they inherit", async () => {
  const settings = await settingsOf(`
    from configurations import Configuration, values

    class Common(Configuration):
        INSTALLED_APPS = ["a"]
        AUTH_USER_MODEL = "accounts.User"

        @property
        def MIDDLEWARE(self):
            return ["m"]

    class Production(Common):
        INSTALLED_APPS = Common.INSTALLED_APPS + ["b"]
  `);
  expect(installedApps(settings)).toEqual({ names: ["a", "b"], complete: true });
  expect(plain(settings.evaluateSetting("AUTH_USER_MODEL"))).toBe("accounts.User");
  expect(plain(settings.evaluateSetting("MIDDLEWARE"))).toEqual(["m"]);
});

describe("installed applications", () => {
  test("are complete when every part was understood", async () => {
    const settings = await settingsOf(
      'INSTALLED_APPS = ["a", "b"]\nif DEBUG:\n    INSTALLED_APPS += ["a", "c"]',
    );
    expect(installedApps(settings)).toEqual({ names: ["a", "b", "c"], complete: true });
  });

  test("are incomplete otherwise, but what is known counts", async () => {
    const settings = await settingsOf('INSTALLED_APPS = ["a"] + plugins()');
    expect(installedApps(settings)).toEqual({ names: ["a"], complete: false });
  });

  test("are not known without settings", async () => {
    const { program } = await projectFromFiles({ "shop/models.py": "" });
    expect(installedApps(evaluateSettings(program, undefined))).toBeUndefined();
  });
});

describe("settings that would take for ever", () => {
  test.each([
    ["doubling lists", `X = ["a"]\n${"X = X + X\n".repeat(60)}`],
    ["doubling strings", `X = "a"\n${"X = X + X\n".repeat(60)}`],
    [
      "nested loops",
      `X = []\nN = [${"1, ".repeat(100)}]\nfor a in N:\n  for b in N:\n    for c in N:\n      for d in N:\n        X.append(d)\n`,
    ],
    [
      "lists that one of two branches adds to themselves",
      `import os\nX = [os.environ["A"], "a"]\n${"if os.environ.get('B'):\n  X = X + X\n".repeat(60)}`,
    ],
    [
      "lists that are united with themselves and what is unknown",
      `import os\ndef f(given, known):\n  for each in given:\n    try:\n      known.extend(g(each))\n    except ImportError:\n      pass\n  return known\ndef g(name):\n  found = []\n  for part in name:\n    found += f(part.names, found)\n  return found\nX = []\n${"X += f(os.environ['A'], X)\n".repeat(40)}`,
    ],
    [
      "functions that call each other",
      `${Array.from({ length: 40 }, (_, index) => `def f${index}(): return f${index + 1}() + f${index + 1}()\n`).join("")}X = f0()\n`,
    ],
  ])("%s end, and are not known", async (_, source) => {
    const value = (await settingsOf(source)).evaluateSetting("X");
    expect(value?.kind === "known" && plain(value) === "a").toBe(false);
  });
});
